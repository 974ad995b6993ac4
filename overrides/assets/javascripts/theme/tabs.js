/* Which tab of a set is open: the one that the address names, or the one chosen before. */
(function () {
  "use strict";
  var chosen = window.__md_get("__tabs");
  document.querySelectorAll(".tabbed-set").forEach(function (set) {
    if (!Array.isArray(chosen)) return;
    var labels = Array.from(set.querySelectorAll(".tabbed-labels label"));
    var names = labels.map(function (label) { return label.innerText.trim(); });
    var name = chosen.find(function (one) { return names.includes(one); });
    if (name !== undefined) document.getElementById(labels[names.indexOf(name)].htmlFor).checked = true;
  });
  var target = document.getElementById(location.hash.slice(1));
  if (target && target.name) target.checked = target.name.startsWith("__tabbed_");
})();
