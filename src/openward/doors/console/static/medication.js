// The web of interactions, the list beneath, the findings and the times of use are one: what is chosen here shows there.

function chosen(id) {
  for (const place of document.querySelectorAll("[data-line]")) place.classList.toggle("chosen", place.dataset.line === id);
  for (const drawn of document.querySelectorAll("svg.web")) drawn.classList.toggle("chosen", Boolean(id));
  const tied = document.querySelector(`.tied[data-line="${CSS.escape(id)}"]`);
  const band = document.querySelector("[data-together]");
  if (!band || !tied) return;
  band.setAttribute("x", `${tied.dataset.x ?? 0}%`);
  band.setAttribute("width", `${tied.dataset.width ?? 0}%`);
  const words = document.querySelector("[data-overlap-words]");
  words.textContent = tied.dataset.x ? `${tied.querySelector("strong").textContent}: ${tied.querySelector("span.small").textContent}` : words.dataset.otherwise;
}

function show(id) {
  const finding = document.getElementById(`finding-${id}`);
  if (!finding) return false;
  for (let at = finding; at; at = at.parentElement?.closest("details")) at.open = true;
  finding.scrollIntoView({ block: "nearest" });
  finding.querySelector("summary")?.focus({ preventScroll: true });
  return true;
}

document.addEventListener("click", (event) => {
  const line = event.target instanceof Element && event.target.closest("[data-line]");
  if (!line) return;
  chosen(line.dataset.line);
  if (show(line.dataset.line)) event.preventDefault();
});

for (const kind of ["focusin", "mouseover"]) {
  document.addEventListener(kind, (event) => {
    const line = event.target instanceof Element && event.target.closest("[data-line]");
    if (line) chosen(line.dataset.line);
  });
}

function opened() {
  const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (place?.matches("details")) place.open = true;
}

addEventListener("hashchange", opened);
opened();
