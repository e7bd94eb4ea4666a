// Tables of results: a click on a heading sorts by it, a word hides the rows that do not hold it. The tables are
// complete without this file.
"use strict";

function keyOf(row, column) {
  const cell = row.cells[column];
  return cell ? cell.textContent.trim() : "";
}

function compare(a, b) {
  const [x, y] = [Number(a), Number(b)];
  return a !== "" && b !== "" && !Number.isNaN(x) && !Number.isNaN(y) ? x - y : a.localeCompare(b);
}

function sortable(table) {
  for (const [column, heading] of [...table.tHead.rows[0].cells].entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "ascending";
      for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...table.tBodies[0].rows].map((row) => [keyOf(row, column), row]);
      rows.sort(([a], [b]) => (down ? compare(b, a) : compare(a, b)));
      table.tBodies[0].append(...rows.map(([, row]) => row));
    });
  }
}

function searchable(table) {
  if (table.tBodies[0].rows.length < 8) return;
  const label = document.createElement("label");
  const input = document.createElement("input");
  input.type = "search";
  label.className = "search";
  label.append("Search ", input);
  table.parentElement.before(label);
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of table.tBodies[0].rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
  });
}

// What is wider than its place is scrolled with the keyboard too.
function reachable() {
  for (const one of document.querySelectorAll(".scrolls")) {
    if (one.scrollWidth > one.clientWidth) one.tabIndex = 0;
    else one.removeAttribute("tabindex");
  }
}

for (const table of document.querySelectorAll("table.listing")) {
  sortable(table);
  searchable(table);
}
reachable();
addEventListener("resize", reachable);
document.addEventListener("toggle", reachable, true);
