/* The browse page: filters, sorts and shows the collection; all that is chosen is in the URL.
 *
 * Facets are lists of numbers in typed arrays: counting all of them for 10,000 papers takes a
 * few milliseconds. What takes longer is done in slices, so that keys and touches get through.
 */
(() => {
  "use strict";
  const host = document.querySelector("[data-ps-browse]");
  if (!host || !Number(host.dataset.count)) return;

  const { load, make, root, mine, say, sayMany, number, spelt } = window.papershelf;
  const PER_PAGE = 50;
  const SLICE = 10; // papers put on the page at a time
  const FEW = 8; // values of a facet in sight
  const MANY = 200; // and at most, when all of them are asked for
  const SORTS = {
    newest: say("Newest first"),
    title: say("Title, A to Z"),
    author: say("First author"),
  };
  const MORE_SORTS = { listed: say("Last listed") }; // where the data have them
  const VIEWS = { list: say("List"), cards: say("Cards"), table: say("Table") };
  const KEYS = [
    ["j, ↓", say("next paper")],
    ["k, ↑", say("previous paper")],
    ["Enter", say("open the paper")],
    ["s", say("star it, or take the star away")],
    ["n, p", say("next and previous page")],
    ["/", say("to the filter")],
    ["Escape", say("from the filter to the papers")],
    ["?", say("show these keys")],
  ];

  /* ---- small tools -------------------------------------------------------------------- */

  const breath = () => new Promise((resolve) => setTimeout(resolve));

  /** Text as it compares: without case and accents. */
  function fold(text) {
    // Most text is ASCII, which needs no taking apart.
    if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  }

  /** Numbers by their keys, which are whole. Sorted natively, without a call a comparison: the
      keys hold the numbers, too, so that these must be below 2 ** 20. */
  function ordered(keys, numbers) {
    const both = Float64Array.from(keys, (key, at) => key * 2 ** 20 + numbers[at]);
    return Array.from(both.sort(), (one) => one - Math.floor(one / 2 ** 20) * 2 ** 20);
  }

  /* ---- the collection ----------------------------------------------------------------- */

  const shelf = {
    count: 0, shard: 0, facets: [], dates: [],
    title: [], slug: [], by: [], first: [], when: [], listed: [], text: [], teaser: [],
  };

  /** The rows of a facet, one after the other: those of paper `i` from `starts[i]` on. */
  function packed(rows, values) {
    const starts = new Uint32Array(rows.length + 1);
    rows.forEach((row, i) => { starts[i + 1] = starts[i] + row.length; });
    const numbers = new Uint32Array(starts[rows.length]);
    rows.forEach((row, i) => numbers.set(row, starts[i]));
    return { starts, numbers, counts: new Uint32Array(values) };
  }

  function facet(head) {
    const made = { ...head, open: false, whole: false, wanted: "" };
    return head.late ? made : Object.assign(made, named(head), { rows: [] });
  }

  function named({ keys, labels, shelves, groups }) {
    const names = labels.map((label, i) => keys[i] || spelt(label));
    return { labels, folded: labels.map(fold), shelves, groups, keys: names, places: new Map(names.map((key, i) => [key, i])) };
  }

  function pack(side) {
    Object.assign(side, packed(side.rows, side.labels.length));
    side.rows = null;
  }

  /** Fetches a facet that was not needed from the start. */
  function late(side) {
    side.coming = side.coming || (async () => {
      const head = named(await load(`browse/${side.name}`));
      const rows = [];
      for (let shard = 0; shard * shelf.shard < shelf.count; shard++) {
        rows.push(...(await load(`browse/${side.name}-${shard}`))[side.name]);
        await breath();
      }
      side.rows = rows;
      Object.assign(side, head);
      pack(side);
    })();
    side.coming.catch(() => { side.coming = null; });
    return side.coming;
  }

  const isHere = (side) => Boolean(side.starts);

  async function fetchShelf(progress) {
    const head = await load("browse/index");
    shelf.count = head.count;
    shelf.shard = head.shard;
    shelf.dates = head.dates;
    for (const sort of head.sorts) SORTS[sort] = MORE_SORTS[sort];
    shelf.facets = head.facets.map(facet);
    const shards = Math.ceil(head.count / head.shard);
    // All at once over the wire, one at a time on the processor.
    const coming = Array.from({ length: shards }, (_, i) => load(`browse/${i}`));
    for (const one of coming) {
      take(await one);
      progress(shelf.title.length);
      await breath();
    }
    hasAuthors = shelf.by.some(Boolean);
    for (const one of shelf.facets) {
      if (!one.late) pack(one);
      await breath();
    }
  }

  function take(part) {
    for (const column of ["title", "by", "first", "when", "listed"]) {
      shelf[column].push(...(part[column] || []));
    }
    shelf.slug.push(...part.slug.map((slug, i) => slug || spelt(part.title[i])));
    shelf.text.push(...part.title.map((title, i) => fold(`${title} ${part.by[i]}`)));
    for (const one of shelf.facets) if (!one.late) one.rows.push(...part[one.name]);
  }

  /* First sentences and all authors of a shard; the filter then looks into them, too. */
  const texts = new Map();

  function text(shard) {
    if (!texts.has(shard)) {
      const coming = load(`browse/text-${shard}`).then((part) => {
        const start = shard * shelf.shard;
        part.teaser.forEach((teaser, i) => {
          shelf.teaser[start + i] = teaser;
          shelf.text[start + i] = fold(`${shelf.title[start + i]} ${part.authors[i]} ${teaser}`);
        });
      });
      texts.set(shard, coming);
      coming.catch(() => texts.delete(shard));
    }
    return texts.get(shard);
  }

  let isTextThere = false;
  let hasAuthors = false;

  async function allTexts() {
    for (let shard = 0; shard * shelf.shard < shelf.count; shard++) {
      await text(shard);
      await breath();
    }
    isTextThere = true;
  }

  /* ---- what is chosen, and the URL ------------------------------------------------------ */

  let chosen = null;

  /** `picks` has the numbers of the chosen values by facet; `every` the facets that want all. */
  function read(search) {
    const found = new URLSearchParams(search);
    const one = (name, known, fallback) =>
      Object.hasOwn(known, found.get(name) || "") ? found.get(name) : fallback;
    const picks = {};
    for (const side of shelf.facets) {
      const numbers = isHere(side) ? found.getAll(side.name).map((key) => side.places.get(key)) : [];
      picks[side.name] = new Set(numbers.filter((n) => n !== undefined));
    }
    return {
      q: found.get("words") || "", // the theme has a use for `q`
      sort: one("sort", SORTS, "newest"),
      view: one("view", VIEWS, "list"),
      page: Math.max(1, Math.floor(Number(found.get("page"))) || 1),
      every: new Set(found.getAll("every")),
      picks,
    };
  }

  function query(state) {
    const made = new URLSearchParams();
    if (state.q.trim()) made.set("words", state.q.trim());
    for (const side of shelf.facets) {
      for (const n of state.picks[side.name]) made.append(side.name, side.keys[n]);
      if (side.many && state.every.has(side.name)) made.append("every", side.name);
    }
    if (state.sort !== "newest") made.set("sort", state.sort);
    if (state.view !== "list") made.set("view", state.view);
    if (state.page > 1) made.set("page", state.page);
    const text = made.toString();
    return text ? `?${text}` : "";
  }

  /** Writes the URL; what is typed replaces it, what is chosen is a step to go back from. */
  function note(isStep) {
    const url = location.pathname + query(chosen) + location.hash;
    if (isStep) history.pushState(null, "", url);
    else history.replaceState(null, "", url);
  }

  /* ---- filtering ------------------------------------------------------------------------ */

  /** `sun "dial face" -moon` as its parts; each must be found, those with a minus must not. */
  function needles(q) {
    const parts = fold(q).match(/-?"[^"]*"?|\S+/g) || [];
    return parts
      .map((part) => ({
        isWanted: !/^-./.test(part),
        text: part.replace(/^-(?=.)/, "").replace(/"/g, ""),
      }))
      .filter((part) => part.text);
  }

  async function matching(q, isStale) {
    const hits = new Uint8Array(shelf.count).fill(1);
    const parts = needles(q);
    if (!parts.length) return hits;
    for (let i = 0; i < shelf.count; i++) {
      if (i % shelf.shard === 0) {
        await breath();
        if (isStale()) return null;
      }
      const hay = shelf.text[i];
      hits[i] = parts.every((part) => hay.includes(part.text) === part.isWanted) ? 1 : 0;
    }
    return hits;
  }

  /** Which papers one facet lets through. */
  function passing(side, picks, isEvery) {
    const wanted = new Uint8Array(side.labels.length);
    for (const n of picks) wanted[n] = 1;
    const least = isEvery ? picks.size : 1;
    const pass = new Uint8Array(shelf.count);
    for (let i = 0; i < shelf.count; i++) {
      let found = 0;
      for (let at = side.starts[i]; at < side.starts[i + 1]; at++) found += wanted[side.numbers[at]];
      pass[i] = found >= least ? 1 : 0;
    }
    return pass;
  }

  /** How many papers each value of a facet would leave, given what the other facets let through. */
  function tally(side, misses, isOwn) {
    side.counts.fill(0);
    for (let i = 0; i < shelf.count; i++) {
      // A paper that only this facet keeps out counts for the facet's other values.
      if (misses[i] - isOwn(i) > 0) continue;
      for (let at = side.starts[i]; at < side.starts[i + 1]; at++) side.counts[side.numbers[at]]++;
    }
  }

  let papers = []; // what was found, in order
  let turn = 0;

  /** Finds what the choice lets through; nothing when a newer choice came in between. */
  async function find() {
    const mineTurn = ++turn;
    const isStale = () => mineTurn !== turn;
    const hits = await matching(chosen.q, isStale);
    if (!hits) return null;
    const misses = new Uint8Array(shelf.count).map((_, i) => 1 - hits[i]);
    const gates = shelf.facets.map((side) => {
      const picks = chosen.picks[side.name];
      return picks.size ? passing(side, picks, isEvery(side)) : null; // none is chosen of one not here
    });
    gates.forEach((gate) => {
      if (gate) for (let i = 0; i < shelf.count; i++) misses[i] += 1 - gate[i];
    });
    for (const [at, side] of shelf.facets.entries()) {
      if (!isHere(side)) continue;
      const gate = isEvery(side) ? null : gates[at];
      tally(side, misses, gate ? (i) => 1 - gate[i] : () => 0);
      await breath();
      if (isStale()) return null;
    }
    return sorted(misses);
  }

  const isEvery = (side) => side.many && chosen.every.has(side.name);

  /** Those that nothing keeps out, as they are to be sorted; what is alike by title. */
  function sorted(misses) {
    const age = (i) => shelf.dates.length - shelf.when[i];
    const key = {
      title: () => 0,
      newest: age,
      author: (i) => shelf.first[i],
      listed: (i) => -shelf.listed[i],
    }[chosen.sort];
    const found = [];
    for (let i = 0; i < shelf.count; i++) if (!misses[i]) found.push(i);
    return ordered(found.map(key), found);
  }

  /* ---- facets on the page ----------------------------------------------------------------- */

  /** The values in sight: what is chosen first, then the most frequent, or as they are ordered. */
  function inSight(side) {
    const picks = chosen.picks[side.name];
    const wanted = fold(side.wanted);
    const isGrouped = side.whole && side.shelves.length > 1;
    const all = [];
    for (let n = 0; n < side.labels.length; n++) {
      if (!side.counts[n] && !picks.has(n)) continue;
      if (wanted && !side.folded[n].includes(wanted)) continue;
      const group = isGrouped ? side.groups[n] : 0;
      const rank = (picks.has(n) ? 0 : 1 << 22) - (side.ranked ? side.counts[n] : 0);
      all.push([group * 2 ** 24 + rank, n]);
    }
    const order = ordered(all.map(([key]) => key), all.map(([, n]) => n));
    const few = side.whole ? MANY : Math.max(FEW, picks.size);
    return { shown: order.slice(0, few), more: Math.max(0, order.length - few), isGrouped };
  }

  function value(side, n) {
    const box = make("input", {
      type: "checkbox",
      checked: chosen.picks[side.name].has(n),
      "data-value": side.keys[n],
      onchange: () => pick(side, n),
    });
    const count = make("span", { class: "ps-count" }, number(side.counts[n]));
    const label = make("span", { dir: "auto" }, side.labels[n]);
    return make("li", {}, make("label", {}, box, label, count));
  }

  function pick(side, n) {
    const picks = chosen.picks[side.name];
    if (!picks.delete(n)) picks.add(n);
    change();
  }

  function fill(side) {
    if (!isHere(side)) return;
    const focus = document.activeElement;
    const held = side.list.contains(focus) ? focus.dataset.value : null;
    const { shown, more, isGrouped } = inSight(side);
    side.list.replaceChildren();
    shown.forEach((n, at) => {
      if (isGrouped && (!at || side.groups[shown[at - 1]] !== side.groups[n])) {
        const [name, hue] = side.shelves[side.groups[n]];
        side.list.append(make("li", { class: `ps-facet-group ps-hue-${hue}` }, name));
      }
      side.list.append(value(side, n));
    });
    if (held) side.list.querySelector(`[data-value="${CSS.escape(held)}"]`)?.focus();
    if (!shown.length) side.list.append(make("li", { class: "ps-quiet" }, say("None")));
    side.every.hidden = !side.many || (!chosen.picks[side.name].size && !isEvery(side));
    side.every.querySelector("input").checked = isEvery(side);
    side.more.hidden = !side.whole && !more;
    side.more.textContent = side.whole ? say("Show fewer") : sayMany("Show %(count)s more", "Show %(count)s more", more);
    side.find.hidden = !side.whole || (side.labels.length <= 2 * FEW);
    side.rest.hidden = !side.whole || !more;
    side.rest.textContent = sayMany("and %(count)s more: type to find them", "and %(count)s more: type to find them", more);
  }

  /** A facet's fold, made once; `fill` brings it up to date. */
  function facetBox(side, isOpen) {
    side.open = isOpen;
    side.list = make("ul", { class: "ps-facet-values" });
    side.sum = make("span", { class: "ps-facet-sum" });
    side.rest = make("p", { class: "ps-quiet" });
    side.find = make("input", {
      type: "search", class: "ps-facet-find", placeholder: say("Find one"),
      "aria-label": say("Find in %(facet)s", { facet: side.label }),
      oninput: () => { side.wanted = side.find.value; fill(side); },
    });
    side.every = make("label", { class: "ps-facet-every" }, make("input", {
      type: "checkbox", onchange: () => toggleEvery(side),
    }), say("Papers must have all of them"));
    side.more = make("button", {
      type: "button", class: "ps-plain",
      onclick: () => {
        side.whole = !side.whole;
        side.wanted = side.find.value = "";
        fill(side);
      },
    });
    const summary = make("summary", {}, side.label, " ", side.sum);
    const body = [side.find, side.every, side.list, side.rest, side.more];
    // Until the values are here there is nothing to find, to join or to show more of.
    for (const tool of [side.find, side.every, side.rest, side.more]) tool.hidden = true;
    return make("details", {
      class: "ps-fold ps-facet", open: isOpen,
      ontoggle: (event) => {
        side.open = event.target.open;
        if (side.open) opened(side);
      },
    }, summary, ...body);
  }

  async function opened(side) {
    if (isHere(side)) return fill(side);
    side.list.replaceChildren(make("li", { class: "ps-quiet" }, say("Fetching …")));
    try {
      await late(side);
      await refresh();
    } catch (error) {
      side.list.replaceChildren(make("li", { class: "ps-quiet" }, say("Could not be fetched; open it again.")));
    }
  }

  function toggleEvery(side) {
    if (!chosen.every.delete(side.name)) chosen.every.add(side.name);
    change();
  }

  /* ---- papers on the page ------------------------------------------------------------------ */

  const address = (i) => new URL(`papers/${shelf.slug[i]}/`, root).href;

  const titleOf = (i) =>
    make("a", { href: address(i), dir: "auto", "data-paper": shelf.slug[i] }, shelf.title[i]);

  function dateOf(i) {
    const [spoken, machine] = shelf.dates[shelf.when[i]];
    if (!spoken) return null;
    return machine ? make("time", { dateTime: machine }, spoken) : make("span", {}, spoken);
  }

  const starOf = (i) => mine.button(shelf.slug[i], shelf.title[i], told(i));
  const told = (i) => [shelf.by[i], shelf.dates[shelf.when[i]][0]].filter(Boolean).join(" · ");

  function metaOf(i) {
    const parts = [shelf.by[i] && make("span", { dir: "auto" }, shelf.by[i]), dateOf(i)];
    return make("span", { class: "ps-card-meta" }, ...parts.filter(Boolean).map((part) => make("span", {}, part)));
  }

  const side = (name) => shelf.facets.find((one) => one.name === name);

  function labels(name, i) {
    const found = side(name);
    if (!found) return [];
    return Array.from(found.numbers.subarray(found.starts[i], found.starts[i + 1]), (n) => [n, found.labels[n]]);
  }

  function topicsOf(i) {
    const topics = side("topic");
    const hue = (n) => topics.shelves[topics.groups[n]][1];
    const chips = labels("topic", i).slice(0, 4).map(([n, label]) => make("li", {}, make("button", {
      type: "button", class: `ps-chip ps-hue-${hue(n)}`, title: say("Only papers on %(topic)s", { topic: label }),
      onclick: () => { chosen.picks.topic.add(n); change(); },
    }, label)));
    return chips.length ? make("ul", { class: "ps-chips" }, ...chips) : null;
  }

  const shows = {
    list: (i) => make("li", {}, titleOf(i), metaOf(i), starOf(i)),
    cards: (i) => make("li", { class: "ps-card" },
      make("h3", { class: "ps-card-title" }, titleOf(i)), starOf(i),
      metaOf(i),
      shelf.teaser[i] ? make("p", { class: "ps-card-teaser", dir: "auto" }, shelf.teaser[i]) : null,
      topicsOf(i)),
    table: (i) => make("tr", {},
      make("th", { scope: "row" }, titleOf(i)),
      hasAuthors ? make("td", { dir: "auto" }, shelf.by[i]) : null,
      make("td", {}, dateOf(i)),
      make("td", {}, labels("topic", i).slice(0, 3).map((pair) => pair[1]).join(", ")),
      make("td", {}, starOf(i))),
  };

  function frame(view) {
    if (view === "list") return make("ol", { class: "ps-titles ps-browse-list" });
    if (view === "cards") return make("ol", { class: "ps-cards ps-browse-cards" });
    const heads = [say("Title"), ...(hasAuthors ? [say("Authors")] : []), say("Date"), say("Topics"), say("Star")];
    const head = make("tr", {}, ...heads.map((name) => make("th", { scope: "col" }, name)));
    const table = make("table", { class: "ps-table" }, make("thead", {}, head), make("tbody"));
    return make("div", { class: "ps-browse-table", tabIndex: 0, role: "region", "aria-label": say("Papers") }, table);
  }

  async function show() {
    const pages = Math.max(1, Math.ceil(papers.length / PER_PAGE));
    chosen.page = Math.min(chosen.page, pages);
    const part = papers.slice((chosen.page - 1) * PER_PAGE, chosen.page * PER_PAGE);
    const now = turn;
    if (chosen.view === "cards") {
      const shards = new Set(part.map((i) => Math.floor(i / shelf.shard)));
      await Promise.all([...shards].map(text)).catch(() => {}); // without first sentences, then
      if (now !== turn) return;
    }
    ui.pager.replaceChildren(...pager(pages));
    ui.pager.hidden = pages < 2;
    // What stands there already keeps its place, and the reader's.
    const signs = [chosen.view, ...part].join();
    if (ui.signs === signs && part.length) return;
    ui.signs = "";
    const list = part.length ? frame(chosen.view) : nothing();
    ui.results.replaceChildren(list);
    const rows = list.querySelector("tbody") || list;
    for (let at = 0; at < part.length; at += SLICE) {
      rows.append(...part.slice(at, at + SLICE).map(shows[chosen.view]));
      await breath();
      if (now !== turn) return;
    }
    ui.signs = signs;
  }

  const nothing = () => make("p", { class: "ps-browse-none" }, say("No paper has all of this."), " ",
    make("button", { type: "button", class: "ps-button", onclick: clear }, say("Start over")));

  function pager(pages) {
    const turnTo = (page, text, rel) => make("button", {
      type: "button", class: "ps-plain", disabled: page < 1 || page > pages,
      "data-turn": rel, onclick: () => go(page),
    }, text);
    return [
      turnTo(chosen.page - 1, say("← Previous"), "prev"),
      make("span", {}, say("Page %(page)s of %(pages)s", { page: chosen.page, pages })),
      turnTo(chosen.page + 1, say("Next →"), "next"),
    ];
  }

  async function go(page) {
    const pages = Math.max(1, Math.ceil(papers.length / PER_PAGE));
    if (page < 1 || page > pages || page === chosen.page) return;
    chosen.page = page;
    note(true);
    turn++;
    await show();
    ui.results.scrollIntoView({ block: "start" });
    focusOn(0);
  }

  /* ---- the page -------------------------------------------------------------------------------- */

  const ui = {};

  function choice(name, label, known) {
    const options = Object.entries(known).map(([value, text]) => make("option", { value }, text));
    ui[name] = make("select", {
      id: `ps-browse-${name}`,
      onchange: () => { chosen[name] = ui[name].value; change(name === "view"); },
    }, ...options);
    return make("span", { class: "ps-browse-choice" },
      make("label", { for: `ps-browse-${name}` }, label), " ", ui[name]);
  }

  function build() {
    ui.q = make("input", {
      type: "search", id: "ps-browse-q", autocomplete: "off", spellcheck: false,
      placeholder: say("Words of title, authors, abstract"), oninput: typed,
    });
    ui.status = make("p", { class: "ps-browse-status", role: "status" });
    ui.clear = make("button", { type: "button", class: "ps-plain", onclick: clear }, say("Clear all"));
    ui.facets = make("div", { class: "ps-browse-facets", id: "ps-browse-facets" },
      ...shelf.facets.map((one, at) => facetBox(one, (at < 3 && !one.late) || chosen.picks[one.name].size > 0)));
    ui.drawer = make("button", {
      type: "button", class: "ps-button ps-browse-drawer", "aria-expanded": "false",
      "aria-controls": "ps-browse-facets", onclick: () => drawer(),
    }, say("Filters"));
    ui.results = make("div", { class: "ps-browse-results" });
    ui.pager = make("nav", { class: "ps-pager", "aria-label": say("Pages of papers") });
    ui.keys = keysDialog();
    const help = make("button", { type: "button", class: "ps-plain ps-browse-help", onclick: () => ui.keys.showModal() }, say("Keys"));
    const bar = make("div", { class: "ps-browse-bar" }, ui.drawer,
      choice("sort", say("Sort"), SORTS), choice("view", say("Show"), VIEWS), help);
    const search = make("div", { class: "ps-browse-search", role: "search", "aria-label": say("Filter the papers") },
      make("label", { for: "ps-browse-q", class: "ps-unseen" }, say("Filter the papers")), ui.q);
    const top = make("div", { class: "ps-browse-top" }, ui.status, ui.clear);
    const heading = make("h2", { class: "ps-unseen" }, say("Papers"));
    const filters = make("section", { class: "ps-browse-side", "aria-label": say("Filters") }, ui.facets);
    const main = make("section", { class: "ps-browse-main" }, heading, top, ui.results, ui.pager);
    host.replaceChildren(search, bar, make("div", { class: "ps-browse-frame" }, filters, main), ui.keys);
  }

  function drawer() {
    const isOpen = host.classList.toggle("ps-is-open");
    ui.drawer.setAttribute("aria-expanded", String(isOpen));
  }

  function keysDialog() {
    const rows = KEYS.map(([key, text]) => [make("dt", {}, make("kbd", {}, key)), make("dd", {}, text)]);
    const box = make("input", {
      type: "checkbox", checked: mine.setting("keys") !== "off",
      onchange: (event) => mine.setting("keys", event.target.checked ? "on" : "off"),
    });
    const dialog = make("dialog", { class: "ps-browse-keys", "aria-labelledby": "ps-keys-title" },
      make("h2", { id: "ps-keys-title" }, say("Keys")),
      make("dl", {}, ...rows.flat()),
      make("label", {}, box, " ", say("Use these keys")),
      make("p", {}, make("button", { type: "button", class: "ps-button", onclick: () => dialog.close() }, say("Close"))));
    return dialog;
  }

  function status() {
    const found = papers.length;
    const all = sayMany("%(count)s paper", "%(count)s papers", shelf.count);
    ui.status.textContent = found === shelf.count ? all : say("%(count)s of %(papers)s", { count: found, papers: all });
    const count = Object.values(chosen.picks).reduce((sum, picks) => sum + picks.size, 0);
    ui.clear.hidden = !count && !chosen.q.trim();
    ui.drawer.textContent = count ? say("Filters (%(count)s)", { count }) : say("Filters");
  }

  /** Brings all up to date with the choice. */
  async function refresh() {
    const found = await find();
    if (!found) return;
    papers = found;
    const now = turn;
    status();
    for (const one of shelf.facets) {
      const size = chosen.picks[one.name].size;
      one.sum.textContent = size ? number(size) : "";
      one.sum.hidden = !size;
      if (!one.open) continue;
      fill(one);
      await breath();
      if (now !== turn) return;
    }
    await show();
    if (now === turn) host.dataset.state = query(chosen) || "all"; // what a test can wait for
  }

  function change(keepsPage) {
    if (!keepsPage) chosen.page = 1;
    note(true);
    refresh();
  }

  let typing = 0;

  function typed() {
    clearTimeout(typing);
    typing = setTimeout(() => {
      chosen.q = ui.q.value;
      chosen.page = 1;
      note(false);
      refresh();
      look();
    }, 120);
  }

  /** Titles are searched at once, authors and abstracts when they have come. */
  function look() {
    if (chosen.q.trim() && !isTextThere) allTexts().then(retry, () => {});
  }

  /** Looks again, now that summaries are here. */
  function retry() {
    if (chosen.q.trim()) refresh();
  }

  function clear() {
    chosen = { ...read(""), sort: chosen.sort, view: chosen.view };
    ui.q.value = "";
    change();
    ui.q.focus();
  }

  async function restore() {
    const wanted = new URLSearchParams(location.search);
    await Promise.all(shelf.facets.filter((one) => one.late && wanted.has(one.name)).map(late)).catch(() => {});
    chosen = read(location.search);
    ui.q.value = chosen.q;
    ui.sort.value = chosen.sort;
    ui.view.value = chosen.view;
    look();
    await refresh();
  }

  /* ---- keys --------------------------------------------------------------------------------------- */

  const links = () => [...ui.results.querySelectorAll("[data-paper]")];

  function focusOn(at) {
    const all = links();
    const one = all[Math.max(0, Math.min(at, all.length - 1))];
    if (one) one.focus();
  }

  function step(by) {
    const at = links().indexOf(currentLink());
    focusOn(at < 0 ? 0 : at + by);
  }

  /** The paper that the focus is on, or in. */
  function currentLink() {
    const row = document.activeElement.closest(".ps-browse-results li, .ps-browse-results tr");
    return row && row.querySelector("[data-paper]");
  }

  function star() {
    const link = currentLink();
    const button = link && link.closest("li, tr").querySelector(".ps-star");
    if (button) button.click();
  }

  const ACTIONS = {
    j: () => step(1),
    k: () => step(-1),
    s: star,
    n: () => go(chosen.page + 1),
    p: () => go(chosen.page - 1),
    "/": () => { ui.q.focus(); ui.q.select(); },
    "?": () => ui.keys.showModal(),
  };

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (ui.keys.open || !document.activeElement) return;
    const target = event.target;
    if (target === ui.q && event.key === "Escape") {
      focusOn(0);
      return stop(event);
    }
    const isTyping = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
    if ((isTyping && target.type !== "checkbox") || isSearching()) return;
    if (mine.setting("keys") === "off") return;
    // The arrows scroll the page, but for a reader who is among the papers already.
    const arrow = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (arrow && currentLink()) step(arrow);
    else if (!arrow && Object.hasOwn(ACTIONS, event.key)) ACTIONS[event.key]();
    else return;
    stop(event);
  }

  const isSearching = () => document.querySelector("[data-md-toggle=search]")?.checked;

  /** The theme has a use for some of these keys, too, and listens further out. */
  function stop(event) {
    event.preventDefault();
    event.stopPropagation();
  }

  /* ---- beginning ------------------------------------------------------------------------------------ */

  async function begin() {
    const wait = make("p", { class: "ps-browse-status", role: "status" }, say("Fetching the papers …"));
    host.replaceChildren(wait);
    await fetchShelf((done) => { wait.textContent = say("Fetching the papers: %(count)s of %(all)s", { count: done, all: shelf.count }); });
    chosen = read(location.search);
    build();
    addEventListener("popstate", restore);
    document.addEventListener("keydown", onKey);
    await restore();
  }

  begin().catch((error) => {
    host.replaceChildren(make("p", { role: "status" },
      say("The papers could not be fetched; the indexes below lead to all of them."), " ",
      make("button", { type: "button", class: "ps-button", onclick: () => location.reload() }, say("Try again"))));
    console.error(error);
  });
})();
