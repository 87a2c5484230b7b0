// Warns before a session ends because nobody used it, and leaves the page when it has ended: nothing stays on the screen.

const dialog = document.querySelector("[data-idle]");
const idle = Number(dialog.dataset.idle) * 60_000;
const notice = Math.min(120_000, idle / 2);
const USED = "openward-used";
const BY_THEMSELVES = ["/console/news"];

// Kept for all tabs of this browser: they share the session.
function used() {
  localStorage.setItem(USED, String(Date.now()));
}

function leave() {
  location.assign(`/console/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
}

function look() {
  const left = idle - (Date.now() - Number(localStorage.getItem(USED)));
  if (left <= 0) leave();
  else if (left <= notice && !dialog.open) dialog.showModal();
  else if (left > notice && dialog.open) dialog.close();
}

async function stay() {
  const answer = await fetch("/console/sessions", { cache: "no-store" }).catch(() => undefined);
  if (answer?.redirected) leave();
  else if (answer?.ok) used();
}

used();
dialog.addEventListener("close", stay);
document.addEventListener("htmx:after:request", (event) => {
  const asked = event.detail?.ctx?.request?.action ?? "";
  if (!BY_THEMSELVES.some((path) => asked.startsWith(path))) used();
});
setInterval(look, 10_000);
document.addEventListener("visibilitychange", look);
