/** What the server answered, as elements. */

import { curl, plainJson } from "./api.js";
import { copyButton, el } from "./dom.js";
import { described } from "./details.js";
import { highlighted } from "./highlight.js";
import { languageName, term } from "./words.js";

const SHOWN = 8;

/** All of an answer: `{ app, request, body, took }`, where `body` is what the server sent. */
export function answerView({ app, request, body, took }, words) {
  const results = body.results ?? [];
  return [
    ...(app.mode === "ranked" ? [ranking(request, results, words)] : results.map((one) => resultView(app, one, words))),
    el("p", { className: "hint meta" }, meta(body, results, took, words)),
    folded(words.json, () => copyable(plainJson(body, 2), words)),
    folded(words.curl, () => copyable(curl(app, request), words)),
  ];
}

/** One line for those who hear the page. */
export function answerLine({ app, body }, words) {
  const [first] = body.results ?? [];
  if (app.mode === "ranked") return words.found((body.results ?? []).length);
  if (!first) return words.nothing;
  if (app.heads[0]?.kind === "token-labels") return words.found(count(first, app.heads[0].name));
  const said = `${first.label ? term(words, first.label) : words.none} ${percent(first.score, words)}`;
  return first.abstained ? `${said}${words.comma}${words.unsure}` : said;
}

function meta(body, results, took, words) {
  const [first] = results;
  if (!first) return body.model ?? "";
  const windows = results.reduce((sum, one) => sum + (one.windows ?? 1), 0);
  const lang = first.lang ? languageName(words, first.lang) : null;
  return [lang, body.model ?? first.model, words.windows(windows), `${took} ms`].filter(Boolean).join(" · ");
}

function resultView(app, result, words) {
  const kinds = new Map(app.heads.map((head) => [head.name, head.kind]));
  const heads = Object.entries(result.heads ?? {}).map(([name, outcome], place) => {
    const view = VIEWS[kinds.get(name)] ?? single;
    const inside = view(outcome, words, place === 0, count(result, name));
    return inside && el("section", { className: place ? "head" : "head first" }, el("h2", {}, term(words, name)), inside);
  });
  const labels = app.heads.flatMap((head) => head.labels ?? []);
  return el(
    "article",
    {},
    heads,
    result.spans?.length ? highlighted(result, labels, words) : null,
    Object.keys(result.details ?? {}).length
      ? el("section", {}, el("h2", {}, words.details), described(result.details, words))
      : null,
  );
}

/** How many spans a head found; its own where they bear its name, or else all. */
function count({ spans = [] }, head) {
  return spans.filter((span) => span.kind === head).length || spans.length;
}

const VIEWS = {
  "single-label": single,
  "multi-label": several,
  "pair-score": single,
  // What such a head found stands in the text; its best label says nothing more.
  "token-labels": (outcome, words, first, found) =>
    first ? [el("p", { className: "label" }, found ? words.found(found) : words.nothing)] : null,
};

function single(outcome, words, first) {
  const name = outcome.label ? term(words, outcome.label) : "";
  const label = el("strong", { className: "label", title: outcome.label }, name);
  const line = el("p", { className: "verdict" }, label, el("span", { className: "number" }, percent(outcome.score, words)));
  if (outcome.abstained) line.append(el("span", { className: "unsure" }, words.unsure));
  const scores = sorted(outcome.scores);
  return [
    line,
    first || !scores.length ? bar(outcome.score, outcome.abstained) : null,
    outcome.abstained && first ? el("p", { className: "hint" }, words.unsureHint) : null,
    bars(scores.slice(0, SHOWN), words),
    scores.length > SHOWN
      ? folded(words.moreLabels(scores.length - SHOWN), () => [bars(scores.slice(SHOWN), words)])
      : null,
  ];
}

function several(outcome, words) {
  const chips = (outcome.labels ?? []).map((label) =>
    el(
      "li",
      { className: "chip", title: label },
      term(words, label),
      el("span", { className: "number" }, percent(outcome.scores?.[label] ?? 0, words)),
    ));
  const scores = sorted(outcome.scores);
  return [
    chips.length ? el("ul", { className: "chips" }, chips) : el("p", { className: "hint" }, words.none),
    outcome.abstained ? el("p", { className: "unsure" }, words.unsure) : null,
    scores.length ? folded(words.allLabels(scores.length), () => [bars(scores, words)]) : null,
  ];
}

function ranking(request, results, words) {
  const places = results
    .map((result, place) => ({ result, candidate: request.documents[place]?.pair ?? "" }))
    .sort((a, b) => b.result.score - a.result.score)
    .map(({ result, candidate }) =>
      el(
        "li",
        {},
        el("span", { className: "candidate", dir: "auto", lang: result.lang ?? "" }, candidate),
        el("span", { className: "number" }, percent(result.score, words)),
        bar(result.score, result.abstained),
        result.abstained ? el("span", { className: "unsure" }, words.unsure) : null,
      ));
  return el("section", {}, el("h2", {}, words.ranked), el("ol", { className: "ranked" }, places));
}

const sorted = (scores) => Object.entries(scores ?? {}).sort(([, a], [, b]) => b - a);

function bars(scores, words) {
  if (!scores.length) return null;
  return el("ul", { className: "bars" }, scores.map(([label, score]) =>
    el(
      "li",
      {},
      el("span", { className: "name", title: label }, term(words, label)),
      bar(score, false),
      el("span", { className: "number" }, percent(score, words)),
    )));
}

function bar(score, unsure) {
  const filled = el("span", {});
  filled.style.width = `${Math.min(1, Math.max(0, score)) * 100}%`;
  return el("span", { className: unsure ? "bar guess" : "bar", "aria-hidden": "true" }, filled);
}

const percent = (score, words) =>
  new Intl.NumberFormat(words.code, { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(score);

/** Something folded away that is made only once it is opened. */
function folded(title, make) {
  const details = el("details", {}, el("summary", {}, title));
  details.addEventListener("toggle", () => details.append(...make()), { once: true });
  return details;
}

const copyable = (text, words) => [
  copyButton(() => text, words),
  el("pre", { tabIndex: 0, dir: "ltr" }, text),
];
