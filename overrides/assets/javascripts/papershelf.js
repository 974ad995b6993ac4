/* What every page needs: a name for the others to meet under, data, and buttons for the search. */
(function () {
  "use strict";
  var here = new URL("../../", document.currentScript.src);
  var arrived = {};
  var awaited = {};

  /* Data are scripts that call `receive`: pages opened as files may not fetch. */
  function load(name) {
    awaited[name] = awaited[name] || new Promise(function (resolve, reject) {
      document.head.append(make("script", {
        src: new URL("assets/data/" + name + ".js", here),
        onload: function () { resolve(arrived[name]); },
        onerror: function () { delete awaited[name]; reject(new Error("no data: " + name)); },
      }));
    });
    return awaited[name];
  }

  /* The interface's texts: English stands in the scripts, other languages come in the data file
     `words`, which is there before any script asks. A plural has a form for each name that
     `Intl.PluralRules` knows; `%(name)s` is where a value goes, numbers with their groups. */
  function rules(kind) {
    var words = arrived.words;
    return new Intl[kind]((words ? words.language : "en") + "-u-nu-latn");
  }

  function number(value) {
    return rules("NumberFormat").format(value);
  }

  function filled(text, values) {
    return text.replace(/%\((\w+)\)s/g, function (slot, name) {
      var value = values && Object.hasOwn(values, name) ? values[name] : slot;
      return typeof value === "number" ? number(value) : value;
    });
  }

  function said(text) {
    var texts = arrived.words && arrived.words.texts;
    return texts && Object.hasOwn(texts, text) ? texts[text] : null;
  }

  function say(text, values) {
    return filled(said(text) || text, values);
  }

  function sayMany(one, many, count, values) {
    var forms = said(one) || { one: one, other: many };
    var form = forms[rules("PluralRules").select(count)] || forms.other;
    return filled(form, Object.assign({ count: count }, values));
  }

  /* An element with its properties, attributes and listeners (`onclick`); what is given as text is
     text, never markup. Children may be lists; null and undefined are left out. */
  function make(name, properties, ...children) {
    var made = document.createElement(name);
    Object.entries(properties || {}).forEach(function (pair) {
      var key = pair[0], value = pair[1];
      if (key === "class") made.className = value;
      else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else if (key in made && key !== "dir") made[key] = value;
      else made.setAttribute(key, value);
    });
    made.append(...children.flat().filter(function (child) { return child !== null && child !== undefined; }));
    return made;
  }

  /* The name in an address that a text makes; the data say where it makes another. */
  function spelt(text) {
    var made = text.toLowerCase().replace(/['\u2019]/g, "").replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
    return made.length <= 80 ? made : made.slice(0, made.lastIndexOf("-", 80));
  }

  window.papershelf = {
    say: say, // an English text and its values → the text in the language of the site
    sayMany: sayMany, // the same with a number, `%(count)s` in the texts for one and for many
    number: number,
    spelt: spelt, // a title → the name in an address that it makes
    make: make, // an element from its name, its properties and its children
    root: here, // of the site, as a URL
    load: load, // the name of a data file, as in `browse/0` → a promise of its value
    receive: function (name, value) { arrived[name] = value; },
    mine: mine(),
    trail: trail,
  };

  /* The list that a reader last went into a paper from: {label, from, papers, previous, next},
     each paper [address, title]; `previous` and `next` are the pages of the list beside it.
     Kept for the tab alone. */
  function trail(found) {
    var key = "papershelf.trail:" + here.pathname;
    try {
      if (found) sessionStorage.setItem(key, JSON.stringify(found));
      return found || JSON.parse(sessionStorage.getItem(key));
    } catch (refused) { return null; }
  }

  function trailOf(list, page) {
    var turns = { prev: null, next: null };
    Object.keys(turns).forEach(function (rel) {
      var link = page.querySelector(".ps-pager [rel=" + rel + "]");
      turns[rel] = link && [link.href, say("Another page of the list")];
    });
    var papers = Array.from(list.querySelectorAll("a[href]")).filter(isPaper).map(function (link) {
      return [link.href.split("#")[0], titleOf(link)];
    });
    var label = page.querySelector("h1").textContent.trim();
    return { label: label, from: location.href, papers: papers, previous: turns.prev, next: turns.next };
  }

  /* Set in MathML, x² has the text `x2`: such a title stands beside its link as plain text. */
  function titleOf(link) {
    return (link.dataset.title || link.textContent).trim().replace(/\s+/g, " ");
  }

  function isPaper(link) {
    return link.href.indexOf(here.href + "papers/") === 0;
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest(".ps-page:not(.ps-paper) ol a[href]");
    if (link && isPaper(link)) trail(trailOf(link.closest("ol"), link.closest(".ps-page")));
  });

  /* What a reader stars, reads and notes stays in this browser, under a name that no other
     shelf of the host has. Where nothing can be kept it lasts as long as the page. */
  function mine() {
    var key = "papershelf:" + here.pathname;
    var unkept = {};

    function recall(name) {
      var text = unkept[name];
      try { text = text || localStorage.getItem(name); } catch (refused) { /* private mode */ }
      try {
        var found = JSON.parse(text) || {};
        if (typeof found === "object" && !Array.isArray(found)) return found;
      } catch (broken) { /* put aside below */ }
      keep(name + ":broken", text);
      return {};
    }

    function keep(name, value) {
      var text = typeof value === "string" ? value : JSON.stringify(value);
      try { localStorage.setItem(name, text); delete unkept[name]; return true; } catch (full) { unkept[name] = text; }
      return false;
    }

    /* Slug → {title, by, star, read, note}; star and read are the times when they were set. */
    function all() {
      var found = recall(key);
      Object.keys(found).forEach(function (slug) {
        if (!found[slug] || typeof found[slug] !== "object") delete found[slug];
      });
      return found;
    }

    /* Changes what is known of a paper; false where it could not be kept. */
    function set(slug, change) {
      var papers = all();
      var one = papers[slug] = Object.assign({}, papers[slug], change);
      if (!one.star && !one.read && !one.note) delete papers[slug];
      var isKept = keep(key, papers);
      tell();
      return isKept;
    }

    /* What is kept under a name; with a value, keeps that, and with null nothing. */
    function setting(name, value) {
      var found = recall(key + ":settings");
      if (value === undefined || (value === null && !(name in found))) return found[name];
      found[name] = value === null ? undefined : value;
      return keep(key + ":settings", found);
    }

    /* The marks of the papers that the home page knows from the last visit, as one text. */
    function seen(marks) {
      var name = key + ":seen";
      if (marks !== undefined) keep(name, marks);
      try { return unkept[name] || localStorage.getItem(name) || ""; } catch (refused) { return ""; }
    }

    function tell() { document.dispatchEvent(new Event("papershelf:mine")); }
    addEventListener("storage", function (event) { if (event.key === key) tell(); });

    /* A button that sets or takes away one of star and read; it shows how things stand. */
    function toggle(kind, slug, title, by, label) {
      var button = make("button", {
        type: "button", class: "ps-" + kind, "data-mine": kind + " " + slug,
        "aria-label": label || say("Star: %(title)s", { title: title }),
        onclick: function () {
          var one = all()[slug] || {};
          var change = { title: title, by: by };
          change[kind] = one[kind] ? 0 : Date.now();
          set(slug, change);
        },
      }, label);
      show(button, all());
      return button;
    }

    function show(button, papers) {
      var parts = button.dataset.mine.split(" ");
      button.setAttribute("aria-pressed", String(Boolean((papers[parts[1]] || {})[parts[0]])));
    }

    document.addEventListener("papershelf:mine", function () {
      var papers = all();
      document.querySelectorAll("[data-mine]").forEach(function (button) { show(button, papers); });
    });

    return {
      all: all, set: set, setting: setting, seen: seen, toggle: toggle,
      button: function (slug, title, by) { return toggle("star", slug, title, by); },
    };
  }

  function slugOf(place) {
    var found = /\/papers\/([^/]+)\//.exec(place.pathname);
    return found && found[1];
  }

  /* A star on every card, and star, read mark and note on the page of a paper. */
  function adorn() {
    var own = window.papershelf.mine;
    document.querySelectorAll(".ps-card-title a").forEach(function (link) {
      var slug = slugOf(link), card = link.closest(".ps-card");
      if (!slug || !card || card.querySelector(".ps-star")) return;
      var meta = Array.from(card.querySelectorAll(".ps-card-meta > span"), function (span) { return span.textContent.trim(); });
      card.querySelector(".ps-card-title").after(own.button(slug, titleOf(link), meta.join(" · ")));
    });
    document.querySelectorAll("[data-ps-mine]").forEach(function (box) {
      var slug = slugOf(location), title = box.dataset.title, by = box.dataset.by;
      var note = make("textarea", {
        value: String((own.all()[slug] || {}).note || ""), "aria-label": say("Private note"), dir: "auto",
      });
      var said = make("p", { class: "ps-quiet", role: "status" });
      var fold = make("details", { class: "ps-fold", open: Boolean(note.value) },
        make("summary", {}, say("Note")), note, said);
      note.oninput = function () {
        var isKept = own.set(slug, { title: title, by: by, note: note.value.trim() });
        said.textContent = isKept ? say("Kept in this browser.") : say("This browser keeps nothing; copy the note before you leave.");
      };
      box.append(own.toggle("star", slug, title, by, say("Star")), own.toggle("read", slug, title, by, say("Read")), fold);
    });
  }
  /* Scripts of one page run before this, also that with the words. */
  if (document.readyState === "complete") adorn();
  else document.addEventListener("DOMContentLoaded", adorn);

  /* Opened as a file a folder shows what lies in it, and not its page. */
  function intoFolder(event) {
    var link = event.target.closest && event.target.closest("a[href]");
    if (link && link.protocol === "file:" && link.pathname.endsWith("/")) link.pathname += "index.html";
  }
  if (location.protocol === "file:") {
    document.addEventListener("click", intoFolder, true);
    document.addEventListener("auxclick", intoFolder, true);
  }

  /* Delegated, so that what arrives later works too. */
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-ps-search]");
    var toggle = document.querySelector("[data-md-toggle=search]");
    if (!button || !toggle) return;
    if (!toggle.checked) toggle.click();
    var query = document.querySelector("[data-md-component=search-query]");
    if (query) query.focus();
  });

  /* The theme lists the topics of each thing found as a landmark, all by the same name. */
  var results = document.querySelector(".md-search-result__list");
  if (results) new MutationObserver(function () {
    results.querySelectorAll("nav:not([role])").forEach(function (nav) { nav.setAttribute("role", "presentation"); });
  }).observe(results, { childList: true, subtree: true });
})();
