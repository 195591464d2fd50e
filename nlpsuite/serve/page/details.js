/** What an application adds to its result: any JSON, as lists of names and values, and tables of those alike. */

import { el } from "./dom.js";
import { term } from "./words.js";

const ROWS = 100;
const NAMES = new Set(["label", "kind", "name", "action"]);

export function described(value, words) {
  const line = inline(value, words);
  if (line !== null) return line;
  if (!Array.isArray(value)) return list(Object.entries(value), words);
  const rows = value.slice(0, ROWS);
  const shown = table(rows, words)
    ?? el("ol", {}, rows.map((one) => el("li", {}, described(one, words))));
  if (value.length === rows.length) return shown;
  return el("div", {}, shown, el("p", { className: "hint" }, words.more(value.length - rows.length)));
}

/** The value in one line, or null where it needs more. */
function inline(value, words, key = "") {
  if (value === null || value === "" || value?.length === 0) return "–";
  if (typeof value === "boolean") return value ? words.yes : words.no;
  if (typeof value === "number") return String(Math.round(value * 1000) / 1000);
  if (typeof value === "string") return NAMES.has(key) ? term(words, value) : value;
  if (Array.isArray(value)) {
    const parts = value.slice(0, ROWS).map((one) => inline(one, words));
    return value.length <= ROWS && parts.every((part) => part !== null) ? parts.join(words.comma) : null;
  }
  return Object.keys(value).length === 2 && isPlace(value) ? place(value) : null;
}

const isPlace = (value) => Number.isInteger(value?.start) && Number.isInteger(value?.end);
const place = ({ start, end }) => `${start}–${end}`;

/** The fields of an object, with where it stands in the text as one of them, the last. */
function fields(value, words) {
  if (!isPlace(value)) return Object.entries(value);
  const { start, end, ...others } = value;
  return [...Object.entries(others), [words.position, place(value)]];
}

function list(pairs, words) {
  return el("dl", {}, pairs.map(([key, value]) => {
    const inside = value && typeof value === "object" && !Array.isArray(value) && !(Object.keys(value).length === 2 && isPlace(value))
      ? list(fields(value, words), words)
      : inline(value, words, key) ?? described(value, words);
    return el("div", {}, el("dt", {}, term(words, key)), el("dd", { dir: "auto" }, inside));
  }));
}

/** Objects whose values each fit a line, as a table; null where they do not. */
function table(rows, words) {
  if (!rows.every((row) => row && typeof row === "object" && !Array.isArray(row))) return null;
  const cells = rows.map((row) => new Map(fields(row, words).map(([key, value]) => [key, inline(value, words, key)])));
  if (cells.some((row) => [...row.values()].includes(null))) return null;
  const keys = [...new Set(cells.flatMap((row) => [...row.keys()]))];
  const head = el("tr", {}, keys.map((key) => el("th", { scope: "col" }, term(words, key))));
  const body = cells.map((row) => el("tr", {}, keys.map((key) => el("td", { dir: "auto" }, row.get(key) ?? "–"))));
  return el(
    "div",
    { className: "scroll", tabIndex: 0, role: "group", "aria-label": keys.map((key) => term(words, key)).join(words.comma) },
    el("table", {}, el("thead", {}, head), el("tbody", {}, body)),
  );
}
