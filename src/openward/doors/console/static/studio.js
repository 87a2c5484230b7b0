// A draft that was changed and not kept is told, and nobody leaves it by accident; a link is selected by one press.

const form = document.querySelector("[data-drafting]");
if (form) {
  const note = form.querySelector("[data-unsaved-note]");
  let changed = false;
  form.addEventListener("input", () => {
    changed = true;
    if (note) note.hidden = false;
  });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
}

for (const box of document.querySelectorAll("[data-select]")) box.addEventListener("focus", () => box.select());

document.querySelector(".drafting .fault, [aria-invalid=true]")?.scrollIntoView({ block: "center" });
