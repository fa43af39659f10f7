// The page's life: the stream of events, the grid, the large view, and the search.

import { isLarge, isLit, listen, makeCard } from "./card.js";
import { showBanner, showEmpty, showLetters, showLive, showStats } from "./panels.js";

const get = (id) => document.getElementById(id);
const grid = get("grid");
const found = get("found");

const cards = new Map(); // By image id: what is on the page.
const held = new Map(); // Changes that wait while the user looks at a card; null for a card that left.
let staging = null; // While a whole new state is arriving.
let greeting = null;
let stats = null;
let problems = [];
let connected = false;
let paused = false;
let news = 0;

// ---- The grid ----------------------------------------------------------------------------------

function place(card, element) {
  // Newest first; nearly always it is the first one.
  for (const other of grid.children) {
    if (Number(other.dataset.order) < card.order) {
      grid.insertBefore(element, other);
      return;
    }
  }
  grid.append(element);
}

function put(card, animate) {
  const before = cards.get(card.id);
  const element = makeCard(card);
  if (before) {
    if (before.card.order === card.order) {
      before.element.replaceWith(element);
      cards.set(card.id, { card, element });
      return;
    }
    before.element.remove();
  } else if (animate) {
    element.classList.add("new");
    news++;
  }
  cards.set(card.id, { card, element });
  place(card, element);
}

function remove(id) {
  cards.get(id)?.element.remove();
  cards.delete(id);
}

const isHolding = () => paused || isLarge() || isLit();

function apply(animate) {
  for (const [id, card] of held) {
    if (card === null) remove(id);
    else put(card, animate);
  }
  held.clear();
  while (greeting && cards.size > greeting.keep) remove(grid.lastElementChild.dataset.id);
  refresh();
}

function hold(id, card) {
  held.delete(id);
  held.set(id, card);
  // However long the page is held, it keeps no more than it can show.
  while (greeting && held.size > 2 * greeting.keep) {
    const eldest = held.keys().next().value;
    if (held.get(eldest) === null) remove(eldest);
    held.delete(eldest);
  }
}

function refresh() {
  get("shown").textContent = cards.size.toLocaleString();
  const fresh = [...held.values()].filter((card) => card !== null && !cards.has(card.id)).length;
  get("pause").textContent = paused ? (fresh > 0 ? `Go on (${fresh} new)` : "Go on") : "Pause";
  get("pause").setAttribute("aria-pressed", String(paused));
  showEmpty(cards.size === 0 && staging === null && found.hidden && greeting !== null, greeting);
}

setInterval(() => {
  if (held.size === 0) return;
  if (isHolding()) refresh();
  else apply(true);
}, 250);

setInterval(() => {
  // Not for each image: a screen reader has other things to read as well.
  if (news > 0) get("news").textContent = `${news} new images`;
  news = 0;
}, 10000);

// ---- The stream --------------------------------------------------------------------------------

function banner() {
  const all = connected ? problems.map((problem) => `${problem.message} Trying again …`) : ["This page has lost its server. Trying again …"];
  showBanner(greeting === null && !connected ? [] : all);
  const well = connected && problems.length === 0;
  showLive(well ? "live" : connected ? "waiting" : "not connected", well ? "well" : "away");
}

function connect() {
  const source = new EventSource("/events");
  const on = (type, handle) => source.addEventListener(type, (event) => handle(JSON.parse(event.data)));
  source.addEventListener("open", () => {
    connected = true;
    banner();
  });
  source.addEventListener("error", () => {
    connected = false;
    banner();
    // A browser connects again by itself only after the connection failed.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
  });
  on("reset", (data) => {
    greeting = data;
    staging = new Map();
    get("search").hidden = !greeting.search;
    if (greeting.search) searchAsAddressed();
  });
  on("card", (card) => {
    if (staging) staging.set(card.id, card);
    else hold(card.id, card);
  });
  on("gone", ({ id }) => {
    if (staging) staging.delete(id);
    else hold(id, null);
  });
  on("ready", () => {
    const all = staging;
    staging = null;
    held.clear();
    const first = cards.size === 0;
    for (const id of [...cards.keys()]) if (!all.has(id)) remove(id);
    for (const card of all.values()) hold(card.id, card);
    if (first || !isHolding()) apply(!first);
    refresh();
  });
  on("stats", (data) => {
    stats = data;
    showStats(stats, greeting);
  });
  on("letters", showLetters);
  on("status", (data) => {
    problems = data.problems;
    banner();
  });
}

// ---- The search --------------------------------------------------------------------------------

let searches = 0;

function showError(message) {
  get("search-error").hidden = message === null;
  get("search-error").textContent = message ?? "";
  get("query").setAttribute("aria-invalid", String(message !== null));
}

function closeSearch() {
  searches++;
  showError(null);
  get("found-bar").hidden = true;
  found.hidden = true;
  found.replaceChildren();
  grid.hidden = false;
  refresh();
}

async function search(query) {
  const number = ++searches;
  showError(null);
  get("search").classList.add("busy");
  let answer;
  try {
    const response = await fetch(`/search?q=${encodeURIComponent(query)}`);
    answer = await response.json();
  } catch {
    answer = { error: "The search has no answer: the server cannot be reached." };
  }
  if (number !== searches) return;
  get("search").classList.remove("busy");
  if (answer.error !== undefined) {
    showError(answer.error);
    return;
  }
  grid.hidden = true;
  found.hidden = false;
  found.replaceChildren(
    ...answer.cards.map((card) => makeCard(card)),
  );
  const shown = answer.cards.length < answer.total ? `, the best ${answer.cards.length} shown` : "";
  get("found-text").textContent =
    answer.total === 0
      ? `No image matches ${query}`
      : `${answer.total.toLocaleString()} ${answer.total === 1 ? "image matches" : "images match"} ${query}${shown}`;
  get("found-bar").hidden = false;
  refresh();
}

function searchAsAddressed() {
  const query = new URLSearchParams(location.hash.slice(1)).get("q");
  if (query && get("query").value !== query) {
    get("query").value = query;
    search(query);
  }
}

get("search").addEventListener("submit", (event) => {
  event.preventDefault();
  const query = get("query").value.trim();
  history.replaceState(null, "", query ? `#${new URLSearchParams({ q: query })}` : location.pathname);
  if (query) search(query);
  else closeSearch();
});
get("query").addEventListener("input", () => {
  if (get("query").value === "" && !found.hidden) closeSearch();
});
get("found-close").addEventListener("click", () => {
  get("query").value = "";
  history.replaceState(null, "", location.pathname);
  closeSearch();
});

// ---- Buttons and keys --------------------------------------------------------------------------

function togglePause() {
  paused = !paused;
  if (!paused && !isHolding()) apply(true);
  refresh();
}

get("pause").addEventListener("click", togglePause);
get("letters-toggle").addEventListener("click", () => {
  const panel = get("letters");
  panel.hidden = !panel.hidden;
  get("letters-toggle").setAttribute("aria-expanded", String(!panel.hidden));
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLInputElement || isLarge()) return;
  if (event.key === "p") togglePause();
  if (event.key === "/" && !get("search").hidden) {
    event.preventDefault();
    get("query").focus();
  }
});

listen();
connect();
