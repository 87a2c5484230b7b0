// The laboratory: results are chosen to be seen together; their course is zoomed by mouse, buttons and keys.

const DAY = 86400;
const LEFT = 64;
const ROW = 24;

const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(`--${name}`).trim();
const text = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");

// At most so many boxes may be ticked; how many are is said on the button.
function picking(form) {
  const most = Number(form.dataset.pick);
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  const button = form.querySelector("button");
  const count = form.querySelector("[data-picked]");
  const refresh = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    for (const box of boxes) box.disabled = !box.checked && ticked >= most;
    button.closest("[data-together]").hidden = ticked === 0;
    count.textContent = ticked ? `(${ticked}/${most})` : "";
  };
  form.addEventListener("change", refresh);
  window.addEventListener("pageshow", refresh);
  refresh();
}

class Course {
  constructor(holder, data) {
    this.holder = holder;
    this.data = data;
    this.stage = holder.querySelector("[data-stage]");
    this.at = [...new Set(data.plots.flatMap((plot) => plot.at))].sort((a, b) => a - b);
    this.charts = [];
    this.cursor = null;
    const lanes = [...this.stage.querySelectorAll("[data-lane]")];
    const drugs = this.stage.querySelector("[data-lane-drugs]");
    holder.classList.add("drawn");
    data.plots.forEach((plot, n) => this.add(lanes[n], plot, !drugs && n === data.plots.length - 1));
    if (drugs) this.addDrugs(drugs.querySelector("[data-plot]"));
    this.show(...data.window);
    new ResizeObserver(() => this.fit()).observe(this.stage);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
    this.listen();
  }

  options(height, last, more) {
    const line = { stroke: () => colour("line"), width: 1 };
    const axis = { stroke: () => colour("quiet"), font: "13px system-ui", grid: line, ticks: { ...line, size: 4 } };
    return {
      width: this.stage.clientWidth,
      height,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      legend: { show: false },
      cursor: {
        drag: { x: true, y: false, dist: 6 },
        sync: { key: "course", scales: ["x", null], filters: { pub: (type) => type === "mousemove" || type === "mouseleave" } },
        bind: { dblclick: () => () => this.whole() },
        points: { show: false },
        y: false,
      },
      scales: { x: { time: true, auto: false, min: this.data.window[0], max: this.data.window[1] } },
      axes: [
        { ...axis, space: 96, size: last ? 34 : 6, values: (u, splits, n, space, step) => (last ? this.ticks(splits, step) : splits.map(() => "")) },
        { ...axis, size: LEFT, ...more.axis },
      ],
      series: [{}, { stroke: () => colour("brand"), width: 1.8, points: { show: false }, ...more.series }],
      hooks: { setScale: [(u, key) => key === "x" && this.follow(u)], ...more.hooks },
      padding: [8, 12, 0, 0],
    };
  }

  ticks(splits, step) {
    if (step >= 360 * DAY) return splits.map((at) => text(at).slice(0, 4));
    if (step >= 27 * DAY) return splits.map((at) => text(at).slice(0, 7));
    if (step >= DAY) return splits.map((at, n) => text(at).slice(n && text(at).slice(0, 4) === text(splits[n - 1]).slice(0, 4) ? 5 : 0, 10));
    return splits.map((at) => (text(at).endsWith("00:00") ? text(at).slice(5, 10) : text(at).slice(11)));
  }

  add(lane, plot, last) {
    const height = (this.data.plots.length > 1 ? 150 : 270) + (last ? 28 : 0);
    const place = lane.querySelector("[data-plot]");
    const options = this.options(height, last, {
      axis: {},
      series: {},
      hooks: {
        drawClear: [(u) => this.band(u, plot)],
        draw: [(u) => this.marks(u, plot)],
        setCursor: [(u) => this.read(u, plot, lane.querySelector("[data-reading]"))],
      },
    });
    options.scales.y = { range: (u) => this.heights(u, plot) };
    this.charts.push(new uPlot(options, [plot.at, plot.value], place));
  }

  addDrugs(place) {
    const { drugs, full } = this.data;
    const none = () => null;
    const options = this.options(drugs.length * ROW + 48, true, {
      axis: { values: (u, splits) => splits.map(() => ""), grid: { show: false }, ticks: { show: false } },
      series: { paths: none },
      hooks: { draw: [(u) => this.bars(u, drugs)] },
    });
    options.scales.y = { range: [0, 1] };
    this.charts.push(new uPlot(options, [full, [0, 0]], place));
  }

