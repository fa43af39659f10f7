// Cards: an image with its boxes, and its answers with their phrases marked. The page of a job and
// the demo's file show the same ones. Everything from outside becomes text nodes and numbers, never markup.

const COLORS = 10;

/** Makes an element; `text` becomes its text, other options attributes. */
export function el(tag, options = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") element.textContent = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

const percent = (share) => `${Math.round(share * 100)} %`;
const words = (task) => task.replaceAll("-", " ");
const color = (phrase) => `c${phrase.ordinal % COLORS}`;

function boxLabel(phrase) {
  const parts = phrase.boxes.map((box) => {
    const x = (box.x0 + box.x1) / 2;
    const y = (box.y0 + box.y1) / 2;
    const where = `${y < 0.34 ? "top" : y > 0.66 ? "bottom" : "middle"} ${x < 0.34 ? "left" : x > 0.66 ? "right" : "centre"}`;
    if (box.given) return `given box, ${where}`;
    return box.confidence === undefined ? where : `${where}, confidence ${percent(box.confidence)}`;
  });
  return `${phrase.text || "unnamed"}: ${parts.join("; ") || "no box"}`;
}

function layer(answer, index, shown) {
  const boxes = [];
  for (const phrase of answer.phrases) {
    for (const box of phrase.boxes) boxes.push({ phrase, box, area: (box.x1 - box.x0) * (box.y1 - box.y0) });
  }
  // Small boxes lie above large ones, so that each can be pointed at.
  boxes.sort((a, b) => b.area - a.area);
  const group = el("div", { class: `layer${shown ? " on" : ""}`, "data-a": index, "aria-hidden": "true" });
  for (const { phrase, box } of boxes) {
    const element = el("div", {
      class: `box ${color(phrase)}${box.given ? " given" : ""}`,
      "data-p": `${index}:${phrase.ordinal}`,
    });
    element.style.left = `${box.x0 * 100}%`;
    element.style.top = `${box.y0 * 100}%`;
    element.style.width = `${(box.x1 - box.x0) * 100}%`;
    element.style.height = `${(box.y1 - box.y0) * 100}%`;
    if (phrase.text) element.append(el("span", { class: "tag", text: phrase.text }));
    group.append(element);
  }
  return group;
}

function caption(answer, index) {
  const points = Array.from(answer.caption);
  const paragraph = el("p", { class: "caption", dir: "auto" });
  const phrases = [...answer.phrases].sort((a, b) => a.start - b.start);
  const unmarked = [];
  let written = 0;
  for (const phrase of phrases) {
    // Spans that overlap or leave the text cannot be marked in it; they are listed behind it.
    if (!(phrase.start >= written && phrase.start < phrase.end && phrase.end <= points.length)) {
      unmarked.push(phrase);
      continue;
    }
    paragraph.append(points.slice(written, phrase.start).join(""));
    paragraph.append(mark(phrase, index, points.slice(phrase.start, phrase.end).join("")));
    written = phrase.end;
  }
  paragraph.append(points.slice(written).join(""));
  for (const phrase of unmarked) paragraph.append(" ", mark(phrase, index, phrase.text || "▢"));
  return paragraph;
}

function mark(phrase, index, text) {
  return el("mark", {
    class: color(phrase),
    "data-p": `${index}:${phrase.ordinal}`,
    tabindex: 0,
    role: "button",
    "aria-pressed": "false",
    "aria-label": boxLabel(phrase),
    text,
  });
}

function failureOf({ code, stage, message }) {
  const paragraph = el("p", { class: "failure" }, el("code", { text: code }));
  if (stage) paragraph.append(el("span", { class: "soft", text: ` at ${stage}` }));
  if (message) paragraph.append(el("br"), message);
  else paragraph.append(" – its dead letter says why");
  return paragraph;
}

function section(answer, index, shown, pick, withList) {
  const part = el("section", { class: `answer${pick ? " pick" : ""}${pick && shown ? " on" : ""}`, "data-a": index });
  part.append(el("h3", { text: words(answer.task) }));
  if (answer.failure) {
    part.append(failureOf(answer.failure));
    return part;
  }
  part.append(caption(answer, index));
  const missing = answer.expected - answer.phrases.length;
  if (missing > 0) part.append(el("p", { class: "soft", text: `${missing} of ${answer.expected} phrases have not arrived yet` }));
  if (withList && answer.phrases.some((phrase) => phrase.boxes.length > 0)) {
    const list = el("ul", { class: "boxes" });
    for (const phrase of answer.phrases) {
      for (const box of phrase.boxes) {
        const figures = [box.x0, box.y0, box.x1, box.y1].map((value) => value.toFixed(3)).join("  ");
        list.append(
          el("li", { class: color(phrase), "data-p": `${index}:${phrase.ordinal}`, title: figures },
            el("i"), el("span", { text: phrase.text || "unnamed" }), el("code", { text: figures }),
            el("span", { class: "soft", text: box.given ? "given" : box.confidence === undefined ? "" : percent(box.confidence) })));
      }
    }
    part.append(list);
  }
  return part;
}

const hasBoxes = (answer) => answer.phrases.some((phrase) => phrase.boxes.length > 0);

/**
 * Makes a card's element: a small one for a grid, a full one with labels and a list of boxes for the
 * demo's grid, or a large one with everything for the dialog.
 */
export function makeCard(card, kind = "small") {
  const large = kind === "large";
  const article = el("article", { class: `card ${kind}`, "data-order": card.order });
  article.card = card;
  article.dataset.id = card.id;
  const shown = Math.max(0, card.answers.findIndex(hasBoxes));
  const frame = el("div", { class: "frame" });
  const ratio = card.width > 0 && card.height > 0 ? card.width / card.height : 1.5;
  frame.style.setProperty("--ar", String(Math.min(8, Math.max(0.125, ratio))));
  if (card.image) {
    const alt = card.answers.find((answer) => answer.caption)?.caption ?? card.id;
    const image = el("img", { src: card.image, alt, loading: large ? "eager" : "lazy", decoding: "async" });
    image.addEventListener("error", () => image.replaceWith(el("p", { class: "none", text: "The image is not there any more." })));
    frame.append(image);
  } else {
    frame.append(el("p", { class: card.note ? "none" : "none waiting", text: card.note ?? "" }));
  }
  card.answers.forEach((answer, index) => {
    if (hasBoxes(answer)) frame.append(layer(answer, index, index === shown));
  });
  frames.observe(frame);
  const figure = el("figure", {}, frame);
  if (!large) figure.append(el("button", { type: "button", class: "open", "aria-label": `Show ${card.id} large`, title: "Show large", text: "⤢" }));
  const size = card.width > 0 ? `${card.width} × ${card.height}` : "";
  const time = card.time > 0 ? new Date(card.time).toLocaleTimeString() : "";
  const name = el("div", { class: "name" }, el("h2", { text: card.id }), el("span", { text: kind === "small" ? time || size : size }));
  const text = el("div", { class: "text" }, name);
  if (card.failure) text.append(failureOf(card.failure));
  card.answers.forEach((answer, index) => {
    text.append(section(answer, index, index === shown, card.answers.length > 1 && hasBoxes(answer), kind !== "small"));
  });
  if (large) text.append(facts(card, time));
  article.append(figure, text);
  return article;
}

function facts(card, time) {
  const list = el("dl", { class: "facts" });
  const add = (name, value) => value && list.append(el("div", {}, el("dt", { text: name }), el("dd", { text: value })));
  add("event", card.event);
  add("from", card.origin);
  add("processed", time);
  add("model", card.model);
  for (const [name, value] of Object.entries(card.attributes)) add(name, value);
  return list;
}

// ---- Labels: at their boxes, inside the image, where they hide little of each other ------------

const MOST_APART = 100; // Labels after these may hide others: each is compared with all before it.

function hidden(taken, x, y, width, height) {
  let area = 0;
  for (const other of taken) {
    const wide = Math.min(x + width, other.x + other.width) - Math.max(x, other.x);
    const tall = Math.min(y + height, other.y + other.height) - Math.max(y, other.y);
    if (wide > 0 && tall > 0) area += wide * tall;
  }
  return area;
}

function placesOf(layer, room) {
  const places = [];
  for (const box of layer.children) {
    const tag = box.firstElementChild;
    if (!tag) continue;
    const [left, top] = [box.offsetLeft, box.offsetTop];
    const width = Math.min(tag.offsetWidth, room.width);
    const height = tag.offsetHeight;
    const right = left + box.offsetWidth - width;
    const bottom = top + box.offsetHeight;
    const above = top - height;
    let best = null;
    for (const [wantedX, wantedY] of [
      [left, above], [left, top], [left, bottom], [right, above], [right, bottom], [left, bottom - height],
      [right, top], [right, bottom - height], [left, above - height], [left, bottom + height],
    ]) {
      const x = Math.max(0, Math.min(wantedX, room.width - width));
      const y = Math.max(0, Math.min(wantedY, room.height - height));
      // A label that is pushed back into the image is away from its box: better elsewhere.
      const moved = Math.abs(x - wantedX) + Math.abs(y - wantedY);
      const cost = hidden(places.slice(0, MOST_APART), x, y, width, height) * 100 + moved * height * 0.1;
      if (best === null || cost < best.cost) best = { tag, x, y, width, height, cost };
    }
    places.push({ ...best, fromX: left + box.clientLeft, fromY: top + box.clientTop });
  }
  return places;
}

const frames = new ResizeObserver((entries) => {
  // All sizes are read before anything moves, so that the browser lays the page out once.
  const all = entries.map(({ target, contentRect }) => [target, contentRect, [...target.querySelectorAll(".layer")].flatMap((layer) => placesOf(layer, contentRect))]);
  for (const [frame, room, places] of all) {
    frame.style.setProperty("--room", `${room.width}px`);
    for (const { tag, x, y, fromX, fromY } of places) {
      tag.style.left = `${x - fromX}px`;
      tag.style.top = `${y - fromY}px`;
    }
  }
});

// ---- Lighting: a phrase and its boxes, wherever one points or focuses --------------------------

let pinned = null;

function setLit(part, on) {
  const card = part.closest(".card");
  if (!card) return;
  card.classList.toggle("dim", on);
  for (const other of card.querySelectorAll("[data-p]")) {
    other.classList.toggle("lit", on && other.dataset.p === part.dataset.p);
  }
}

function choose(section) {
  for (const other of section.closest(".card").querySelectorAll("[data-a]")) {
    other.classList.toggle("on", other.dataset.a === section.dataset.a);
  }
}

function unpin() {
  if (!pinned) return;
  pinned.setAttribute("aria-pressed", "false");
  setLit(pinned, false);
  pinned = null;
}

function start(event) {
  const target = event.target;
  if (!(target instanceof Element)) return;
  const answer = target.closest("section.pick");
  if (answer) choose(answer);
  const part = target.closest("[data-p]");
  if (part) setLit(part, true);
}

function stop(event) {
  const part = event.target instanceof Element ? event.target.closest("[data-p]") : null;
  if (!part) return;
  if (part.contains(event.relatedTarget)) return;
  setLit(part, false);
  if (pinned && pinned.closest(".card") === part.closest(".card")) setLit(pinned, true);
}

function pin(target) {
  const same = pinned === target;
  unpin();
  if (!same) {
    pinned = target;
    target.setAttribute("aria-pressed", "true");
    setLit(target, true);
  }
}

/** Whether a phrase of the grid is lit, so that nothing should move. */
export const isLit = () => document.querySelector("#images .card.dim") !== null;

function listenForLight() {
  document.addEventListener("mouseover", start);
  document.addEventListener("mouseout", stop);
  document.addEventListener("focusin", start);
  document.addEventListener("focusout", stop);
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target.closest("mark") : null;
    if (target) pin(target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") unpin();
    if ((event.key === "Enter" || event.key === " ") && event.target instanceof Element && event.target.matches("mark")) {
      event.preventDefault();
      pin(event.target);
    }
  });
}

