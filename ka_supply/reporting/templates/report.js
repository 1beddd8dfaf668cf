(function () {
  "use strict";
  var table = document.getElementById("plan");
  var source = document.getElementById("ledger");
  if (!table || !source) { return; }
  document.documentElement.classList.add("js");
  var book = JSON.parse(source.textContent);
  var rows = Array.prototype.slice.call(table.tBodies[0].rows);
  var texts = rows.map(function (row) { return row.textContent.toLowerCase(); });
  var find = document.getElementById("find");
  var account = document.getElementById("by-account");
  var state = document.getElementById("by-status");
  var shown = document.getElementById("shown");

  function close() {
    var open = table.querySelector("tr.open");
    if (open) { open.remove(); }
  }

  function filter() {
    close();
    var words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    var count = 0;
    rows.forEach(function (row, i) {
      var keep = words.every(function (word) { return texts[i].indexOf(word) >= 0; }) &&
        (!account.value || row.cells[1].textContent === account.value) &&
        (!state.value || row.cells[10].textContent === state.value);
      row.hidden = !keep;
      count += keep ? 1 : 0;
    });
    shown.textContent = book.shown.replace("{shown}", count).replace("{total}", rows.length);
  }

  function sums(title, names, pairs, digits) {
    var box = document.createElement("table");
    var head = box.createTHead().insertRow();
    var label = document.createElement("th");
    label.colSpan = 2;
    label.textContent = title;
    head.appendChild(label);
    var body = box.createTBody();
    var total = 0;
    function add(name, value) {
      var row = body.insertRow();
      row.insertCell().textContent = name;
      row.insertCell().textContent = value.toLocaleString("en-US", {
        minimumFractionDigits: digits, maximumFractionDigits: digits
      });
    }
    for (var i = 0; i < pairs.length; i += 2) {
      add(names[pairs[i]], pairs[i + 1]);
      total += pairs[i + 1];
    }
    add(book.sum, total);
    return box;
  }

  function toggle(row) {
    var next = row.nextElementSibling;
    var isOpen = next && next.className === "open";
    close();
    var entry = book.lines[rows.indexOf(row)];
    if (isOpen || !entry) { return; }
    var detail = document.createElement("tr");
    detail.className = "open";
    var cell = detail.insertCell();
    cell.colSpan = row.cells.length;
    var box = document.createElement("div");
    box.className = "sums";
    box.appendChild(sums(book.unitTitle, book.units, entry[0], 0));
    box.appendChild(sums(book.valueTitle, book.values, entry[1], 2));
    cell.appendChild(box);
    row.after(detail);
  }

  table.tBodies[0].addEventListener("click", function (event) {
    var row = event.target.closest("tr");
    if (row && rows.indexOf(row) >= 0) { toggle(row); }
  });
  table.tBodies[0].addEventListener("keydown", function (event) {
    if (event.key === "Enter" && rows.indexOf(event.target) >= 0) { toggle(event.target); }
  });
  rows.forEach(function (row) { row.tabIndex = 0; });
  [find, account, state].forEach(function (field) { field.addEventListener("input", filter); });
  filter();
}());
