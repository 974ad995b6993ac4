/* The note on an outdated version, as the theme found it on an earlier page. */
(function () {
  "use strict";
  var note = document.querySelector("[data-md-component=outdated]");
  var root = new URL("../../../", document.currentScript.src);
  if (note && window.__md_get("__outdated", sessionStorage, root) === true) note.hidden = false;
})();
