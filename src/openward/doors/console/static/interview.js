// Copies the link to an interview; where the browser gives no clipboard (no https), the link is selected to be copied by hand.

const button = document.querySelector("[data-copy]");
const link = document.querySelector(button.dataset.copy);
const status = document.querySelector("[data-said]");

async function copy() {
  link.select();
  try {
    await navigator.clipboard.writeText(link.value);
    status.textContent = status.dataset.said;
  } catch {
    link.focus();
  }
}

button.hidden = false;
button.addEventListener("click", copy);
