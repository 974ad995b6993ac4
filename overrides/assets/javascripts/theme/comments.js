/* Comments by giscus: its script is asked for by the reader's click, never before. */
(function () {
  "use strict";
  var section = document.querySelector(".ps-comments");
  if (!section) return;
  section.hidden = false;
  section.querySelector("button").addEventListener("click", function (event) {
    var script = document.createElement("script");
    var dark = document.body.getAttribute("data-md-color-scheme") === "slate";
    Object.assign(script.dataset, section.dataset, {
      mapping: "pathname", // permalinks stay
      strict: "1",
      reactionsEnabled: "1",
      emitMetadata: "0",
      inputPosition: "bottom",
      theme: dark ? "dark" : "light",
      lang: document.documentElement.lang || "en",
    });
    script.src = "https://giscus.app/client.js";
    script.crossOrigin = "anonymous";
    script.async = true;
    event.currentTarget.closest("p").remove();
    section.append(script);
  });
})();
