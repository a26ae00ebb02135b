// The blotter: orders and executions by filters. What is new comes by the stream; a stretch of time, and what the
// venue has forgotten, comes from the history in SQL, which also makes the CSV.

import { get } from "../api.js";
import { byId, keyed, make, setText, showState } from "../dom.js";
import { dateTime, grouped } from "../numbers.js";
import { painter } from "../paint.js";
import { poll } from "../poll.js";
import { subscribe, watchLink } from "../stream.js";
import { fillExecutionRow, fillOrderRow, flat, isOpen, makeExecutionRow, makeOrderRow } from "./order_rows.js";

const PAGE = 100;
const LIVE_MAX = 100; // rows that come by the stream, beyond the pages that were asked for
const HISTORY_MS = 3_000;
const AWAY_MS = 10_000;
const TYPING_MS = 300;
const NAMES = ["account", "symbol", "side", "status", "exec_type", "client_order_id", "from", "to"];

let kind = "open";
let rows = new Map(); // by order_id or exec_id
let cursor = null;
let lowest = 0; // the oldest that the pages show: what is older comes with "Older"
let asked = 0;
let pages = 0;
let isLoading = true;
let fault = "";

const filters = () => Object.fromEntries(NAMES.map((name) => [name, byId(`f-${name}`).value.trim()]));
const changed = painter(paint, byId("blotter"));

export async function showBlotter() {
  readAddress();
  for (const button of byId("kinds").children) button.addEventListener("click", () => { kind = button.dataset.kind; begin(); });
  let typing = 0;
  byId("filters").addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(begin, TYPING_MS); });
  byId("filters").addEventListener("submit", (event) => { event.preventDefault(); begin(); });
  byId("clear").addEventListener("click", () => { byId("filters").reset(); begin(); });
  byId("older").addEventListener("click", () => load());
  byId("older").addEventListener("keydown", (event) => event.stopPropagation());
  subscribe({ channel: "executions", every_ms: 100 }, hear);
  let wasLive = true;
  watchLink((state) => { // what happened meanwhile is not told again
    if (state === "live" && !wasLive) begin();
    if (state !== "connecting") wasLive = state === "live";
  });
  poll(showHistory, HISTORY_MS, (text) => text && noteHistory(`No history: ${text}`, true));
  begin();
  const [{ accounts }, { instruments }] = await Promise.all([get("/accounts", { limit: 1000 }), get("/instruments")]);
  byId("accounts").replaceChildren(...accounts.map((one) => make("option", { value: one.account })));
  const chosen = byId("f-symbol").dataset.wanted ?? byId("f-symbol").value;
  byId("f-symbol").append(...instruments.map((one) => make("option", { value: one.symbol }, one.symbol)));
  if (chosen) byId("f-symbol").value = chosen;
}

/** Filters stand in the address, so that it can be kept and sent to others. */
function readAddress() {
  const given = new URLSearchParams(location.search);
  kind = given.get("kind") ?? "open";
  for (const name of NAMES) if (given.has(name)) byId(`f-${name}`).value = given.get(name);
  if (given.has("symbol")) {
    byId("f-symbol").append(make("option", { value: given.get("symbol"), hidden: true }, given.get("symbol")));
    byId("f-symbol").value = given.get("symbol");
  }
}

function writeAddress() {
  const given = Object.entries({ kind, ...filters() }).filter(([, value]) => value);
  history.replaceState(null, "", `/orders?${new URLSearchParams(given)}`);
}

function begin() {
  writeAddress();
  showKind();
  rows = new Map();
  cursor = null;
  lowest = 0;
  pages = 0;
  load();
}

function showKind() {
  for (const button of byId("kinds").children) button.setAttribute("aria-pressed", String(button.dataset.kind === kind));
  const isExecutions = kind === "executions";
  byId("orders-table").hidden = isExecutions;
  byId("executions-table").hidden = !isExecutions;
  byId("status-field").hidden = kind !== "orders";
  byId("exec-field").hidden = !isExecutions;
  for (const id of ["from-field", "to-field"]) byId(id).hidden = kind === "open";
  byId("csv").href = `/api/v3${pathOf(true)}?${new URLSearchParams(given(query(), { format: "csv" }))}`;
}

