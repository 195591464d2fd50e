/** A text with what was found in it, in colours, each with its name. */

import { el } from "./dom.js";
import { fill, overlap } from "./spans.js";
import { term } from "./words.js";

const COLOURS = 8;
const TONES = { negative: "bad", upset: "bad", positive: "good", pleased: "good", neutral: "even" };

export function highlighted(result, labels, words) {
  const { spans, text } = result;
  const kinds = [...new Set(spans.map((span) => span.kind))];
  const colour = colours(labels, spans);
  const box = el("div", {
    className: "text", tabIndex: 0, role: "group", "aria-label": words.inText, dir: "auto", lang: result.lang ?? "",
  });
  const legend = el("ul", { className: "legend" });

  const show = (kind) => {
    const chosen = kind === null ? spans : spans.filter((span) => span.kind === kind);
    box.replaceChildren();
    fill(box, text, chosen, (span, cut) => marked(span, cut, colour(span.label), words));
    legend.replaceChildren(...counted(chosen).map(([label, count]) =>
      el("li", { title: label }, el("span", { className: `swatch ${colour(label)}` }), term(words, label),
        el("span", { className: "number" }, String(count)))));
  };

  // Where kinds lie over each other, one at a time reads better than all of them.
  const first = kinds.length > 1 && overlap(spans) ? kinds[0] : null;
  show(first);
  return el(
    "section",
    {},
    el("div", { className: "row" }, el("h2", {}, words.inText), kinds.length > 1 ? switches(kinds, first, show, words) : null),
    box,
    legend,
  );
}

function marked(span, cut, colour, words) {
  const sure = `${Math.round(span.score * 100)}%`;
  const mark = el("mark", { className: colour, title: `${term(words, span.label)} ${sure}` });
  // As an attribute that the stylesheet shows, the name is not part of the text that people copy.
  if (!cut) mark.dataset.label = term(words, span.label);
  return mark;
}

function switches(kinds, first, show, words) {
  const group = el("fieldset", { className: "kinds" }, el("legend", { className: "unseen" }, words.kinds));
  for (const kind of [null, ...kinds]) {
    const choice = el("input", { type: "radio", name: "kind", checked: kind === first });
    choice.addEventListener("change", () => show(kind));
    group.append(el("label", {}, choice, el("span", {}, kind === null ? words.all : term(words, kind))));
  }
  return group;
}

/** A label keeps its colour from text to text where the application's labels are few enough for that. */
function colours(labels, spans) {
  const usual = [...new Set(labels)];
  const seen = [...new Set([...(usual.length <= COLOURS ? usual : []), ...spans.map((span) => span.label)])]
    .filter((label) => !Object.hasOwn(TONES, label));
  const places = new Map(seen.map((label, place) => [label, `c${place % COLOURS}`]));
  return (label) => (Object.hasOwn(TONES, label) ? TONES[label] : places.get(label));
}

function counted(spans) {
  const counts = new Map();
  for (const { label } of spans) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}
