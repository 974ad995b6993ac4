/* The page of a paper: the cite dialog, the share row, the way along the list one came from.
   Without it the citations unfold in place, and the way is that of the paper's first topic. */
(function () {
  "use strict";
  var page = document.querySelector(".ps-paper");
  if (!page) return;
  var say = window.papershelf.say, make = window.papershelf.make;

  /* ---- saying what happened ---------------------------------------------------------- */

  /* A modal dialog covers what lies outside it, also for screen readers: it has its own. */
  function voice(parent) {
    var said = make("p", { class: "ps-toast", role: "status" });
    parent.append(said);
    return said;
  }
  var voices = { page: voice(page) };
  var timer;

  function tell(text) {
    var dialog = document.querySelector("dialog.ps-dialog[open]");
    var said = dialog ? voices.dialog : voices.page;
    said.textContent = text;
    clearTimeout(timer);
    timer = setTimeout(function () { said.textContent = ""; }, 4000);
  }

  /* ---- copying ----------------------------------------------------------------------- */

  /* Pages opened as files, or over plain http, have no `navigator.clipboard`. */
  function copyByHand(text) {
    var field = make("textarea", { value: text, readOnly: true, class: "ps-unseen" });
    var before = document.activeElement;
    (document.querySelector("dialog[open]") || document.body).append(field);
    field.select();
    var copied = document.execCommand("copy");
    field.remove();
    if (before) before.focus();
    return copied ? Promise.resolve() : Promise.reject(new Error("not allowed"));
  }

  function copy(text, what) {
    var copying = navigator.clipboard && window.isSecureContext
      ? navigator.clipboard.writeText(text).catch(function () { return copyByHand(text); })
      : copyByHand(text);
    return copying.then(
      function () { tell(say("%(what)s copied", { what: what })); },
      function () { tell(say("Could not copy: the browser does not allow it")); }
    );
  }

  function save(text, name) {
    var address = URL.createObjectURL(new Blob([text + "\n"], { type: "text/plain;charset=utf-8" }));
    var link = make("a", { href: address, download: name });
    link.click();
    setTimeout(function () { URL.revokeObjectURL(address); }, 1000);
    tell(say("%(name)s saved", { name: name }));
  }

  /* ---- sharing ----------------------------------------------------------------------- */

  var abstract = page.querySelector(".ps-abstract");
  var selected = "";

  /* A press on a button may end the selection, so the last one is kept. */
  document.addEventListener("selectionchange", function () {
    var selection = document.getSelection();
    var text = selection.toString().trim();
    if (text && abstract.contains(selection.anchorNode) && abstract.contains(selection.focusNode)) {
      selected = text.replace(/\s+/g, " ");
    }
  });

  function permalink() {
    var canonical = document.querySelector("link[rel=canonical]");
    var isPublished = /^https?:/.test(location.protocol);
    return canonical ? canonical.href : isPublished ? location.origin + location.pathname
      : location.href.split("#")[0];
  }

  function title() {
    return page.querySelector("[data-ps-mine]").dataset.title.replace(/\s+/g, " ");
  }

  function markdown(text) {
    return text.replace(/[\\`*_[\]<>]/g, "\\$&");
  }

  /* The address of a text in a page (wicg.github.io/scroll-to-text-fragment): whole when it is
     short, else its first and last words. A hyphen and a comma have a meaning there. */
  function fragment(text) {
    var words = text.split(" ");
    var ends = words.length > 10
      ? [words.slice(0, 5).join(" "), words.slice(-5).join(" ")] : [text];
    return "#:~:text=" + ends.map(function (end) {
      return encodeURIComponent(end).replace(/-/g, "%2D");
    }).join(",");
  }

  var shared = {
    link: function () { return copy(permalink(), say("Link")); },
    markdown: function () {
      return copy("[" + markdown(title()) + "](" + permalink() + ")", say("Markdown link"));
    },
    quote: function () {
      if (!selected) return tell(say("Select words of the abstract first, then quote them"));
      var source = "[" + markdown(title()) + "](" + permalink() + fragment(selected) + ")";
      return copy("> " + markdown(selected) + "\n>\n> — " + source, say("Quotation"));
    },
  };
  page.addEventListener("click", function (event) {
    var button = event.target.closest("[data-ps-share]");
    if (button) shared[button.dataset.psShare]();
  });

  /* ---- citing ------------------------------------------------------------------------ */

  var fold = page.querySelector(".ps-cite");

  function choose(tabs, panels, number) {
    tabs.forEach(function (tab, at) {
      tab.setAttribute("aria-selected", String(at === number));
      tab.tabIndex = at === number ? 0 : -1;
      panels[at].hidden = at !== number;
    });
  }

  function turn(event, tabs) {
    var at = tabs.indexOf(document.activeElement);
    var step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    var to = event.key === "Home" ? 0 : event.key === "End" ? tabs.length - 1
      : step && (at + step + tabs.length) % tabs.length;
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    tabs[to].focus();
    tabs[to].click();
  }

  function panelled(section, number) {
    var text = section.querySelector("pre").textContent;
    var name = section.querySelector("h2").textContent;
    section.querySelector("h2").hidden = true;
    section.id = "ps-form-" + number;
    section.setAttribute("role", "tabpanel");
    section.setAttribute("aria-label", name);
    section.append(make("p", { class: "ps-ways" }, [
      make("button", { type: "button", class: "ps-button", textContent: say("Copy"),
        onclick: function () { copy(text, name); } }),
      make("button", { type: "button", class: "ps-button", textContent: say("Download"),
        onclick: function () { save(text, section.dataset.file); } }),
    ]));
    return make("button", { type: "button", role: "tab", textContent: name,
      "aria-controls": section.id });
  }

  function dialog() {
    var forms = fold.querySelector(".ps-forms");
    var panels = Array.from(forms.children);
    var tabs = panels.map(panelled);
    tabs.forEach(function (tab, number) {
      tab.onclick = function () { choose(tabs, panels, number); };
    });
    choose(tabs, panels, 0);
    var list = make("div", { class: "ps-forms-tabs", role: "tablist", "aria-label": say("Format") }, tabs);
    list.addEventListener("keydown", function (event) { turn(event, tabs); });
    var made = make("dialog", { class: "ps-dialog", "aria-labelledby": "ps-cite-title" }, [
      make("h2", { id: "ps-cite-title", textContent: say("Cite this paper") }),
      make("button", { type: "button", class: "ps-close", "aria-label": say("Close"), textContent: "×",
        onclick: function () { made.close(); } }),
      list, forms,
    ]);
    made.addEventListener("click", function (event) { if (event.target === made) made.close(); });
    page.append(made);
    voices.dialog = voice(made);
    return made;
  }

  if (fold && window.HTMLDialogElement) {
    var opened;
    fold.querySelector("summary").setAttribute("aria-haspopup", "dialog");
    fold.querySelector("summary").addEventListener("click", function (event) {
      event.preventDefault();
      opened = opened || dialog();
      opened.showModal();
    });
  }

  /* ---- along the list that one came from --------------------------------------------- */

  function step(rel, word, found) {
    var link = make("a", { rel: rel, href: found[0] }, [
      make("span", { textContent: word }), " ", make("bdi", { textContent: found[1] }),
    ]);
    return make("li", {}, [link]);
  }

  function lead(trail, at) {
    var ends = [["prev", say("Previous"), trail.papers[at - 1] || trail.previous],
      ["next", say("Next"), trail.papers[at + 1] || trail.next]];
    var steps = ends.filter(function (end) { return end[2]; }).map(function (end) {
      return step.apply(null, end);
    });
    if (!steps.length) return;
    var walk = make("nav", { class: "ps-walk", "aria-label": say("Along the list") }, [
      make("p", {}, [say("in"), " ", make("a", { href: trail.from, textContent: trail.label, dir: "auto" })]),
      make("ul", {}, steps),
    ]);
    var old = page.querySelector(".ps-walk");
    if (old) old.replaceWith(walk);
    else page.insertBefore(walk, page.querySelector(".ps-repairs"));
  }

  var trail = window.papershelf && papershelf.trail();
  var here = location.href.split("#")[0];
  var at = trail ? trail.papers.findIndex(function (paper) { return paper[0] === here; }) : -1;
  if (at >= 0) lead(trail, at);
})();
