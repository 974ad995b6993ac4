/* Buttons that open the search. Delegated, so that pages which arrive later work too. */
document.addEventListener("click", function (event) {
  var button = event.target.closest && event.target.closest("[data-ps-search]");
  var toggle = document.querySelector("[data-md-toggle=search]");
  if (!button || !toggle) return;
  if (!toggle.checked) toggle.click();
  var query = document.querySelector("[data-md-component=search-query]");
  if (query) query.focus();
});
