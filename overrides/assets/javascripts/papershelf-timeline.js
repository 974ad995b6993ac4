/* The timeline: where a chart is wider than the screen, the latest columns are shown first. */
(function () {
  "use strict";
  document.querySelectorAll(".ps-scroll").forEach(function (chart) {
    chart.scrollLeft = chart.scrollWidth;
  });
})();
