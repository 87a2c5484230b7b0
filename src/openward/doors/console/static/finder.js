// The search at the top of every page: arrows walk through what was found, Escape closes it.

const box = document.querySelector("[data-find]");
const found = document.getElementById("found-anywhere");

function close() {
  found.replaceChildren();
}

function walk(by) {
  const links = [...found.querySelectorAll("a")];
  const next = links.indexOf(document.activeElement) + by;
  (next < 0 ? box : links[Math.min(next, links.length - 1)])?.focus();
}

if (box && found) {
  const form = box.closest("form");
  form.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      walk(event.key === "ArrowDown" ? 1 : -1);
    }
    if (event.key === "Escape") {
      box.value = "";
      close();
      box.focus();
      box.blur();
    }
  });
  form.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !form.contains(event.relatedTarget)) close();
  });
  document.addEventListener("click", (event) => {
    if (!form.contains(event.target)) close();
  });
}
