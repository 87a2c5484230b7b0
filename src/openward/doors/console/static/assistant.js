// A conversation with an agent: steps as they happen, then the answer as the house laid it out, with its evidence.

function element(tag, kind, text) {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  if (text) made.textContent = text;
  return made;
}

function button(kind, text, act) {
  const made = element("button", kind, text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    rest += value;
    const blocks = rest.split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const kind = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (kind && data) yield [kind, JSON.parse(data)];
    }
  }
}

// One question and what became of it; it folds when the next one is asked.
class Turn {
  constructor(talk, text) {
    this.talk = talk;
    this.text = text;
    this.root = element("details", "turn");
    this.root.open = true;
    this.root.append(element("summary", "mine", text));
    this.body = this.root.appendChild(element("div", "theirs"));
    talk.log.append(this.root);
    this.begin();
  }

  begin() {
    this.body.replaceChildren();
    this.steps = this.body.appendChild(element("p", "steps live"));
    this.steps.append(element("span", "busy", `${this.talk.words.working}…`));
    this.said = this.body.appendChild(element("div", "words"));
    this.done = false;
  }

  on(kind, data) {
    if (kind === "step-begun" || kind === "step-ended") this.step(data);
    if (kind === "sentence") this.said.append(element("p", "sentence", data.text.replace(/\*\*/g, "")));
    if (kind === "held") this.said.append(element("p", "held", `${this.talk.words.held}: ${data.why}`));
    if (kind === "run") this.end(data);
    if (kind === "error") this.fail(data.detail);
  }

  step(step) {
    let line = this.steps.querySelector(`[data-number="${step.number}"]`);
    if (!line) {
      line = element("span", "step");
      line.dataset.number = step.number;
      this.steps.insertBefore(line, this.steps.lastChild);
    }
    line.textContent = step.words + (step.done ? "" : "…");
    line.hidden = step.done && step.kind === "model";
    line.classList.toggle("stopped", step.outcome === "blocked" || step.outcome === "failed");
  }

  end(data) {
    this.done = true;
    this.body.innerHTML = data.html;
    const answer = this.body.querySelector("[data-answer]");
    this.body.querySelector("[data-copy]")?.addEventListener("click", (event) => this.copy(event.target, data.text));
    this.body.querySelector("[data-again]")?.addEventListener("click", () => this.talk.send(this));
    this.talk.answered(this, data.text, answer);
  }

  async copy(place, text) {
    await navigator.clipboard.writeText(text);
    const said = place.textContent;
    place.textContent = this.talk.words.copied;
    setTimeout(() => { place.textContent = said; }, 2000);
  }

  // What was asked stays, why there is no answer is told, and one press asks again.
  fail(why, link) {
    this.done = true;
    this.steps.querySelector(".busy")?.remove();
    const told = this.said.appendChild(element("div", "alert hold"));
    told.append(element("p", "", why));
    if (link) told.append(link);
    else told.append(button("plain", this.talk.words.again, () => this.talk.send(this)));
    this.talk.say(why);
  }
}

class Talk {
  constructor(root) {
    this.root = root;
    this.words = root.dataset;
    this.form = root.querySelector("[data-ask]");
    this.box = this.form.elements.question;
    this.log = root.querySelector("[data-log]");
    this.stop = root.querySelector("[data-stop]");
    this.button = root.querySelector("[data-send]");
    this.tries = root.querySelector("[data-tries]");
    this.status = root.querySelector("[data-status]");
    this.said = [];
    this.asked = new Set();
    this.form.addEventListener("submit", (event) => this.ask(event));
    this.form.elements.agent.addEventListener("change", () => this.choose());
    this.stop.addEventListener("click", () => this.going?.abort());
    this.box.addEventListener("keydown", (event) => this.key(event));
    this.choose();
    this.button.disabled = false;
  }

  // Enter while an input method composes a Chinese word chooses that word; keyCode 229 is how older browsers say so.
  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  say(words) {
    this.status.textContent = words;
  }

