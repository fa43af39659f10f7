// The demo's page, out of the data in it. Follows card.js in one script: a file cannot import another one.

const { info, cards } = JSON.parse(document.getElementById("data").textContent);

const answers = cards.flatMap((card) => card.answers);
const phrases = answers.flatMap((answer) => answer.phrases);
const failures = [...cards, ...answers].filter((part) => part.failure).length;

function number(count, one, many, style = null) {
  return el("li", { class: style }, el("b", { text: count }), el("span", { text: count === 1 ? one : many }));
}

document.title = `Groundstream: ${cards.length} ${cards.length === 1 ? "image" : "images"}`;
document.getElementById("numbers").append(
  number(cards.length, "image", "images"),
  number(answers.filter((answer) => !answer.failure).length, "answer", "answers"),
  number(phrases.length, "phrase", "phrases"),
  number(phrases.flatMap((phrase) => phrase.boxes).length, "box", "boxes"),
  ...(failures > 0 ? [number(failures, "failure", "failures", "bad")] : []),
);
for (const [name, value] of Object.entries(info)) {
  if (value.trim()) {
    document.getElementById("info").append(el("div", {}, el("dt", { text: name }), el("dd", { text: value, title: value })));
  }
}
document.getElementById("images").append(...cards.map((card) => makeCard(card, "full")));
listen();
