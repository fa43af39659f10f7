// The head of the page: numbers, the banner, dead letters, and what to do while there are no images.

import { el } from "./card.js";

const SVG = "http://www.w3.org/2000/svg";
const get = (id) => document.getElementById(id);
const count = (value) => value.toLocaleString();

function rate(counts) {
  const perSecond = counts.reduce((sum, value) => sum + value, 0) / counts.length;
  return perSecond >= 100 ? perSecond.toFixed(0) : perSecond >= 10 ? perSecond.toFixed(1) : perSecond.toFixed(2);
}

function drawLine(svg, counts) {
  const height = 28;
  const highest = Math.max(1, ...counts);
  svg.setAttribute("viewBox", `0 0 ${counts.length * 3} ${height}`);
  svg.setAttribute("preserveAspectRatio", "none");
  const bars = counts.map((value, index) => {
    const bar = document.createElementNS(SVG, "rect");
    const tall = value === 0 ? 1 : Math.max(3, (value / highest) * height);
    for (const [name, number] of Object.entries({ x: index * 3, y: height - tall, width: 2, height: tall })) {
      bar.setAttribute(name, String(number));
    }
    if (value === 0) bar.setAttribute("class", "zero");
    return bar;
  });
  svg.replaceChildren(...bars);
}

export function showStats(stats, greeting) {
  get("queue").title = `Of ${greeting.events}, behind what the group ${greeting.group} has committed`;
  get("images-rate").textContent = rate(stats.images);
  get("phrases-rate").textContent = rate(stats.phrases);
  drawLine(get("images-line"), stats.images);
  drawLine(get("phrases-line"), stats.phrases);
  const known = stats.queue !== undefined;
  get("queue").textContent = known ? count(stats.queue) : "–";
  const idle = stats.images.every((value) => value === 0);
  get("queue-note").textContent = !known
    ? "not known"
    : !stats.committed && stats.queue > 0
      ? "no offsets committed yet"
      : stats.queue === 0
        ? "nothing waits"
        : idle
          ? "waiting; is the job running?"
          : "events wait";
  const notes = [];
  if (stats.skipped > 0) notes.push(`${count(stats.skipped)} more came too fast to show`);
  if (stats.unreadable > 0) notes.push(`${count(stats.unreadable)} records could not be read`);
  get("shown-note").textContent = notes.join(" · ") || `the newest ${count(greeting.keep)} stay`;
}

export function showLetters(state) {
  const toggle = get("letters-toggle");
  get("letters-total").textContent = count(state.total);
  toggle.classList.toggle("bad", state.total > 0);
  const highest = Math.max(1, ...state.codes.map((code) => code.count));
  get("letters-codes").replaceChildren(
    ...state.codes.map((code) => {
      const bar = el("i");
      bar.style.width = `${(code.count / highest) * 100}%`;
      return el("li", {}, el("code", { text: code.code || "no code" }), el("b", { text: count(code.count) }), el("span", {}, bar));
    }),
  );
  get("letters-latest").replaceChildren(
    ...state.latest.map((letter) =>
      el("li", {},
        el("div", {},
          el("code", { text: letter.code || "no code" }),
          el("span", { text: `at ${letter.stage || "?"}` }),
          letter.image === undefined ? null : el("b", { text: letter.image }),
          el("time", { text: new Date(letter.time).toLocaleTimeString() })),
        el("p", { text: letter.message }),
        el("p", { class: "soft", text: `${letter.origin}${letter.retryable ? " · may succeed when tried again" : ""}${letter.attempts > 1 ? ` · ${letter.attempts} attempts` : ""}` }))),
  );
  if (state.total === 0) {
    get("letters-latest").replaceChildren(
      el("li", { class: "soft", text: "None. What cannot be processed comes here with its code, and never stops the job." }));
  }
}

export function showBanner(problems) {
  const banner = get("banner");
  banner.hidden = problems.length === 0;
  banner.replaceChildren(...problems.map((problem) => el("p", { text: problem })));
}

export function showLive(text, state) {
  const live = get("live");
  live.className = `live ${state}`;
  live.querySelector("span").textContent = text;
}

export function showEmpty(visible, greeting) {
  const empty = get("empty");
  empty.hidden = !visible;
  if (!visible || !greeting || empty.childElementCount > 0) return;
  const where = `--bootstrap-servers ${greeting.brokers} \\\n    --schema-registry ${greeting.registry}`;
  empty.append(
    el("h2", { text: "Waiting for the first image" }),
    el("p", { text: "Images appear here as the job enriches them. To see some:" }),
    el("ol", {},
      el("li", {}, el("p", { text: "Is a job running? It reads events and writes what this page shows." }),
        el("pre", { text: "groundstream enrich --config deploy/enrich.yaml" })),
      el("li", {}, el("p", { text: "Publish a folder of images:" }),
        el("pre", { text: `groundstream produce --topic ${greeting.events} \\\n    ${where} DIR` })),
      el("li", {}, el("p", { text: "For results from before this page was started, start it again with:" }),
        el("pre", { text: "groundstream view --from earliest" }))),
    el("p", { class: "soft", text: "With exactly-once delivery results become visible with each checkpoint, so the first may take some seconds." }));
}
