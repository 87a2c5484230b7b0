// A value that was typed over one of the chart, or emptied, says so, and the chart's comes back with one click.

const was = (field) => field.querySelector("input[name^='was.']");
const wasUnit = (field) => field.querySelector("input[name^='was-unit.']");
const unit = (field) => field.querySelector("select[name^='unit.']");

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
  const chosen = unit(field);
  if (chosen) field.querySelector("[data-range]:not(option)").textContent = chosen.selectedOptions[0].dataset.range;
  const typed = field.querySelector("[data-typed]");
  if (!typed) return;
  const changed = was(field).value !== current(field) || (chosen && chosen.value !== wasUnit(field).value);
  typed.hidden = !changed;
  const emptied = current(field) === "";
  typed.querySelector("[data-changed]").hidden = emptied;
  typed.querySelector("[data-emptied]").hidden = !emptied;
  field.querySelector("[data-origin]").hidden = changed;
}

// The chart's value stays the same quantity in another unit; a typed number stays as it was typed.
function measureIn(field) {
  if (current(field) !== was(field).value) return;
  const { shown } = unit(field).selectedOptions[0].dataset;
  put(field, shown);
  was(field).value = shown;
  wasUnit(field).value = unit(field).value;
}

const form = document.querySelector("[data-calculator]");
if (form) {
  for (const field of form.querySelectorAll("[data-field]")) mark(field);
  form.addEventListener("input", (event) => {
    const field = event.target.closest("[data-field]");
    if (!field) return;
    if (event.target === unit(field)) measureIn(field);
    mark(field);
  });
  form.addEventListener("click", (event) => {
    const back = event.target.closest("[data-back]");
    if (!back) return;
    const field = back.closest("[data-field]");
    put(field, was(field).value);
    if (unit(field)) unit(field).value = wasUnit(field).value;
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
