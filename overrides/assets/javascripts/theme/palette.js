/* The colours that the reader chose, before anything is painted. */
(function () {
  "use strict";
  var palette = window.__md_get("__palette");
  var color = palette && palette.color;
  if (!color) return;
  if (color.media === "(prefers-color-scheme)") {
    var light = "(prefers-color-scheme: light)";
    var media = matchMedia(light).matches ? light : "(prefers-color-scheme: dark)";
    var option = document.querySelector('[data-md-color-media="' + media + '"]');
    if (!option) return;
    ["media", "scheme", "primary", "accent"].forEach(function (name) {
      color[name] = option.getAttribute("data-md-color-" + name);
    });
  }
  Object.keys(color).forEach(function (name) {
    document.body.setAttribute("data-md-color-" + name, color[name]);
  });
})();
