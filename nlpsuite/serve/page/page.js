/** The page: one state, the parts that show it, and what people do that changes it. */

import { answerLine, answerView } from "./answer.js";
import * as api from "./api.js";
import { byId, copied, el } from "./dom.js";
import { examplesFor } from "./examples.js";
import { length } from "./spans.js";
import { known, languageName, wordsFor } from "./words.js";

const HISTORY_SEPARATOR = " | "; // as nlpsuite-recommend joins the pieces of a history

const state = {
  ui: stored("ui") ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en"),
  theme: stored("theme"),
  apps: [],
  app: null,
  lang: "auto",
  answer: null,
  problem: null,
  running: null,
  retry: load, // what to do again once there is a key
};
let words = wordsFor(state.ui);

function stored(name) {
  try { return localStorage.getItem(`nlpsuite-${name}`); } catch { return null; }
}

function store(name, value) {
  state[name] = value;
  try { localStorage.setItem(`nlpsuite-${name}`, value); } catch { /* then it holds until the page is left */ }
}

// ---- what the page shows

function showAll() {
  showFrame();
  showApps();
  showInput();
  showAnswer();
  showProblem();
}

function showFrame() {
  words = wordsFor(state.ui);
  document.documentElement.lang = words.code;
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = words[node.dataset.word];
  for (const node of document.querySelectorAll("[data-name]")) node.setAttribute("aria-label", words[node.dataset.name]);
  byId("ui").textContent = words.other;
  byId("ui").lang = words.otherCode;
  if (state.theme) document.documentElement.dataset.theme = state.theme;
  byId("theme").textContent = isDark() ? words.light : words.dark;
  showRunning();
}

