// The chart: panels as tabs, findings that light up where they stand, and words for each mark of the timeline.

const CHART = document.querySelector(".record");

/* Tabs: plain links without this script; with it the panels change in place and arrow keys move between them. */
const tabs = [...document.querySelectorAll("[data-tab]")];

function choose(tab, focus) {
  for (const one of tabs) {
    const chosen = one === tab;
    one.setAttribute("aria-selected", String(chosen));
    one.tabIndex = chosen ? 0 : -1;
    document.getElementById(`panel-${one.dataset.tab}`).hidden = !chosen;
  }
  if (focus) tab.focus();
}

if (tabs.length) {
  const list = document.querySelector("[data-tabs]");
  list.setAttribute("role", "tablist");
  for (const tab of tabs) {
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", `panel-${tab.dataset.tab}`);
    document.getElementById(`panel-${tab.dataset.tab}`).setAttribute("role", "tabpanel");
  }
  choose(tabs.find((tab) => tab.hasAttribute("aria-current")) ?? tabs[0]);
  for (const tab of tabs) tab.removeAttribute("aria-current");
  list.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-tab]");
    if (!tab || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(tab);
  });
  list.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(event.target);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (event.key === " ") choose(event.target);
    else if (to === undefined || at < 0) return;
    else choose(tabs[(to + tabs.length) % tabs.length], true);
    event.preventDefault();
  });
}

document.addEventListener("click", (event) => {
  const opener = event.target instanceof Element && event.target.closest("[data-open-tab]");
  const tab = opener && tabs.find((one) => one.dataset.tab === opener.dataset.openTab);
  if (!tab) return;
  event.preventDefault();
  choose(tab, true);
});

/* Evidence: what a finding stands on lights up while it is looked at, and stays lit once it was tapped. */
const bar = document.querySelector("[data-lit-bar]");
const said = document.querySelector("[data-lit-words]");
let pinned;

function placesOf(reference) {
  const quoted = CSS.escape(reference);
  const rows = document.querySelectorAll(`[id="${quoted}"], .plot a[href$="#${quoted}"], .plot a[data-shows~="${quoted}"]`);
  return [...rows].filter((row) => !row.closest(".beside-chart"));
}

function chipsOf(concern) {
  return [...concern.querySelectorAll("a.spot[data-lights]")];
}

function glow(concern, on) {
  if (!concern) return;
  concern.classList.toggle("glowing", on);
  for (const chip of chipsOf(concern)) for (const place of placesOf(chip.dataset.lights)) place.classList.toggle("glow", on);
}

function hover(event, on) {
  const concern = event.target instanceof Element && event.target.closest("[data-concern]");
  if (!concern || concern === pinned?.concern || (event.relatedTarget instanceof Node && concern.contains(event.relatedTarget))) return;
  glow(concern, on);
  if (!on && pinned) glow(pinned.concern, true);
}

for (const [name, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
  document.addEventListener(name, (event) => hover(event, on));
}

function open(place) {
  for (let one = place.parentElement?.closest("details"); one; one = one.parentElement?.closest("details")) one.open = true;
  if (place instanceof HTMLDetailsElement) place.open = true;
}

// The row of the record rather than the mark of the timeline; the mark when the row is not on the page.
function rowOf(chip) {
  const places = placesOf(chip.dataset.lights);
  return places.find((place) => place.id) ?? places[0];
}

function clear() {
  if (!pinned) return false;
  const { concern } = pinned;
  for (const here of document.querySelectorAll(".here")) here.classList.remove("here");
  bar.hidden = true;
  pinned = undefined;
  concern.querySelector("summary").focus({ preventScroll: true });
  glow(concern, false);
  return true;
}

function show(index, block) {
  const chips = pinned.chips;
  pinned.at = (index + chips.length) % chips.length;
  for (const here of document.querySelectorAll(".here")) here.classList.remove("here");
  const chip = chips[pinned.at];
  const place = rowOf(chip);
  open(place);
  place.classList.add("here");
  chip.classList.add("here");
  if (block) place.scrollIntoView({ block });
  const count = said.dataset.form.replace("%i", pinned.at + 1).replace("%n", chips.length);
  said.textContent = `${count} · ${chip.dataset.words}`;
}

function pin(concern, chip, block) {
  const chips = chipsOf(concern).filter((one) => rowOf(one));
  if (!chips.length) return;
  if (pinned && pinned.concern !== concern) glow(pinned.concern, false);
  pinned = { concern, chips, at: 0 };
  glow(concern, true);
  bar.hidden = false;
  show(Math.max(0, chips.indexOf(chip)), block);
}

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const chip = event.target.closest("a.spot[data-lights]");
  if (chip && rowOf(chip) && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    pin(chip.closest("[data-concern]"), chip, "center");
    return;
  }
  const concern = event.target.closest("[data-concern]");
  const summary = event.target.closest("[data-concern] > summary");
  if (summary && concern.open) {
    if (pinned?.concern === concern) clear();
  } else if (concern && (summary || !event.target.closest("a, button, summary"))) {
    // Side by side the chart follows; on a phone it would carry the finding away: there the bar leads to the places.
    pin(concern, undefined, matchMedia("(min-width: 901px)").matches ? "nearest" : undefined);
  }
  const step = event.target.closest("[data-step]");
  if (step && pinned) show(pinned.at + Number(step.dataset.step), "center");
  if (event.target.closest("[data-clear]")) clear();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  hide();
  if (!(event.target instanceof Element && event.target.closest("input, textarea, select"))) clear();
});

