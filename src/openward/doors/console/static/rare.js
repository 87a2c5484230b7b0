// The field for findings as a combobox: arrows choose, Enter adds as there, Shift+Enter as not there, Escape closes.

const field = document.querySelector("[data-terms] [role=combobox]");
const list = document.getElementById("terms");

function options() {
  return [...list.querySelectorAll("[role=option]:not([aria-disabled])")];
}

function choose(option) {
  for (const one of options()) one.setAttribute("aria-selected", String(one === option));
  if (option) {
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else field.removeAttribute("aria-activedescendant");
}

function open(on) {
  list.hidden = !on;
  field.setAttribute("aria-expanded", String(on));
  if (!on) choose(null);
}

function take(option, there) {
  location.assign(there ? option.dataset.present : option.dataset.absent);
}

function key(event) {
  const held = options();
  const at = held.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by && held.length) {
    event.preventDefault();
    open(true);
    choose(held[(at + by + held.length) % held.length]);
  } else if (event.key === "Enter" && !list.hidden && at >= 0) {
    event.preventDefault();
    take(held[at], !event.shiftKey);
  } else if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    event.stopPropagation();
    open(false);
  }
}

if (field && list) {
  field.addEventListener("keydown", key);
  field.addEventListener("blur", () => setTimeout(() => open(false), 150));
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]:not([aria-disabled])");
    if (option) take(option, !event.target.closest("[data-not]"));
  });
  // What stands beneath the field changes whenever the ward answers.
  new MutationObserver(() => {
    open(list.children.length > 0 && document.activeElement === field);
    choose(options()[0] ?? null);
  }).observe(list, { childList: true });
}
