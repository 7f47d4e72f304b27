// Narrows the table of the static site to rows that hold what is typed; without this script the table stands whole.
(function () {
  "use strict";
  var box = document.getElementById("q"), rows = document.querySelectorAll("#list tbody tr");
  var none = document.getElementById("none");
  document.getElementById("find").hidden = false;
  function fold(text) { return text.normalize("NFKC").toLowerCase().replace(/\s+/g, ""); }
  var texts = Array.prototype.map.call(rows, function (row) { return fold(row.textContent); });
  box.addEventListener("input", function () {
    var wanted = fold(box.value), found = 0;
    rows.forEach(function (row, n) {
      row.hidden = wanted !== "" && texts[n].indexOf(wanted) < 0;
      if (!row.hidden) { found += 1; }
    });
    none.hidden = found > 0;
  });
})();
