/** The server: what it offers, what it answers, and how it says no. */

const KEY = "nlpsuite-key";

/** What went wrong. `kind` is "offline", "unreadable", "key", "busy" or "refused". */
export class Problem extends Error {
  constructor(kind, { title = "", detail = "", status = 0, wait = 0 } = {}) {
    super(title || kind);
    Object.assign(this, { kind, title, detail, status, wait });
  }
}

// For this tab only: a key must not outlive it, nor be in a link.
let key = "";
try { key = sessionStorage.getItem(KEY) ?? ""; } catch { /* storage may be forbidden; the key is then for this page */ }

export function setKey(value) {
  key = value;
  try { sessionStorage.setItem(KEY, value); } catch { /* see above */ }
}

export const hasKey = () => key !== "";

export const apps = async () => (await ask("/v1/apps")).apps;

export const run = (app, request, signal) =>
  ask(app.url, { method: "POST", body: JSON.stringify(request), signal });

async function ask(url, { method = "GET", body, signal } = {}) {
  if (/[^\x21-\x7e]/.test(key)) throw new Problem("key"); // a header cannot carry it
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers.Authorization = `Bearer ${key}`;
  let response;
  let values = null;
  try {
    response = await fetch(url, { method, body, headers, signal, redirect: "error" });
    values = JSON.parse(await response.text());
  } catch (error) {
    if (error.name === "AbortError") throw error;
    if (!response) throw new Problem("offline");
  }
  if (!response.ok) throw refusal(response, values ?? {});
  if (values === null) throw new Problem("unreadable", { status: response.status });
  return values;
}

function refusal(response, { title, detail }) {
  const kind = { 401: "key", 429: "busy" }[response.status] ?? "refused";
  const said = { title: String(title ?? response.statusText), detail: String(detail ?? ""), status: response.status };
  return new Problem(kind, { ...said, wait: seconds(response.headers.get("Retry-After")) });
}

/** Retry-After is a number of seconds or a date. */
function seconds(value) {
  if (!value) return 0;
  const wait = /^\d+$/.test(value.trim()) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(wait) ? Math.max(0, Math.ceil(wait)) : 0;
}

/** JSON whose characters all show as what they are: those that turn the direction of text, or hide, are escaped. */
export function plainJson(value, indent) {
  const hidden = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
  return JSON.stringify(value, null, indent)
    .replace(hidden, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** The line for a shell that asks the same. It names the variable that holds the key, never the key. */
export function curl(app, request) {
  const lines = [`curl -s ${quoted(new URL(app.url, location.href).href)}`, "-H 'Content-Type: application/json'"];
  if (key) lines.push('-H "Authorization: Bearer $NLPSUITE_KEY"');
  return [...lines, `-d ${quoted(plainJson(request))}`].join(" \\\n  ");
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