// A timeline of another span, or more of a section, is lit as what stood there was.
document.addEventListener("htmx:afterSettle", () => pinned && glow(pinned.concern, true));

/* The timeline: words of a mark by hover, by tap, and by arrow keys on its row. */
const touched = matchMedia("(hover: none)");

// The words of a mark are its title; once shown here they are taken from the browser, which would show them twice.
function wordsOf(mark) {
  const title = mark.querySelector("title");
  if (title) {
    mark.setAttribute("aria-label", title.textContent);
    title.remove();
  }
  return mark.getAttribute("aria-label");
}

function tell(mark, link) {
  const timeline = mark.closest("[data-timeline]");
  const tip = timeline.querySelector("[data-tip]");
  for (const told of timeline.querySelectorAll("a.told")) told.classList.remove("told");
  mark.classList.add("told");
  tip.textContent = wordsOf(mark);
  if (link) {
    const go = document.createElement("a");
    go.href = mark.getAttribute("href");
    go.textContent = " →";
    go.setAttribute("aria-label", wordsOf(mark));
    tip.append(go);
  }
  tip.hidden = false;
  const [box, at] = [timeline.getBoundingClientRect(), mark.getBoundingClientRect()];
  const left = Math.min(Math.max(8, at.left + at.width / 2 - box.left - tip.offsetWidth / 2), box.width - tip.offsetWidth - 8);
  tip.style.left = `${left}px`;
  tip.style.top = `${at.bottom - box.top + 6}px`;
}

function hide() {
  for (const tip of document.querySelectorAll("[data-tip]")) tip.hidden = true;
  for (const told of document.querySelectorAll("a.told")) told.classList.remove("told");
}

function markOf(event) {
  return event.target instanceof Element ? event.target.closest(".plot a") : null;
}

document.addEventListener("mouseover", (event) => {
  const mark = markOf(event);
  if (mark && !touched.matches) tell(mark, false);
});
document.addEventListener("mouseout", (event) => {
  if (markOf(event) && !touched.matches) hide();
});
document.addEventListener("click", (event) => {
  const mark = markOf(event);
  if (mark && touched.matches) {
    event.preventDefault();
    tell(mark, true);
  } else if (mark) {
    const place = document.getElementById(mark.getAttribute("href").split("#")[1]);
    if (!place) return;
    event.preventDefault();
    open(place);
    location.hash = place.id;
    place.scrollIntoView({ block: "center" });
  } else if (!(event.target instanceof Element && event.target.closest("[data-tip]"))) hide();
});
document.addEventListener("keydown", (event) => {
  const plot = event.target instanceof Element ? event.target.closest("[data-plot]") : null;
  if (!plot || !["ArrowRight", "ArrowLeft", "Enter"].includes(event.key)) return;
  const marks = [...plot.querySelectorAll("a")];
  const at = marks.findIndex((mark) => mark.classList.contains("told"));
  event.preventDefault();
  if (event.key === "Enter") marks[at]?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
  else tell(marks[event.key === "ArrowRight" ? Math.min(at + 1, marks.length - 1) : Math.max(at - 1, 0)], false);
});
document.addEventListener("focusin", (event) => {
  const first = event.target instanceof Element && event.target.matches("[data-plot]") && event.target.querySelector("a");
  if (first && event.target.matches(":focus-visible")) tell(first, false);
});
document.addEventListener("focusout", (event) => {
  if (event.target instanceof Element && event.target.matches("[data-plot]")) hide();
});

/* An address that names an entry: opened where it is folded, asked for where it is not on the page. */
function arrive() {
  const name = decodeURIComponent(location.hash.slice(1));
  if (!name) return;
  const place = document.getElementById(name);
  if (place) {
    open(place);
    place.scrollIntoView({ block: "center" });
  } else if (CHART && /^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]+$/.test(name) && !new URLSearchParams(location.search).has("entry")) {
    location.replace(`${location.pathname}?entry=${encodeURIComponent(name)}#${name}`);
  }
}
arrive();

/* An address that names a field of a service's form: it waits there to be filled. */
const asked = new URLSearchParams(location.search).get("field");
const field = asked && document.querySelector(`details.service[open] [name="input.${CSS.escape(asked)}"], details.service[open] [name^="input.${CSS.escape(asked)}."]`);
if (field) {
  open(field);
  field.focus();
}

/* A form that runs a service is sent once; one that came back says why at once. */
for (const form of document.querySelectorAll("form[data-runs]")) {
  form.addEventListener("submit", () => {
    form.querySelector("button").disabled = true;
    form.querySelector("[data-busy]").hidden = false;
  });
}
const wrong = document.querySelector("[data-wrong]");
wrong?.scrollIntoView({ block: "nearest" });
wrong?.focus({ preventScroll: true });
