/* The reading list: what the reader starred, with notes; to filter, take along, and pass on. */
(() => {
  "use strict";
  const host = document.querySelector("[data-ps-list]");
  if (!host) return;

  const { load, make, root, mine, say, sayMany } = window.papershelf;
  const SHARDS = Number(host.dataset.shards);
  const LONGEST = 1000; // papers that a link may carry
  const SHOWS = { all: say("All"), unread: say("Not read yet"), read: say("Read") };
  const FORMATS = {
    bibtex: { label: "BibTeX", file: "reading-list.bib", type: "application/x-bibtex" },
    ris: { label: "RIS", file: "reading-list.ris", type: "application/x-research-info-systems" },
    csl: { label: "CSL-JSON", file: "reading-list.json", type: "application/vnd.citationstyles.csl+json" },
    markdown: { label: "Markdown", file: "reading-list.md", type: "text/markdown" },
  };

  const button = (text, onclick, look) =>
    make("button", { type: "button", class: look || "ps-button", onclick }, text);
  const papers = (count) => sayMany("%(count)s paper", "%(count)s papers", count);
  const isSlug = (slug) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug) && slug.length <= 80;
  const address = (slug) => new URL(`papers/${slug}/`, root).href;

  /* ---- the list ------------------------------------------------------------------------- */

  let wanted = "all";
  let left = { departed: [], moved: {} };

  /** What is starred, the latest first. */
  function listed() {
    return Object.entries(mine.all())
      .filter(([, one]) => one.star)
      .sort((a, b) => b[1].star - a[1].star || (a[0] < b[0] ? -1 : 1))
      .map(([slug, one]) => ({ slug, ...one }));
  }

  const title = (one) => String(one.title || one.slug);
  const isShown = (one) => wanted === "all" || (wanted === "read") === Boolean(one.read);

  function row(one) {
    const isGone = left.departed.includes(one.slug);
    const link = make("a", { href: address(one.slug), dir: "auto" }, title(one));
    const meta = make("p", { class: "ps-card-meta", dir: "auto" }, String(one.by || ""));
    const gone = isGone ? make("p", { class: "ps-list-gone" }, say("No longer on this shelf.")) : null;
    return make("li", { class: "ps-card", "data-slug": one.slug },
      make("h3", { class: "ps-card-title" }, link), meta, gone, actions(one), noteOf(one));
  }

  function actions(one) {
    const read = mine.toggle("read", one.slug, title(one), one.by, say("Read"));
    read.setAttribute("aria-label", say("Read: %(title)s", { title: title(one) }));
    const drop = button(say("Remove"), () => remove(one), "ps-plain");
    drop.setAttribute("aria-label", say("Remove: %(title)s", { title: title(one) }));
    return make("p", { class: "ps-list-actions" }, read, drop);
  }

  function noteOf(one) {
    const area = make("textarea", {
      value: String(one.note || ""), rows: 1, dir: "auto", placeholder: say("A note to yourself"),
      "aria-label": say("Note on %(title)s", { title: title(one) }),
      oninput: () => kept(mine.set(one.slug, { note: area.value })),
    });
    return area;
  }

  function kept(isKept) {
    if (!isKept) tell(say("This browser keeps nothing: take the list along as a file or a link."));
  }

  /** Takes the star away; read mark and note stay with the paper. */
  function remove(one) {
    kept(mine.set(one.slug, { star: 0 }));
    const undo = button(say("Undo"), () => {
      mine.set(one.slug, { star: one.star, title: one.title, by: one.by });
      tell(say("It is back."));
      host.querySelector(`[data-slug="${CSS.escape(one.slug)}"] a`)?.focus();
    }, "ps-plain");
    tell(say("Removed: %(title)s", { title: title(one) }), " ", undo);
    undo.focus();
  }

  function tell(...parts) {
    ui.said.replaceChildren(...parts);
  }

  /* A note that is being written must keep its place and its focus: rows are made anew only
     when others are to be shown. */
  function show() {
    const all = listed();
    const shown = all.filter(isShown);
    const signs = shown.map((one) => one.slug).join(" ");
    ui.count.textContent = !all.length ? "" : shown.length === all.length
      ? papers(all.length) : say("%(count)s of %(papers)s", { count: shown.length, papers: papers(all.length) });
    ui.tools.hidden = !all.length;
    ui.empty.hidden = all.length > 0;
    if (ui.list.dataset.signs === signs) return;
    ui.list.dataset.signs = signs;
    ui.list.replaceChildren(...shown.map(row));
  }

  /* ---- taking it along -------------------------------------------------------------------- */

  /** FNV-1a of 32 bits, as the shards were dealt out by. */
  function shardOf(slug) {
    let found = 0x811c9dc5;
    for (const byte of new TextEncoder().encode(slug)) {
      found = Math.imul(found ^ byte, 0x01000193) >>> 0;
    }
    return found % SHARDS;
  }

  /** What the shelf knows of each of these papers; nothing for one that it does not have. */
  async function citations(slugs) {
    const found = {};
    await Promise.all(slugs.map(async (slug) => {
      const name = left.moved[slug] || slug;
      const shard = await load(`cite/${shardOf(name)}`);
      if (Object.hasOwn(shard, name)) found[slug] = shard[name];
    }));
    return found;
  }

  const joined = {
    bibtex: (all, cited) => all.map((one) => cited[one.slug].bibtex).join("\n"),
    ris: (all, cited) => all.map((one) => cited[one.slug].ris).join("\n"),
    csl: (all, cited) => JSON.stringify(all.map((one) => cited[one.slug].csl), null, 1) + "\n",
    markdown: (all) => `# ${document.title}\n\n${all.map(markdown).join("")}`,
  };

  /** A line of a Markdown list, with the note below it. */
  function markdown(one) {
    const escaped = (text) => text.replace(/[\\`*_{}[\]<>#|&$~]/g, "\\$&");
    const by = one.by ? `, ${escaped(String(one.by))}` : "";
    const note = String(one.note || "").trim();
    const told = note ? `\n  ${escaped(note).replace(/\n+/g, "\n  ")}\n` : "";
    const state = one.read ? "x" : " ";
    return `- [${state}] [${escaped(title(one)).replace(/\s+/g, " ")}](${address(one.slug)})${by}\n${told}`;
  }

  async function made(format) {
    const all = listed().filter(isShown);
    if (format === "markdown") return joined.markdown(all);
    const cited = await citations(all.map((one) => one.slug));
    const here = all.filter((one) => cited[one.slug]);
    const missing = all.length - here.length;
    tell(missing ? sayMany("Without %(count)s paper no longer on this shelf.", "Without %(count)s papers no longer on this shelf.", missing) : "");
    return joined[format](here, cited);
  }

  async function download() {
    const format = FORMATS[ui.format.value];
    const url = URL.createObjectURL(new Blob([await made(ui.format.value)], { type: format.type }));
    const link = make("a", { href: url, download: format.file });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  }

  /** Copies; where the browser does not allow it, shows the text to be copied by hand. */
  async function copy(text, done) {
    try {
      await navigator.clipboard.writeText(text);
      tell(done);
    } catch (refused) {
      const area = make("textarea", { value: text, readOnly: true, rows: 4, "aria-label": say("To copy") });
      tell(say("Copy this:"), " ", area);
      area.select();
    }
  }

  const trouble = () => tell(say("The citations could not be fetched. Try again when you are online."));

  /* ---- a link that carries the list --------------------------------------------------------- */

  function link() {
    const slugs = listed().filter(isShown).slice(0, LONGEST).map((one) => one.slug);
    return `${location.href.split("#")[0]}#papers=${slugs.join(",")}`;
  }

  async function offer() {
    const carried = /^#papers=(.*)$/s.exec(location.hash);
    ui.offer.hidden = true;
    if (!carried) return;
    const given = [...new Set(decoded(carried[1]).split(",").filter(Boolean))].slice(0, LONGEST);
    const slugs = given.filter(isSlug);
    const cited = await citations(slugs);
    const known = slugs.filter((slug) => cited[slug]);
    const has = new Set(listed().map((one) => one.slug));
    ui.offer.replaceChildren(...offered(given, known, cited, has));
    ui.offer.hidden = false;
    ui.offer.querySelector("h2").focus();
  }

  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch (broken) {
      return text;
    }
  }

  function offered(given, known, cited, has) {
    const unknown = given.filter((slug) => !known.includes(slug));
    const fresh = known.filter((slug) => !has.has(slug)).length;
    const lines = known.map((slug) => make("li", {},
      make("a", { href: address(slug), dir: "auto" }, cited[slug].title),
      has.has(slug) ? make("span", { class: "ps-quiet" }, " " + say("(on your list)")) : null));
    const odd = unknown.length ? make("p", { class: "ps-list-unknown" },
      say("This shelf does not have these papers of the link: %(papers)s", { papers: unknown.join(", ") })) : null;
    const add = button(fresh ? sayMany("Add %(count)s paper", "Add %(count)s papers", fresh) : say("All of them are on your list"), () => accept(known, cited, false));
    add.disabled = !fresh;
    const replace = has.size && known.length
      ? button(say("Put them in the place of my list"), () => accept(known, cited, true), "ps-plain") : null;
    return [
      make("h2", { tabIndex: -1 }, sayMany("This link carries %(count)s paper", "This link carries %(count)s papers", known.length)),
      make("ol", {}, ...lines), odd,
      make("p", { class: "ps-ways" }, add, replace, button(say("No, thanks"), dismiss, "ps-plain")),
    ].filter(Boolean);
  }

  /** Takes over what a link carries; reading marks and notes that are there already stay. */
  function accept(known, cited, isInstead) {
    const before = mine.all();
    const now = Date.now();
    if (isInstead) {
      for (const one of listed()) if (!known.includes(one.slug)) mine.set(one.slug, { star: 0 });
    }
    const isKept = known.map((slug, at) => mine.set(slug, {
      star: !isInstead && before[slug]?.star || now - at, // keeps the order of the link
      title: cited[slug].title,
      by: before[slug]?.by || byOf(cited[slug].csl),
    })).every(Boolean);
    dismiss();
    tell(sayMany("%(count)s paper is on your list.", "%(count)s papers are on your list.", known.length));
    kept(isKept);
  }

  /** `Li and Kim · 2024`, from a citation. */
  function byOf(csl) {
    const names = (csl.author || []).map((one) => one.literal || one.family || one.given);
    const by = names.length > 2 ? say("%(name)s et al.", { name: names[0] })
      : names.length > 1 ? say("%(one)s and %(other)s", { one: names[0], other: names[1] }) : names[0];
    return [by, csl.issued?.["date-parts"]?.[0]?.[0]].filter(Boolean).join(" · ");
  }

  function dismiss() {
    history.replaceState(null, "", location.pathname + location.search);
    ui.offer.hidden = true;
    ui.title.focus();
  }

  /* ---- the page --------------------------------------------------------------------------------- */

  const ui = {};

  function select(name, label, known, onchange) {
    const options = Object.entries(known).map(([value, text]) => make("option", { value }, text));
    ui[name] = make("select", { id: `ps-list-${name}`, onchange }, ...options);
    return make("span", { class: "ps-browse-choice" },
      make("label", { for: `ps-list-${name}` }, label), " ", ui[name]);
  }

  function build() {
    const formats = Object.fromEntries(Object.entries(FORMATS).map(([name, one]) => [name, one.label]));
    ui.title = make("h2", { class: "ps-unseen", tabIndex: -1 }, say("Papers"));
    ui.count = make("p", { class: "ps-browse-status" });
    ui.said = make("p", { class: "ps-list-said", role: "status" });
    ui.offer = make("section", { class: "ps-list-offer", hidden: true, "aria-label": say("A list that was passed on") });
    ui.tools = make("div", { class: "ps-list-tools" },
      select("show", say("Show"), SHOWS, () => { wanted = ui.show.value; show(); }),
      select("format", say("Format"), formats, null),
      button(say("Download"), () => download().catch(trouble)),
      button(say("Copy"), () => made(ui.format.value).then((text) => copy(text, say("Copied."))).catch(trouble)),
      button(say("Copy a link to this list"), () => copy(link(), say("The link is copied. It carries the papers, not your notes."))));
    ui.empty = make("p", { class: "ps-list-empty" }, say("Nothing is starred yet. The star beside a paper puts it here."));
    ui.list = make("ol", { class: "ps-cards" });
    host.replaceChildren(ui.offer, ui.title, ui.count, ui.tools, ui.said, ui.empty, ui.list);
  }

  build();
  show();
  document.addEventListener("papershelf:mine", show);
  addEventListener("hashchange", () => offer().catch(trouble));
  load("left").then((found) => {
    left = found;
    ui.list.dataset.signs = "";
    show();
  }, () => {}).then(offer).catch(trouble);
})();
