// A value that was typed over one of the chart, or emptied, says so, and the chart's comes back with one click.

function current(field) {
  const chosen = field.querySelector("input[type=radio]:checked");
  return (chosen ?? field.querySelector("input[name^='in.']")).value;
}

function put(field, value) {
  const radio = field.querySelector(`input[type=radio][value="${CSS.escape(value)}"]`);
  if (radio) radio.checked = true;
  else field.querySelector("input[name^='in.']").value = value;
}

function mark(field) {
  const was = field.querySelector("input[name^='was.']").value;
  const typed = field.querySelector("[data-typed]");
  if (!typed) return;
  const changed = was !== current(field);
  typed.hidden = !changed;
  const emptied = current(field) === "";
  typed.querySelector("[data-changed]").hidden = emptied;
  typed.querySelector("[data-emptied]").hidden = !emptied;
  field.querySelector("[data-origin]").hidden = changed;
}

const form = document.querySelector("[data-calculator]");
if (form) {
  for (const field of form.querySelectorAll("[data-field]")) mark(field);
  form.addEventListener("input", (event) => {
    const field = event.target.closest("[data-field]");
    if (field) mark(field);
  });
  form.addEventListener("click", (event) => {
    const back = event.target.closest("[data-back]");
    if (!back) return;
    const field = back.closest("[data-field]");
    put(field, back.dataset.back);
    const value = field.querySelector("input:checked") ?? field.querySelector("input[name^='in.']");
    value.focus();
    value.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

// What is missing leads to its field, ready to be filled.
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest("[data-to]");
  const field = link && document.getElementById(`field-${link.dataset.to}`);
  if (!field) return;
  event.preventDefault();
  field.scrollIntoView({ block: "center" });
  (field.querySelector("input:checked") ?? field.querySelector("input")).focus();
});
