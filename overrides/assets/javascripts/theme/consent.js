/* The theme's question whether services may be used, where `extra.consent` is set. */
(function () {
  "use strict";
  var form = document.forms.consent;
  var given = window.__md_get("__consent");
  var inputs = Array.from(form.elements).filter(function (input) { return input.name; });
  if (given) {
    inputs.forEach(function (input) { input.checked = given[input.name] || false; });
  } else if (location.protocol !== "file:") {
    setTimeout(function () {
      document.querySelector("[data-md-component=consent]").hidden = false;
    }, 250);
  }
  function answer(event) {
    event.preventDefault();
    if (event.type === "reset") inputs.forEach(function (input) { input.checked = true; });
    var names = Array.from(new FormData(form).keys());
    window.__md_set("__consent", Object.fromEntries(names.map(function (name) { return [name, true]; })));
    location.hash = "";
    location.reload();
  }
  form.addEventListener("submit", answer);
  form.addEventListener("reset", answer);
})();
