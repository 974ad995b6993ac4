/* The home page: what came to the shelf since the reader was here. */
(() => {
  "use strict";
  const host = document.querySelector("[data-ps-new]");
  if (!host) return;
  const { load, make, root, mine, sayMany, spelt } = window.papershelf;
  const FEW = 12; // papers in sight
  const MORE = 200; // and at most, each time that more are asked for
  const here = `papershelf:${root.pathname}:new`;

  /** The marks of papers, which stand one after the other. */
  const cut = (marks) => marks.match(/.{4}/g) || [];

  /** The marks of what is new in this visit, which lasts as long as the tab does. */
  function visit(marks) {
    try {
      if (marks) sessionStorage.setItem(here, marks);
      return sessionStorage.getItem(here) || "";
    } catch (refused) { return ""; } // private mode: each page is a visit
  }

  /** The places in the collection of papers that the browser has not seen before this visit. */
  function unseen(news) {
    const marks = cut(news.marks);
    const [before, ours] = [mine.seen(), new Set(cut(visit()))];
    const seen = before ? new Set(cut(before)) : null; // nothing is new to who was never here
    const isNew = (mark) => ours.has(mark) || Boolean(seen && !seen.has(mark));
    const fresh = new Map();
    let place = -1;
    marks.forEach((mark, i) => {
      const step = news.steps.length ? news.steps[i] : 1;
      place += Math.abs(step);
      if (step > 0 && isNew(mark)) fresh.set(place, mark);
    });
    if (before !== news.marks) mine.seen(news.marks);
    visit([...fresh.values()].join(""));
    return [...fresh.keys()];
  }

  /** A paper of the collection, from the data of the browse page. */
  async function fetched(place, size) {
    const part = await load(`browse/${Math.floor(place / size)}`);
    const title = part.title[place % size];
    return [part.slug[place % size] || spelt(title), title, part.by[place % size]];
  }

  function line([slug, title, by]) {
    const link = make("a", { href: new URL(`papers/${slug}/`, root), dir: "auto" }, title);
    return make("li", {}, link, " ", make("span", { class: "ps-card-meta", dir: "auto" }, by));
  }

  async function show(news) {
    const places = unseen(news);
    if (!places.length) return;
    host.querySelector("h2").textContent = sayMany("%(count)s new since your last visit", "%(count)s new since your last visit", places.length);
    const names = new Map(news.papers.map(([place, ...paper]) => [place, paper]));
    // Those that are named are the latest, and stand in their order; the others stand by title.
    const rank = new Map([...names.keys()].map((place, i) => [place, i - names.size]));
    places.sort((one, other) => (rank.get(one) ?? one) - (rank.get(other) ?? other));
    const list = host.querySelector("ol");
    const more = make("button", { type: "button", class: "ps-plain", onclick: () => { coming = coming.then(() => add(MORE)); } });
    let coming = add(FEW); // one after the other, however fast somebody presses

    async function add(count) {
      const part = places.splice(0, count);
      const papers = await Promise.all(part.map((place) =>
        names.get(place) || fetched(place, news.shard).catch(() => null)));
      const lines = papers.filter(Boolean).map(line);
      list.append(...lines);
      const next = Math.min(places.length, MORE);
      more.textContent = sayMany("Show %(count)s more", "Show %(count)s more", next);
      if (document.activeElement === more && lines.length) lines[0].querySelector("a").focus();
      more.parentNode.hidden = !next;
    }

    host.append(make("p", { class: "ps-more" }, more));
    await coming;
    host.hidden = false;
  }

  function begin() {
    mine.setting("edition", null); // what versions before this one went by
    load("new").then(show, () => { /* nothing to tell */ });
  }

  // After all that the page itself needs.
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin);
})();
