/* The home page: what came to the shelf since the reader was here. */
(() => {
  "use strict";
  const host = document.querySelector("[data-ps-new]");
  if (!host) return;
  const { load, make, root, mine, sayMany } = window.papershelf;
  const SHOWN = 12;
  const here = `papershelf:${root.pathname}:since`;

  /** The edition seen at the last visit. A visit lasts as long as the tab does. */
  function since() {
    let found = mine.setting("edition");
    try {
      found = sessionStorage.getItem(here) ?? found;
      if (found !== undefined) sessionStorage.setItem(here, found);
    } catch (refused) { /* private mode: each page is a visit */ }
    return Number(found);
  }

  function line(paper) {
    const link = make("a", { href: new URL(`papers/${paper.slug}/`, root), dir: "auto" }, paper.title);
    const by = make("span", { class: "ps-card-meta", dir: "auto" }, paper.by);
    return make("li", {}, link, " ", by);
  }

  function show(news, last) {
    const fresh = Object.entries(news.counts).filter(([edition]) => Number(edition) > last);
    const count = fresh.reduce((sum, [, papers]) => sum + papers, 0);
    if (!count) return;
    const papers = news.papers.filter((paper) => paper.edition > last).slice(0, SHOWN);
    host.querySelector("h2").textContent = sayMany("%(count)s new since your last visit", "%(count)s new since your last visit", count);
    host.querySelector("ol").replaceChildren(...papers.map(line));
    host.hidden = false;
  }

  load("new").then((news) => {
    const last = since();
    if (last) show(news, last); // nothing is new to who was never here
    mine.setting("edition", news.edition);
  }, () => { /* nothing to tell */ });
})();
