/* What every page needs: a name for the others to meet under, data, and buttons for the search. */
(function () {
  "use strict";
  var here = new URL("../../", document.currentScript.src);
  var arrived = {};
  var awaited = {};

  /* Data are scripts that call `receive`: pages opened as files may not fetch. */
  function load(name) {
    awaited[name] = awaited[name] || new Promise(function (resolve, reject) {
      var script = document.createElement("script");
      script.src = new URL("assets/data/" + name + ".js", here);
      script.onload = function () { resolve(arrived[name]); };
      script.onerror = function () { delete awaited[name]; reject(new Error("no " + script.src)); };
      document.head.append(script);
    });
    return awaited[name];
  }

  window.papershelf = {
    root: here, // of the site, as a URL
    load: load, // the name of a data file, as in `browse/0` → a promise of its value
    receive: function (name, value) { arrived[name] = value; },
  };

  /* Delegated, so that what arrives later works too. */
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-ps-search]");
    var toggle = document.querySelector("[data-md-toggle=search]");
    if (!button || !toggle) return;
    if (!toggle.checked) toggle.click();
    var query = document.querySelector("[data-md-component=search-query]");
    if (query) query.focus();
  });
})();
