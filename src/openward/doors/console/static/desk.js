// The desk: the queue by keys, one decision after the other, a draft that outlives a lost session, time that runs out.

const DRAFT = "openward-desk-draft";
const CHOICES = { a: "accept", e: "amend", r: "reject" };
const main = document.getElementById("proposal");
const queue = document.querySelector("[data-queue]");
let shownAt = performance.now();
let asking = null;

const bar = () => document.querySelector("[data-decision]");
const typing = (target) => target instanceof Element && target.closest("input:not([type=radio], [type=checkbox]), textarea, select");
const singleKeys = () => localStorage.getItem("openward-keys-off") === null;

// Another proposal of the queue comes into the page without the queue being read anew.
async function open(link, { push = true } = {}) {
  asking?.abort();
  const control = (asking = new AbortController());
  for (const other of queue.querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  link.scrollIntoView({ block: "nearest", inline: "nearest" });
  main.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(`/console/desk/${encodeURIComponent(link.dataset.run)}`, { signal: control.signal, headers: { "HX-Request": "true" } });
    if (!answer.ok) throw new Error(answer.status);
    main.innerHTML = await answer.text();
  } catch (error) {
    if (error.name !== "AbortError") location.assign(link.href);
    return;
  }
  main.setAttribute("aria-busy", "false");
  if (push) history.pushState(null, "", link.href);
  shownAt = performance.now();
  prepare();
  scrollTo({ top: 0 });
  main.querySelector("[data-heading]")?.focus({ preventScroll: true });
}

function move(by) {
  const links = [...queue.querySelectorAll("a[data-run]")];
  const now = links.findIndex((link) => link.hasAttribute("aria-current"));
  const next = links[Math.min(links.length - 1, Math.max(0, now + by))];
  if (next && !next.hasAttribute("aria-current")) open(next);
}

// What comes after this decision is the next of the queue that stands here.
function follow(form) {
  const links = [...(queue?.querySelectorAll("a[data-run]") ?? [])];
  const now = links.findIndex((link) => link.dataset.run === form.dataset.run);
  const next = links[now + 1] ?? links.find((link) => link.dataset.run !== form.dataset.run);
  const held = new URLSearchParams(location.search);
  if (next) form.elements.following.value = next.dataset.run;
  for (const name of ["service", "after"]) if (held.get(name)) form.elements[name].value = held.get(name);
}

function prepare() {
  const form = bar();
  if (!form) return;
  follow(form);
  tick();
  if (form.querySelector("[name=choice]:checked")) settle(form, false);
}

function choose(form, choice) {
  const radio = form.querySelector(`[name=choice][value=${choice}]`);
  if (!radio) return;
  radio.checked = true;
  settle(form, true);
}

function settle(form, focus) {
  const choice = form.querySelector("[name=choice]:checked")?.value;
  const sign = form.elements.passphrase ?? form.querySelector("[data-provider], .sign button");
  needReason(form);
  if (choice === "amend") differ(0);
  if (!focus) return;
  if (choice === "accept") sign?.focus(inPlace(form));
  if (choice === "amend") firstField()?.focus();
  if (choice === "reject") (form.querySelector("[data-why]") ?? form.elements.reason).focus(inPlace(form));
}

// Who amends or rejects is asked why before the passphrase is sent.
function needReason(form) {
  const reason = form.elements.reason;
  const choice = form.querySelector("[name=choice]:checked")?.value;
  const said = reason.value.trim() || (choice === "reject" && form.querySelector("[data-why] :checked"));
  reason.setCustomValidity(["amend", "reject"].includes(choice) && !said ? reason.dataset.needed : "");
}

// The bar is in view already, but in a very low window it stands below the proposal.
const inPlace = (form) => ({ preventScroll: getComputedStyle(form).position === "sticky" });

function firstField() {
  const fields = main.querySelectorAll("[data-parts] :is(.amend-field :is(input, textarea, select), summary), [data-proposed]");
  return [...fields].find((field) => field.checkVisibility());
}

function pick(form, number) {
  const chip = form.querySelectorAll("[data-why] input")[number - 1];
  if (!chip || form.querySelector("[name=choice]:checked")?.value === "accept") return false;
  chip.checked = !chip.checked;
  needReason(form);
  if (chip.checked) (form.elements.passphrase ?? form.querySelector(".sign button, [data-provider]"))?.focus(inPlace(form));
  return true;
}

// The server says what an amendment would change, while it is being written.
let later = 0;
function differ(after = 400) {
  clearTimeout(later);
  later = setTimeout(() => ask("[data-difference]"), after);
}

async function ask(where, add) {
  const amending = main?.querySelector("[data-amending]");
  if (!amending) return;
  const sent = new URLSearchParams([...new FormData(bar())].filter(([name]) => name !== "passphrase" && name !== "seen"));
  if (add) sent.set("add", add);
  const answer = await fetch(amending.dataset.url, { method: "POST", body: sent, headers: { "HX-Request": "true" } });
  if (answer.ok) amending.querySelector(where).innerHTML = await answer.text();
}

