"use strict";
// Hovering or focusing a phrase, its line or its box lights the others; choosing an answer shows its boxes.
(() => {
  const light = (target, on) => {
    const part = target.closest("[data-p]");
    if (!part) return;
    const card = part.closest("article");
    const id = part.dataset.p;
    for (const other of card.querySelectorAll("[data-p]")) {
      other.classList.toggle("lit", on && other.dataset.p === id);
    }
    const svg = card.querySelector("svg");
    if (svg) svg.classList.toggle("dim", on);
  };
  const show = (section) => {
    const card = section.closest("article");
    for (const other of card.querySelectorAll("[data-a]")) {
      other.classList.toggle("on", other.dataset.a === section.dataset.a);
    }
  };
  const start = (event) => {
    const section = event.target.closest("section.pick");
    if (section) show(section);
    light(event.target, true);
  };
  document.addEventListener("mouseover", start);
  document.addEventListener("focusin", start);
  document.addEventListener("click", start);
  document.addEventListener("mouseout", (event) => light(event.target, false));
  document.addEventListener("focusout", (event) => light(event.target, false));
})();
