/* An announcement that the reader has closed stays closed. */
(function () {
  "use strict";
  var banner = document.querySelector("[data-md-component=announce]");
  var content = banner && banner.querySelector(".md-typeset");
  if (content && window.__md_hash(content.innerHTML) === window.__md_get("__announce")) {
    banner.hidden = true;
  }
})();