  // Values in the window and, with them, the interval of the newest; all values where the window holds none.
  heights(u, plot) {
    const { min, max } = u.scales.x;
    const inside = plot.at.map((at, n) => n).filter((n) => plot.at[n] >= min && plot.at[n] <= max);
    const used = inside.length ? inside : plot.at.map((at, n) => n);
    const last = used[used.length - 1];
    const values = used.map((n) => plot.value[n]);
    for (const end of [plot.low[last], plot.high[last]]) if (end !== null) values.push(end);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const margin = (most - least || Math.abs(least) || 1) * 0.1;
    return [least - margin, most + margin];
  }

  // The interval of each value, from half way to its neighbours.
  band(u, plot) {
    const { ctx, bbox } = u;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.fillStyle = colour("good-soft");
    const middle = (n) => Math.round(u.valToPos((plot.at[n - 1] + plot.at[n]) / 2, "x", true));
    plot.at.forEach((at, n) => {
      const [low, high] = [plot.low[n], plot.high[n]];
      if (low === null && high === null) return;
      const from = n ? middle(n) : bbox.left;
      const to = n < plot.at.length - 1 ? middle(n + 1) : bbox.left + bbox.width;
      const top = high === null ? bbox.top : u.valToPos(high, "y", true);
      const bottom = low === null ? bbox.top + bbox.height : u.valToPos(low, "y", true);
      ctx.fillRect(from, top, to - from, bottom - top);
    });
    ctx.restore();
  }

  marks(u, plot) {
    const { ctx, bbox } = u;
    const size = 6 * devicePixelRatio;
    ctx.save();
    ctx.lineWidth = 2 * devicePixelRatio;
    plot.at.forEach((at, n) => {
      const [x, y] = [u.valToPos(at, "x", true), u.valToPos(plot.value[n], "y", true)];
      if (x < bbox.left - 1 || x > bbox.left + bbox.width + 1) return;
      const side = plot.side[n];
      const turn = side === "low" ? 1 : -1;
      ctx.beginPath();
      if (side === "high" || side === "low") {
        ctx.moveTo(x, y + turn * size);
        ctx.lineTo(x + size, y - turn * size * 0.8);
        ctx.lineTo(x - size, y - turn * size * 0.8);
        ctx.closePath();
      } else ctx.arc(x, y, size * 0.8, 0, 7);
      ctx.fillStyle = colour(side ? "high" : "brand");
      ctx.fill();
      if (at === this.cursor) {
        ctx.strokeStyle = colour("ink");
        ctx.stroke();
      }
    });
    ctx.restore();
  }

  bars(u, drugs) {
    const { ctx, bbox } = u;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.font = `${12 * ratio}px system-ui`;
    ctx.textBaseline = "top";
    ctx.textAlign = "left";
    drugs.forEach((drug, n) => {
      const top = bbox.top + n * ROW * ratio;
      ctx.fillStyle = colour(drug.current ? "brand" : "quiet");
      for (const [from, to] of [...drug.spans, ...drug.given.map((at) => [at, at])]) {
        const [x, end] = [u.valToPos(from, "x", true), u.valToPos(to, "x", true)];
        ctx.fillRect(x, top + 16 * ratio, Math.max(end - x, 3 * ratio), 5 * ratio);
      }
      ctx.fillStyle = colour("ink");
      ctx.fillText(drug.name, bbox.left + 4 * ratio, top + 2 * ratio);
    });
    ctx.restore();
  }

  // One axis of time for all: what one shows, the others show.
  follow(u) {
    const { min, max } = u.scales.x;
    for (const other of this.charts) {
      const held = other.scales.x;
      if (other !== u && (held.min !== min || held.max !== max)) other.setScale("x", { min, max });
    }
    const same = (one, two) => Math.abs(one[0] - two[0]) < 1 && Math.abs(one[1] - two[1]) < 1;
    const links = [...this.holder.querySelectorAll("[data-span]")];
    const here = links.find((link) => same(this.span(link.dataset.span), [min, max]));
    for (const link of links) link.removeAttribute("aria-current");
    here?.setAttribute("aria-current", "true");
    this.stage.dataset.from = text(min);
    this.stage.dataset.to = text(max);
  }

  span(name) {
    const { full, busy, now } = this.data;
    if (name === "all") return full;
    return name === "recent" ? busy : [now - Number(name) * DAY, now];
  }

  show(min, max) {
    for (const chart of this.charts) chart.setScale("x", { min, max });
  }

  whole() {
    this.show(...this.data.full);
  }