// ---- The large view: a card in a dialog --------------------------------------------------------

let shownFrom = null;
const button = (id, label, key, text) => el("button", { type: "button", id, "aria-label": label, title: `${label} (${key})`, text });
const previous = button("large-previous", "Previous image", "←", "←");
const next = button("large-next", "Next image", "→", "→");
const close = button("large-close", "Close", "Esc", "✕");
const largeCard = el("div", { id: "large-card" });
const dialog = el("dialog", { id: "large", "aria-label": "Image" }, el("div", { class: "large-bar" }, previous, next, close), largeCard);

/** Whether the large view is open. */
export const isLarge = () => dialog.open;

function showLarge(element) {
  if (!element) return;
  shownFrom = element;
  largeCard.replaceChildren(makeCard(element.card, "large"));
  if (!dialog.open) dialog.showModal();
}

function listenForLarge() {
  document.body.append(dialog);
  previous.addEventListener("click", () => showLarge(shownFrom?.previousElementSibling));
  next.addEventListener("click", () => showLarge(shownFrom?.nextElementSibling));
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") showLarge(shownFrom?.previousElementSibling);
    if (event.key === "ArrowRight") showLarge(shownFrom?.nextElementSibling);
  });
  dialog.addEventListener("close", () => {
    largeCard.replaceChildren();
    shownFrom?.querySelector(".open")?.focus();
    shownFrom = null;
  });
  document.getElementById("images").addEventListener("click", (event) => {
    const figure = event.target instanceof Element ? event.target.closest("figure") : null;
    if (figure) showLarge(figure.closest(".card"));
  });
}

/** Makes the cards of the page answer to mouse and keyboard. */
export function listen() {
  listenForLight();
  listenForLarge();
}
