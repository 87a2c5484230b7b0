// Forms made from a service's input type: rows that can be added, and the first field that is wrong gets the focus.

for (const rows of document.querySelectorAll("[data-rows]")) {
  const template = rows.querySelector(":scope > template");
  const button = rows.querySelector(":scope > [data-add-row]");
  button.hidden = false;
  button.addEventListener("click", () => {
    const name = `input.${rows.dataset.rows}.`;
    const numbers = [...rows.querySelectorAll("[name]")].map((one) => Number.parseInt(one.name.slice(name.length), 10));
    const next = Math.max(-1, ...numbers) + 1;
    const row = template.content.cloneNode(true);
    for (const one of row.querySelectorAll("*")) {
      for (const key of ["name", "id", "for", "aria-describedby", "aria-label"]) {
        if (one.hasAttribute(key)) one.setAttribute(key, one.getAttribute(key).replace(".new", `.${next}`).replace("#", next + 1));
      }
    }
    template.before(row);
    rows.querySelector(`[name^="${CSS.escape(`${name}${next}.`)}"]`)?.focus();
  });
}

const wrong = document.querySelector(".service [aria-invalid='true']");
if (wrong) {
  for (let one = wrong.closest("details"); one; one = one.parentElement?.closest("details")) one.open = true;
  wrong.focus();
  wrong.scrollIntoView({ block: "center" });
}