const isDark = () => (state.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";

function showApps() {
  byId("apps").hidden = byId("board").hidden = !state.app;
  byId("apps").replaceChildren(byId("apps").firstElementChild, ...state.apps.map((app) => {
    const choice = el("input", { type: "radio", name: "app", value: app.name, checked: app === state.app });
    return el("label", {}, choice, el("span", {}, known(words, app).title ?? app.name));
  }));
}

function showInput() {
  const { app } = state;
  if (!app) return;
  const own = known(words, app);
  byId("summary").textContent = own.summary ?? app.summary;
  byId("about").textContent = [app.name, app.model, words.languages(app.languages.length)].filter(Boolean).join(" · ");
  byId("text-label").textContent = own.text ?? words.text;
  byId("pair-label").textContent = own.pair ?? (app.mode === "optional" ? words.pairOptional : words.pair);
  byId("pair-part").hidden = app.mode === "one";
  byId("pair").rows = app.mode === "optional" ? 2 : 6;
  const codes = ["auto", ...app.languages];
  if (!codes.includes(state.lang)) state.lang = "auto";
  byId("lang").replaceChildren(...codes.map((code) =>
    el("option", { value: code, selected: code === state.lang }, code === "auto" ? words.auto : languageName(words, code))));
  showExamples();
  showCount();
}

function showExamples() {
  const examples = examplesFor(state.app, state.lang, state.ui);
  byId("examples-part").hidden = !examples.length;
  byId("examples").replaceChildren(...examples.map((example) => {
    const button = el("button", { type: "button", lang: example.lang, dir: "auto" }, example.text);
    button.addEventListener("click", () => {
      setTexts(example);
      run();
    });
    return el("li", {}, button);
  }));
}

function showCount() {
  byId("count").textContent = words.characters(length(byId("text").value).toLocaleString(words.code));
}

function showRunning() {
  byId("run").textContent = state.running ? words.stop : words.run;
  byId("run").title = state.running ? "" : words.runHint;
  byId("answer").ariaBusy = String(Boolean(state.running));
}

function showAnswer() {
  const { answer, running } = state;
  byId("answer").replaceChildren(...(answer
    ? answerView(answer, words)
    : [el("p", { className: "hint empty" }, running ? words.running : words.empty)]));
}

function showProblem() {
  const { problem } = state;
  byId("key").hidden = problem?.kind !== "key";
  // Whoever gave no key yet has done nothing wrong; the form says enough.
  byId("problem").hidden = !problem || (problem.kind === "key" && !api.hasKey());
  // By the button that was pressed, where it is seen on any screen; without applications that is not on the page.
  if (state.app) byId("controls").after(byId("problem"));
  if (!problem) return;
  const said = problem.words ? words[problem.words] : words.problem[problem.kind];
  const own = [problem.status || "", problem.title, problem.detail].filter(Boolean).join(" · ");
  byId("problem").replaceChildren(
    el("strong", {}, typeof said === "function" ? said(problem.wait) : said),
    own ? el("span", { dir: "auto" }, own) : "",
  );
}

// ---- what people do

async function load() {
  try {
    state.apps = (await api.apps()).map((app) => ({ ...app, mode: modeOf(app) }));
    state.problem = state.apps.length ? null : { words: "noApps" };
  } catch (problem) {
    fail(problem, load);
  }
  readLink();
}

/** How an application takes its texts: "one", a second that is "optional" or "needed", or candidates to be "ranked". */
function modeOf(app) {
  if (!app.pairs) return "one";
  if (!app.heads.some((head) => head.kind === "pair-score")) return "optional";
  return app.name === "recommend" ? "ranked" : "needed";
}

async function run() {
  const documents = documentsOf(state.app);
  if (!documents) return;
  stop();
  const running = new AbortController();
  const { app, lang } = state;
  const request = { documents, lang };
  const began = performance.now();
  Object.assign(state, { running, answer: null, problem: null });
  byId("status").textContent = words.running;
  showRunning();
  showAnswer();
  showProblem();
  try {
    const body = await api.run(app, request, running.signal);
    if (state.running !== running) return;
    state.answer = { app, request, body, took: Math.round(performance.now() - began) };
    byId("status").textContent = answerLine(state.answer, words);
  } catch (problem) {
    if (state.running !== running) return;
    fail(problem, run);
  }
  state.running = null;
  showRunning();
  showAnswer();
  showProblem();
  if (byId("answer").getBoundingClientRect().top > innerHeight * 0.7) byId("answer").scrollIntoView();
}

/** What to send, or nothing where a text is missing. */
function documentsOf({ mode }) {
  const text = byId("text").value;
  const pair = byId("pair").value;
  if (!text.trim()) return missing("noText", "text");
  if (mode === "ranked") {
    const history = lines(text).join(HISTORY_SEPARATOR);
    const documents = lines(pair).map((candidate, place) => ({ id: String(place + 1), text: history, pair: candidate }));
    return documents.length ? documents : missing("noCandidates", "pair");
  }
  if (mode === "needed" && !pair.trim()) return missing("noPair", "pair");
  return [{ id: "1", text, ...(mode !== "one" && pair.trim() ? { pair } : {}) }];
}

const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

function missing(what, field) {
  state.problem = { words: what };
  showProblem();
  byId(field).focus();
  return null;
}

function stop() {
  state.running?.abort();
  state.running = null;
}

function fail(problem, retry) {
  if (!(problem instanceof api.Problem)) console.error(problem);
  state.problem = problem instanceof api.Problem ? problem : new api.Problem("unreadable");
  state.retry = retry;
  byId("status").textContent = "";
  if (problem.kind !== "key") return;
  if (api.hasKey()) state.problem.words = "keyWrong";
  byId("key").hidden = false;
  byId("key-field").focus();
}

function setTexts({ text, pair = "" }) {
  byId("text").value = text;
  byId("pair").value = pair;
  showCount();
}

const drafts = new Map(); // a history and its candidates are of no use to the other applications, nor theirs to it

function choose(app) {
  const draft = (one) => (one.mode === "ranked" ? "ranked" : "text");
  if (state.app) drafts.set(draft(state.app), { text: byId("text").value, pair: byId("pair").value });
  setTexts(drafts.get(draft(app)) ?? { text: "" });
  stop();
  Object.assign(state, { app, answer: null, problem: null });
}

// ---- links

/** Takes application, language and texts from the address; they stand after its #, which no browser sends. */
function readLink() {
  const link = new URLSearchParams(location.hash.slice(1));
  const app = state.apps.find(({ name }) => name === link.get("app")) ?? state.app ?? state.apps[0];
  if (!app) return showAll();
  if (app !== state.app) choose(app);
  state.lang = link.get("lang") ?? state.lang;
  if (link.has("text")) setTexts({ text: link.get("text"), pair: link.get("pair") ?? "" });
  showAll();
  if (link.get("run") === "1") run();
}

function linkOf({ app, lang }) {
  const link = new URLSearchParams({ app: app.name, lang, text: byId("text").value });
  if (app.mode !== "one" && byId("pair").value) link.set("pair", byId("pair").value);
  return `${location.origin}${location.pathname}#${link}&run=1`;
}

// ---- who listens

byId("ui").addEventListener("click", () => {
  store("ui", state.ui === "zh" ? "en" : "zh");
  showAll();
});
byId("theme").addEventListener("click", () => {
  store("theme", isDark() ? "light" : "dark");
  showFrame();
});
byId("apps").addEventListener("change", ({ target }) => {
  choose(state.apps.find(({ name }) => name === target.value));
  showRunning();
  showInput();
  showAnswer();
  showProblem();
});
byId("lang").addEventListener("change", ({ target }) => {
  state.lang = target.value;
  showExamples();
});
byId("text").addEventListener("input", showCount);
byId("share").addEventListener("click", async () => {
  const done = await copied(linkOf(state));
  byId("share").textContent = done ? words.shared : words.copyFailed;
  setTimeout(() => { byId("share").textContent = words.share; }, 1600);
});
byId("input").addEventListener("submit", (event) => {
  event.preventDefault();
  if (!state.running) return void run();
  stop();
  byId("status").textContent = words.stopped;
  showRunning();
  showAnswer();
});
byId("input").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  run();
});
byId("key").addEventListener("submit", (event) => {
  event.preventDefault();
  api.setKey(byId("key-field").value.trim());
  byId("key-field").value = "";
  state.retry();
});
addEventListener("hashchange", readLink);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", showFrame);

showAll();
load();
