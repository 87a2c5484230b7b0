// What the pages do beyond links and forms: evidence lights up in the chart, and rooms are reached by keys.

function light(reference, on) {
  for (const place of document.querySelectorAll(`[id="${CSS.escape(reference)}"], [data-is="${CSS.escape(reference)}"]`)) {
    place.classList.toggle("lit", on);
  }
}

function evidenceLights(event, on) {
  const chip = event.target instanceof Element && event.target.closest("[data-lights]");
  if (chip) light(chip.dataset.lights, on);
}

document.addEventListener("mouseover", (event) => evidenceLights(event, true));
document.addEventListener("mouseout", (event) => evidenceLights(event, false));
document.addEventListener("focusin", (event) => evidenceLights(event, true));
document.addEventListener("focusout", (event) => evidenceLights(event, false));

// On the chart itself, evidence is a place on this page: no journey, no second look at the record.
document.addEventListener("click", (event) => {
  const chip = event.target instanceof Element && event.target.closest("a[data-lights]");
  const place = chip && document.getElementById(chip.dataset.lights);
  if (!place) return;
  event.preventDefault();
  place.closest("details")?.setAttribute("open", "");
  location.hash = chip.dataset.lights;
  place.scrollIntoView({ block: "center" });
});

function typing(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]");
}

// Single keys, which can be switched off (WCAG 2.1.4); the switch is kept in this browser.
const OFF = "openward-keys-off";
const ROOMS = { c: "/console", p: "/console/patients", d: "/console/desk", a: "/console/assistant" };
const keys = document.querySelector("[data-keys]");
const keysOn = keys?.querySelector("[data-keys-on]");
let going = 0;

function singleKeys() {
  return localStorage.getItem(OFF) === null;
}

if (keysOn) {
  keysOn.checked = singleKeys();
  keysOn.addEventListener("change", () => (keysOn.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
  document.querySelector("[data-keys-open]").addEventListener("click", () => keys.showModal());
}

// True when the key was one that leads somewhere.
function lead(key) {
  const room = Date.now() - going < 1500 ? ROOMS[key] : undefined;
  going = key === "g" ? Date.now() : 0;
  const place = room ? document.querySelector(`nav.rooms a[href="${room}"]`) : null;
  const search = key === "/" ? document.querySelector("[data-find]") : null;
  place?.click();
  search?.focus();
  if (key === "?" && keys) keys.showModal();
  return Boolean(place || search || key === "?");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (!singleKeys() || keys?.open) return;
  if (lead(event.key)) event.preventDefault();
});

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