  choose() {
    const chosen = this.form.elements.agent.selectedOptions[0];
    this.root.querySelector("p[data-about]").textContent = chosen?.dataset.about ?? "";
    this.said = [];
    if (this.log.childElementCount) this.log.append(element("p", "small now", `${this.words.now} ${chosen.textContent}`));
    this.suggest();
  }

  suggest() {
    const chosen = this.form.elements.agent.selectedOptions[0];
    const left = (chosen?.dataset.examples ?? "").split("\n").filter((text) => text && !this.asked.has(text)).slice(0, 3);
    this.tries.hidden = !left.length;
    this.tries.replaceChildren(...left.map((text) => button("plain small", text, () => {
      this.box.value = text;
      this.form.requestSubmit();
    })));
  }

  ask(event) {
    event.preventDefault();
    const text = this.box.value.trim();
    if (!text || this.going) return;
    this.box.value = "";
    this.asked.add(text);
    for (const turn of this.log.querySelectorAll("details.turn")) turn.open = false;
    const turn = new Turn(this, text);
    turn.root.scrollIntoView({ block: "nearest" });
    this.send(turn);
  }

  async send(turn) {
    if (this.going) return;
    turn.begin();
    this.busy(true);
    this.say(`${this.words.working}…`);
    try {
      await this.follow(turn);
      if (!turn.done) turn.fail(this.words.lost);
    } catch (error) {
      this.broken(turn, error);
    } finally {
      this.busy(false);
      this.suggest();
      if ([document.body, this.stop].includes(document.activeElement)) this.box.focus({ preventScroll: true });
    }
  }

  broken(turn, error) {
    if (error.name === "AbortError") turn.fail(this.words.stopped);
    else if (error.status === 401) turn.fail(this.words.session, this.entrance());
    else turn.fail(error.status ? error.message : this.words.lost);
  }

  entrance() {
    const link = element("a", "button plain", this.words.enter);
    link.href = `${this.words.signIn}?next=${encodeURIComponent(location.pathname + location.search)}`;
    return link;
  }

  busy(on) {
    this.going = on ? new AbortController() : undefined;
    this.stop.hidden = !on;
    this.button.hidden = on;
  }

  async follow(turn) {
    const messages = [...this.said.slice(-18), { role: "user", text: turn.text }];
    const response = await fetch(`${this.words.at}/${this.form.elements.agent.value}/ask`, {
      method: "POST",
      signal: this.going.signal,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ask: { messages }, patient: this.words.patient || null }),
    });
    if (!response.ok) {
      const told = await response.json().catch(() => ({ detail: response.statusText }));
      throw Object.assign(new Error(told.detail), { status: response.status });
    }
    for await (const [kind, data] of events(response)) turn.on(kind, data);
  }

  answered(turn, text, answer) {
    this.said.push({ role: "user", text: turn.text }, { role: "assistant", text: text || "…" });
    const held = Number(answer.dataset.held);
    turn.root.scrollIntoView({ block: "nearest" });
    this.say(`${this.words.ready} ${answer.dataset.points}${held ? `. ${this.words.held}: ${held}` : ""}`);
  }
}

for (const root of document.querySelectorAll("[data-talk]")) if (root.querySelector("[data-ask]")) new Talk(root);

// On the page of the assistant a card chooses its agent without a reload, so that nothing of the conversation is lost.
for (const card of document.querySelectorAll("[data-chooses]")) {
  card.addEventListener("click", (event) => {
    const select = document.querySelector("[data-talk] select[name=agent]");
    if (!select || ![...select.options].some((one) => one.value === card.dataset.chooses)) return;
    event.preventDefault();
    select.value = card.dataset.chooses;
    select.dispatchEvent(new Event("change"));
    select.form.elements.question.focus();
  });
}

function mark(select) {
  for (const card of document.querySelectorAll("[data-chooses]")) {
    if (card.dataset.chooses === select.value) card.setAttribute("aria-current", "true");
    else card.removeAttribute("aria-current");
  }
}

const chooser = document.querySelector("[data-talk] select[name=agent]");
if (chooser) {
  chooser.addEventListener("change", () => mark(chooser));
  mark(chooser);
}
