/* The home page: what came to the shelf since the reader was here. */
(() => {
  "use strict";
  const host = document.querySelector("[data-ps-new]");
  if (!host) return;
  const { load, root, mine, sayMany } = window.papershelf;
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
    const link = document.createElement("a");
    link.href = new URL(`papers/${paper.slug}/`, root).href;
    link.dir = "auto";
    link.textContent = paper.title;
    const by = document.createElement("span");
    by.className = "ps-card-meta";
    by.dir = "auto";
    by.textContent = paper.by;
    const made = document.createElement("li");
    made.append(link, " ", by);
    return made;
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
