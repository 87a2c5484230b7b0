// On paper nothing is folded: what is closed opens before printing and closes again afterwards.
let opened = [];

addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("main details:not([open])")].filter((one) => !one.closest(".no-print"));
  for (const one of opened) one.open = true;
});

addEventListener("afterprint", () => {
  for (const one of opened) one.open = false;
  opened = [];
});

// A link to a finding opens it, and what it is folded into.
function reveal() {
  const place = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  for (let one = place?.closest("details"); one; one = one.parentElement?.closest("details")) one.open = true;
  place?.scrollIntoView({ block: "center" });
}

addEventListener("hashchange", reveal);
reveal();
