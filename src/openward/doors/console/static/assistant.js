// A conversation with an agent: steps as they happen, sentences once they were judged, evidence as chips, what is held.

function element(tag, kind, text) {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  if (text) made.textContent = text;
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

function chip(evidence) {
  const made = element("a", "chip brand");
  if (evidence.kind === "chart") {
    made.textContent = evidence.reference;
    made.dataset.lights = evidence.reference;
    made.href = `#${evidence.reference}`;
    made.title = `${evidence.path ?? ""} ${evidence.value ?? ""} ${evidence.unit ?? ""} ${evidence.date ?? ""}`.trim();
  } else if (evidence.kind === "run") {
    made.textContent = evidence.service;
    made.href = `/console/runs/${evidence.run}${evidence.finding ? `#finding-${evidence.finding}` : ""}`;
  } else if (evidence.kind === "document") {
    made.textContent = `“${evidence.quote.slice(0, 60)}”`;
    made.title = `${evidence.id} [${evidence.start}:${evidence.end}]`;
    made.href = "#question";
  } else {
    made.textContent = evidence.kind;
    made.href = "#question";
  }
  return made;
}

// Of Markdown, what talkers write: a title in bold, items of a list. Everything else stays the text that it is.
function shaped(text) {
  const title = /^\s*(?:#{1,4}\s*)?\*\*(.+?)\*\*:?\s*$/.exec(text) ?? /^\s*#{1,4}\s+(.+)$/.exec(text);
  if (title) return element("p", "sentence title", title[1]);
  const item = /^\s*[-*•]\s+(.*)$/s.exec(text);
  return element("p", item ? "sentence item" : "sentence", item ? item[1] : text.trim());
}

class Talk {
  constructor(root) {
    this.root = root;
    this.form = root.querySelector("[data-ask]");
    this.log = root.querySelector("[data-log]");
    this.stop = root.querySelector("[data-stop]");
    this.tries = root.querySelector("p[data-examples]");
    this.said = [];
    this.form.addEventListener("submit", (event) => this.ask(event));
    this.form.elements.agent.addEventListener("change", () => this.begin());
    this.stop.addEventListener("click", () => this.going?.abort());
    this.form.elements.question.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.form.requestSubmit();
      }
    });
    this.begin();
  }

  begin() {
    this.said = [];
    this.log.replaceChildren();
    const chosen = this.form.elements.agent.selectedOptions[0];
    const tries = (chosen?.dataset.examples ?? "").split("\n").filter(Boolean);
    this.tries.replaceChildren(...tries.map((text) => {
      const made = element("button", "plain small", text);
      made.type = "button";
      made.addEventListener("click", () => {
        this.form.elements.question.value = text;
        this.form.requestSubmit();
      });
      return made;
    }));
  }

  async ask(event) {
    event.preventDefault();
    const text = this.form.elements.question.value.trim();
    if (!text || this.going) return;
    this.form.elements.question.value = "";
    this.said.push({ role: "user", text });
    this.log.append(element("p", "mine", text));
    const answer = this.log.appendChild(element("div", "theirs"));
    const steps = answer.appendChild(element("ul", "steps"));
    const words = answer.appendChild(element("div", "words"));
    words.append(element("span", "quiet", `${this.root.dataset.working}…`));
    this.going = new AbortController();
    this.stop.hidden = false;
    try {
      await this.follow(steps, words);
    } catch (error) {
      if (error.name !== "AbortError") words.append(element("p", "alert", error.message));
    } finally {
      words.querySelector(":scope > .quiet")?.remove();
      this.going = undefined;
      this.stop.hidden = true;
      this.form.elements.question.focus();
    }
  }

  async follow(steps, words) {
    const response = await fetch(`/console/assistant/${this.form.elements.agent.value}/ask`, {
      method: "POST",
      signal: this.going.signal,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ask: { messages: this.said.slice(-20) }, patient: this.root.dataset.patient || null }),
    });
    if (!response.ok) throw new Error((await response.json()).detail);
    for await (const [kind, data] of events(response)) this.on(kind, data, steps, words);
  }

  on(kind, data, steps, words) {
    if (kind === "step-begun" || kind === "step-ended") this.step(data.step, steps);
    if (kind === "sentence") this.sentence(data.sentence, words);
    if (kind === "held") this.heldBack(data.held, words);
    if (kind === "answer") this.whole(data.answer, words);
    if (kind === "run") {
      const link = element("a", "small", data.id);
      link.href = `/console/runs/${data.id}`;
      words.append(link);
      if (data.failure) words.append(element("p", "alert", data.failure.message));
    }
    if (kind === "error") words.append(element("p", "alert", data.detail));
    this.log.scrollTop = this.log.scrollHeight;
  }

  step(step, steps) {
    let line = steps.querySelector(`[data-number="${step.number}"]`);
    if (!line) {
      line = steps.appendChild(element("li", "small"));
      line.dataset.number = step.number;
    }
    line.textContent = `${step.kind} · ${step.name} · ${step.outcome}${step.why ? ` · ${step.why}` : ""}`;
    line.classList.toggle("stopped", step.outcome === "blocked" || step.outcome === "failed");
  }

  sentence(sentence, words) {
    const line = words.appendChild(shaped(sentence.text));
    for (const evidence of this.nearest(sentence.evidence)) line.append(" ", chip(evidence));
  }

  nearest(evidence) {
    const seen = new Set();
    const order = { chart: 0, run: 1, document: 2 };
    const strong = evidence.some((one) => one.kind === "chart" || one.kind === "run");
    return evidence
      .filter((one) => !strong || one.kind !== "document")
      .sort((a, b) => (order[a.kind] ?? 3) - (order[b.kind] ?? 3))
      .filter((one) => {
        const key = one.reference ?? one.run ?? one.quote ?? one.kind;
        return !seen.has(key) && seen.add(key);
      })
      .slice(0, 3);
  }

  heldBack(held, words) {
    const made = words.appendChild(element("details", "held"));
    made.append(element("summary", "", `${this.root.dataset.held}: ${held.guard}`));
    made.append(element("p", "small", held.why), element("p", "", held.text));
  }

  whole(answer, words) {
    this.said.push({ role: "assistant", text: answer.text || "…" });
    if (!words.querySelector(".sentence") && answer.text) words.append(element("p", "sentence text", answer.text));
    words.append(element("span", "small", `${answer.talker} `));
  }
}

for (const root of document.querySelectorAll("[data-talk]")) if (root.querySelector("[data-ask]")) new Talk(root);