function mark(field) {
  const label = field.closest(".amend-field");
  const was = field instanceof HTMLSelectElement ? [...field.options].find((one) => one.defaultSelected)?.value : field.defaultValue;
  label?.classList.toggle("changed", field.value !== was);
}

// Time runs out in words; then one key shows the proposal anew with all that was typed.
function tick() {
  const form = bar();
  const expiry = form?.querySelector("[data-left]");
  if (!expiry) return;
  const left = Number(expiry.dataset.left) - (performance.now() - shownAt) / 1000;
  const minutes = Math.floor(left / 60);
  const words = minutes >= 1 ? expiry.dataset.minutes.replace("{n}", minutes) : expiry.dataset.seconds;
  const place = expiry.querySelector("[data-left-words]");
  if (place.textContent !== words) place.textContent = words;
  expiry.classList.toggle("soon", left < 300);
  if (left <= 0 && !form.classList.contains("over")) {
    form.classList.add("over");
    form.querySelector("[data-expired-words]").textContent = expiry.dataset.over;
  }
}

// A draft stands in this tab only while a decision is on its way: never the passphrase, never for another person.
function keep(form) {
  const entries = [...new FormData(form)].filter(([name]) => !["passphrase", "showing", "digest", "seen"].includes(name));
  sessionStorage.setItem(DRAFT, JSON.stringify({ person: form.dataset.person, run: form.dataset.run, entries }));
}

function bringBack() {
  const draft = JSON.parse(sessionStorage.getItem(DRAFT) ?? "null");
  sessionStorage.removeItem(DRAFT);
  const form = bar();
  if (!draft || document.querySelector("[data-typed], [data-done]") || form?.dataset.person !== draft.person) return;
  if (form.dataset.run !== draft.run) {
    if (draft.led) return;
    sessionStorage.setItem(DRAFT, JSON.stringify({ ...draft, led: true }));
    location.replace(`/console/desk?run=${encodeURIComponent(draft.run)}`);
    return;
  }
  const again = document.createElement("form");
  Object.assign(again, { method: "post", action: form.action });
  for (const [name, value] of [...draft.entries, ["step", "again"]]) {
    const field = Object.assign(document.createElement("textarea"), { name, value });
    again.append(field);
  }
  again.hidden = true;
  document.body.append(again);
  again.submit();
}

document.addEventListener("keydown", (event) => {
  const form = bar();
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape" && form?.contains(event.target) && form.querySelector("[name=choice]:checked")) {
    event.preventDefault();
    cancel(form);
    return;
  }
  if (typing(event.target) || !singleKeys() || event.defaultPrevented) return;
  if (queue && (event.key === "j" || event.key === "k")) move(event.key === "j" ? 1 : -1);
  if (!form) return;
  const over = form.classList.contains("over");
  const done =
    (CHOICES[event.key] && (choose(form, CHOICES[event.key]), true)) ||
    (/^[1-9]$/.test(event.key) && pick(form, Number(event.key))) ||
    (event.key === "s" && over && (form.querySelector("[data-again]").click(), true));
  if (done) event.preventDefault();
});

function cancel(form) {
  const pressed = form.querySelector("[name=choice]:checked");
  if (!pressed) return;
  pressed.checked = false;
  needReason(form);
  pressed.focus(inPlace(form));
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const link = target?.closest("[data-queue] a[data-run]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
    event.preventDefault();
    open(link);
  }
  const add = target?.closest("[data-add]");
  if (add) {
    event.preventDefault();
    ask("[data-parts]", add.value).then(() => differ(0));
  }
  if (target?.closest("[data-cancel]")) {
    event.preventDefault();
    cancel(bar());
  }
  if (target?.closest("[data-provider]")) keep(bar());
  if (event.detail > 0 && target?.closest(".decision .choice input")) {
    if (bar()) settle(bar(), true);
    else target.form.elements.passphrase?.focus();
  }
  if (target?.closest("[data-tick-all]")) {
    for (const one of target.form.querySelectorAll("[name^='pick/']")) one.checked = true;
    count();
  }
});

document.addEventListener("change", (event) => {
  if (event.target.name?.startsWith("pick/")) count();
  if (event.target.name === "choice" && bar()?.contains(event.target)) settle(bar(), false);
  if (event.target.closest("[data-filter]")) event.target.form.submit();
});
document.addEventListener("input", (event) => {
  if (bar()?.contains(event.target)) needReason(bar());
  if (!event.target.closest("[data-amending]")) return;
  mark(event.target);
  differ();
});
document.addEventListener("submit", (event) => {
  if (event.target === bar()) keep(event.target);
  if (event.target.action.endsWith("/console/sign-out")) sessionStorage.removeItem(DRAFT);
});
// How many of several are ticked.
function count() {
  const place = document.querySelector("[data-ticked]");
  if (place) place.textContent = place.dataset.ticked.replace("{n}", document.querySelectorAll("[name^='pick/']:checked").length);
}

addEventListener("popstate", () => location.reload());

document.querySelector("[data-filter] button")?.remove();
queue?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
setInterval(tick, 1000);
document.querySelector("[data-tick-all]")?.removeAttribute("hidden");
count();
bringBack();
prepare();
