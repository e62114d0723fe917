"use strict";
// Sorting by the buttons of a header, and one search over all tables. Nothing here makes markup of
// text, and nothing is requested.
(() => {
  const collator = new Intl.Collator("en", { numeric: true });
  const tables = [...document.querySelectorAll("table.data")];
  const status = document.getElementById("status");

  const sort = (table, column) => {
    const headers = [...table.tHead.rows[0].cells];
    const downwards = headers[column].getAttribute("aria-sort") === "ascending";
    headers.forEach((each) => each.removeAttribute("aria-sort"));
    headers[column].setAttribute("aria-sort", downwards ? "descending" : "ascending");
    const compare = (one, other) => {
      const [a, b] = [one, other].map((row) => row.cells[column]);
      if (a.dataset.key === undefined || b.dataset.key === undefined) {
        return collator.compare(a.textContent, b.textContent);
      }
      return a.dataset.key < b.dataset.key ? -1 : Number(a.dataset.key > b.dataset.key);
    };
    const rows = [...table.tBodies[0].rows].sort(compare);
    table.tBodies[0].append(...(downwards ? rows.reverse() : rows));
    const order = downwards ? "descending" : "ascending";
    status.textContent = `Sorted by ${headers[column].textContent}, ${order}`;
  };

  for (const table of tables) {
    [...table.tHead.rows[0].cells].forEach((header, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = header.textContent;
      button.addEventListener("click", () => sort(table, column));
      header.replaceChildren(button);
    });
  }

  const rows = tables.flatMap((table) =>
    [...table.tBodies[0].rows].map((row) => ({
      row,
      text: [...row.cells].map((cell) => cell.textContent).join(" ").toLowerCase(),
    })),
  );

  const search = document.getElementById("search");
  search.closest("form").hidden = false;
  search.closest("form").addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const each of rows) {
      const fits = words.every((word) => each.text.includes(word));
      each.row.hidden = !fits;
      shown += Number(fits);
    }
    for (const table of tables) {
      const all = table.tBodies[0].rows.length;
      const left = [...table.tBodies[0].rows].filter((row) => !row.hidden).length;
      const count = table.closest("section").querySelector(".count");
      count.textContent = words.length ? `${left} of ${all}` : `${all.toLocaleString("en")}`;
    }
    status.textContent = words.length ? `${shown} of ${rows.length} rows match` : "";
  });
})();