function pathOf(fromHistory) {
  if (kind === "executions") return "/history/executions";
  return fromHistory || byId("f-from").value || byId("f-to").value ? "/history/orders" : "/orders";
}

function query() {
  const { account, symbol, side, status, exec_type: execType, client_order_id: name, from, to } = filters();
  if (kind === "open") return { account, symbol, side, status: "open", client_order_id: name };
  const times = { from: from && `${from}Z`, to: to && `${to}Z` };
  return { account, symbol, side, client_order_id: name, ...(kind === "executions" ? { exec_type: execType } : { status }), ...times };
}

function given(...parts) {
  return Object.entries(Object.assign({}, ...parts)).filter(([, value]) => value);
}

/** The first page, or the next older one. */
async function load() {
  const mine = ++asked;
  isLoading = true;
  changed();
  try {
    const page = await get(pathOf(false), { ...query(), limit: PAGE, cursor });
    if (mine !== asked) return;
    fault = "";
    const found = page.orders ?? page.executions;
    for (const one of found) if (!rows.get(idOf(one))?.isFresh) rows.set(idOf(one), one);
    cursor = page.next_cursor;
    pages += 1;
    lowest = cursor && found.length ? idOf(found.at(-1)) : cursor ? lowest : 0;
  } catch (problem) {
    if (mine !== asked) return;
    if (!problem.detail) throw problem;
    fault = problem.detail;
  }
  isLoading = false;
  changed();
}

function idOf(one) {
  return kind === "executions" ? one.exec_id : one.order_id;
}

function hear(message) {
  if (message.type !== "execution" || byId("f-to").value) return;
  if (kind === "executions") {
    const one = { ...flat(message), isFresh: true };
    if (fits(one)) rows.set(one.exec_id, one);
  } else if (message.order_id && message.exec_type !== "rejected") {
    const former = rows.get(message.order_id);
    if (!former && message.order_id < lowest) return;
    const one = { entered: message.exec_type === "new" ? message.time : null, ...former, ...message, isFresh: true };
    if (fits(one)) rows.set(one.order_id, one);
    else rows.delete(one.order_id);
  }
  changed();
}

function fits(one) {
  const { account, symbol, side, status, exec_type: execType, client_order_id: name } = filters();
  const wanted = kind === "open" ? "open" : kind === "orders" ? status : "";
  return (!account || one.account === account) && (!symbol || one.symbol === symbol) && (!side || one.side === side)
    && (!name || one.client_order_id === name) && (!wanted || hasStatus(one, wanted))
    && (kind !== "executions" || !execType || one.exec_type === execType);
}

function hasStatus(one, wanted) {
  if (wanted === "open") return isOpen(one);
  return wanted === "closed" ? !isOpen(one) : one.status === wanted;
}

function paint() {
  const shown = [...rows.values()].sort((one, other) => idOf(other) - idOf(one));
  const most = pages * PAGE + LIVE_MAX;
  for (const one of shown.splice(most)) rows.delete(idOf(one));
  const isExecutions = kind === "executions";
  keyed(byId("orders"), isExecutions ? [] : shown, (one) => one.order_id, makeOrderRow, fillOrderRow);
  keyed(byId("executions"), isExecutions ? shown : [], (one) => one.exec_id, makeExecutionRow, fillExecutionRow);
  byId("fault").hidden = !fault;
  setText(byId("fault"), fault);
  const none = isLoading ? "Loading…" : kind === "open" ? "No open orders that fit." : "Nothing fits.";
  showState(byId("blotter-state"), shown.length || fault ? "" : none);
  byId("older").hidden = !cursor || isLoading;
}

/** Where it ends is said always: what is asked of it cannot be newer. */
async function showHistory() {
  const { behind, journal_seq: seq, time } = await get("/history");
  const isAway = behind > 0 && Date.now() - Date.parse(time) > AWAY_MS;
  const end = `journal_seq ${grouped(seq)} of ${dateTime(time)}`;
  if (isAway) noteHistory(`The recorder is away or behind: the history ends at ${end}, ${grouped(behind)} commands ago`, true);
  else noteHistory(`History up to ${end}`, false);
}

function noteHistory(text, isBad) {
  setText(byId("history-note"), text);
  byId("history-note").classList.toggle("bad", isBad);
}