  zoom(by) {
    const { min, max } = this.charts[0].scales.x;
    const [first, last] = this.data.full;
    const centre = this.cursor !== null && this.cursor > min && this.cursor < max ? this.cursor : (min + max) / 2;
    const width = Math.max((max - min) * by, 3600);
    if (width >= last - first) return this.whole();
    const from = centre - ((centre - min) / (max - min)) * width;
    return this.show(from, from + width);
  }

  pan(by) {
    const { min, max } = this.charts[0].scales.x;
    const shift = (max - min) * by;
    this.show(min + shift, max + shift);
  }

  // What stands nearest to the cursor, or the newest value; with its date, its interval and where it comes from.
  read(u, plot, place) {
    const over = u.cursor.left >= 0;
    const at = over ? u.posToVal(u.cursor.left, "x") : plot.at[plot.at.length - 1];
    const n = plot.at.reduce((best, one, k) => (Math.abs(one - at) < Math.abs(plot.at[best] - at) ? k : best), 0);
    const { words } = this.data;
    const said = [
      text(plot.at[n]),
      `${plot.shown[n]}${plot.side[n] ? ` ${{ high: "▲", low: "▼" }[plot.side[n]] || "◆"} ${words[plot.side[n]]}` : ""}${plot.critical[n] ? ` ${words.critical}` : ""}`,
      plot.interval[n] ? `${words.interval} ${plot.interval[n]}${plot.house[n] ? ` (${words.house})` : ""}` : "",
    ].filter(Boolean);
    const link = document.createElement("a");
    link.href = `#${plot.source[n]}`;
    link.textContent = words.source;
    link.title = plot.source[n];
    place.replaceChildren(`${over ? "" : `${words.newest}: `}${said.join(" · ")} · `, link);
    if (over && plot.at[n] !== this.cursor && !this.stepping) {
      this.cursor = plot.at[n];
      u.redraw(false);
    }
    return `${plot.name} ${said.join(", ")}`;
  }

  step(by) {
    const now = this.cursor === null ? this.at.length : this.at.indexOf(this.cursor);
    this.stand(Math.min(this.at.length - 1, Math.max(0, now < 0 ? this.at.length - 1 : now + by)));
  }

  stand(n) {
    this.cursor = this.at[n];
    const { min, max } = this.charts[0].scales.x;
    if (this.cursor < min || this.cursor > max) this.pan((this.cursor - (min + max) / 2) / (max - min));
    // A scale is set at the end of the turn; the cursor needs it.
    setTimeout(() => {
      this.stepping = true;
      const said = [];
      this.charts.slice(0, this.data.plots.length).forEach((chart, k) => {
        chart.setCursor({ left: chart.valToPos(this.cursor, "x"), top: 1 }, false);
        const lane = this.stage.querySelectorAll("[data-lane]")[k].querySelector("[data-reading]");
        said.push(this.read(chart, this.data.plots[k], lane));
        chart.redraw(false);
      });
      this.stepping = false;
      this.holder.querySelector("[data-said]").textContent = said.join("; ");
    });
  }

  listen() {
    const keys = {
      ArrowLeft: () => this.step(-1), ArrowRight: () => this.step(1), Home: () => this.stand(0),
      End: () => this.stand(this.at.length - 1), "+": () => this.zoom(0.5), "=": () => this.zoom(0.5),
      "-": () => this.zoom(2), 0: () => this.whole(),
    };
    this.stage.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target !== this.stage) return;
      const act = event.shiftKey && event.key.startsWith("Arrow") ? () => this.pan(event.key === "ArrowLeft" ? -0.25 : 0.25) : keys[event.key];
      if (!act) return;
      event.preventDefault();
      event.stopPropagation();
      act();
    });
    this.holder.addEventListener("click", (event) => {
      const link = event.target.closest("[data-span]");
      const button = event.target.closest("[data-zoom]");
      if (button) this.zoom(button.dataset.zoom === "in" ? 0.5 : 2);
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.show(...this.span(link.dataset.span));
    });
    this.holder.querySelector("[data-zooms]").hidden = false;
  }

  fit() {
    const width = this.stage.clientWidth;
    for (const chart of this.charts) if (chart.width !== width && width > 0) chart.setSize({ width, height: chart.height });
  }

  redraw() {
    for (const chart of this.charts) chart.redraw(false);
  }
}

for (const form of document.querySelectorAll("form[data-pick]")) picking(form);
const holder = document.querySelector("[data-course]");
if (holder && window.uPlot) new Course(holder, JSON.parse(document.getElementById(holder.dataset.course).textContent));
