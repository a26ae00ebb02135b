// One instrument: its book, candles and trades, its state, one's orders and a ticket for new ones.

import { get } from "../api.js";
import { candleChart } from "../charts/candles.js";
import { depthChart } from "../charts/depth.js";
import { byId, setOptions, setText, showState } from "../dom.js";
import { clock, grouped, money, percent, short, signed, signedMoney, tone } from "../numbers.js";
import { painter } from "../paint.js";
import { blotter } from "../parts/blotter.js";
import { ladder } from "../parts/ladder.js";
import { badgeOfState } from "../parts/states.js";
import { tape } from "../parts/tape.js";
import { ticket } from "../parts/ticket.js";
import { stateControls } from "../parts/trading_state.js";
import { subscribe, watchLink } from "../stream.js";

const PACE = { every_ms: 100 };
const INDICATIVE_MS = 1_000;
const root = document.documentElement;
const mayTrade = root.dataset.role !== "viewer";
const symbol = decodeURIComponent(location.pathname.split("/")[2] ?? "");

let instrument = null;
let state = "";
let book = null;
let position = null;
let candles = [];
let interval = localStorage.getItem("venue.interval") ?? "1m";
let endCandles = () => {};
let endAccount = () => {};

const chart = candleChart(byId("candles"));
const depth = depthChart(byId("depth"));
const trades = tape();
const paintOrders = painter(() => (orders.paint(), paintBook(), showPosition()), byId("blotter-panel"));
const orders = blotter(() => paintOrders());
const rungs = ladder((price, side) => entry?.take(price, side), orders.ownAt);
const paintBook = painter(() => book && (rungs.show(book), depth.show(book)), byId("ladder").closest("section"));
const paintTape = painter(trades.paint, byId("tape").closest("section"));
const paintCandles = painter(() => chart.show(candles), byId("candles"));
let entry = null;

async function start() {
  const { instruments } = await get("/instruments");
  const chosen = instruments.find((one) => one.symbol === symbol);
  if (!symbol && instruments.length) return location.replace(pathOf(localStorage.getItem("venue.symbol"), instruments));
  setOptions(
    byId("symbol"),
    instruments.map((one) => [one.symbol]),
  );
  byId("symbol").addEventListener("change", ({ target }) => {
    localStorage.setItem("venue.symbol", target.value); // at once: its page may be left before it knows itself
    location.assign(`/market/${encodeURIComponent(target.value)}`);
  });
  if (!chosen) return showUnknown();
  byId("symbol").value = symbol;
  localStorage.setItem("venue.symbol", symbol);
  document.title = `${symbol} · venue`;
  instrument = chosen;
  setText(byId("book-currencies"), `${instrument.base} in ${instrument.quote}`);
  listen();
  listenToCandles();
  if (root.dataset.role === "operator")
    stateControls(
      () => symbol,
      () => state,
    );
  if (mayTrade) await startTrading();
}

function pathOf(remembered, instruments) {
  const known = instruments.some((one) => one.symbol === remembered) ? remembered : instruments[0].symbol;
  return `/market/${encodeURIComponent(known)}`;
}

function showUnknown() {
  byId("unknown").textContent = symbol
    ? `There is no instrument ${symbol}. Choose one of the list.`
    : "No instrument is listed yet.";
  byId("unknown").hidden = false;
  byId("market").hidden = true;
}

function listen() {
  subscribe({ channel: "depth", symbol, ...PACE }, (message) => {
    book = message;
    paintBook();
  });
  subscribe({ channel: "trades", symbol, ...PACE }, (message) => {
    trades.hear(message);
    paintTape();
  });
  subscribe({ channel: "states", symbol }, (message) => {
    const now = message.states?.find((one) => one.symbol === symbol) ?? message;
    state = now.state;
    badgeOfState(byId("state"), state);
    setText(byId("state-note"), now.until ? `until ${clock(now.until, 0)}` : "");
    document
      .querySelectorAll("#controls [data-state]")
      .forEach((button) => (button.disabled = button.dataset.state === state));
  });
  subscribe({ channel: "analytics", symbol }, showFigures);
  setInterval(showIndicative, INDICATIVE_MS);
}

/** What an auction would trade now is asked only while there is one. */
async function showIndicative() {
  if (!["auction", "pre_open"].includes(state) || document.hidden || root.dataset.link !== "live") return;
  const { until, indicative } = await get(`/instruments/${encodeURIComponent(symbol)}`).catch(() => ({}));
  const match = indicative
    ? `would trade ${grouped(indicative.quantity)} at ${grouped(indicative.price)}`
    : "nothing would trade";
  setText(byId("state-note"), [until ? `until ${clock(until, 0)}` : "", match].filter(Boolean).join(", "));
}

function showFigures({ last_24h: day, vwap, volatility, imbalance }) {
  setText(byId("last"), grouped(day.last));
  setText(byId("change"), day.change === null ? null : `${signed(day.change)} (${percent(day.change_percent)})`);
  byId("change").className = tone(day.change);
  setText(byId("high"), grouped(day.high));
  setText(byId("low"), grouped(day.low));
  setText(byId("volume"), `${short(day.volume)} ${instrument.base}`);
  setText(byId("vwap"), grouped(vwap.day_24h));
  setText(
    byId("volatility"),
    volatility.realized_1h === null ? null : `${(volatility.realized_1h * 100).toFixed(1)} %`,
  );
  setText(byId("imbalance"), imbalance.ten_levels === null ? null : signed(imbalance.ten_levels.toFixed(2)));
}

function listenToCandles() {
  for (const button of byId("intervals").children) {
    button.setAttribute("aria-pressed", String(button.dataset.interval === interval));
    button.onclick = () => {
      interval = button.dataset.interval;
      localStorage.setItem("venue.interval", interval);
      listenToCandles();
    };
  }
  endCandles();
  endCandles = subscribe({ channel: "candles", symbol, interval, ...PACE }, (message) => {
    if (message.interval !== interval) return;
    if (message.type === "candles_snapshot") candles = message.candles;
    else if (candles.at(-1)?.start === message.candle.start) candles[candles.length - 1] = message.candle;
    else candles.push(message.candle);
    paintCandles();
  });
}

// -- one's own ------------------------------------------------------------------------------------------------------

async function startTrading() {
  const accounts = await accountsToTrade();
  if (!accounts.length) return;
  byId("ticket-panel").hidden = byId("blotter-panel").hidden = false;
  const select = byId("t-account");
  setOptions(
    select,
    accounts.map((name) => [name]),
  );
  const remembered = localStorage.getItem("venue.account");
  if (accounts.includes(remembered)) select.value = remembered;
  entry = ticket(
    () => instrument,
    () => {},
  );
  select.addEventListener("change", listenToAccount);
  for (const button of byId("blotter-tabs").children)
    button.addEventListener("click", () => showTab(button.dataset.shows));
  listenToAccount();
  watchLink((link) => link === "live" && orders.load(subject())); // what happened meanwhile was not told
}

/** An operator trades for all; a trader for those its key is bound to. */
async function accountsToTrade() {
  if (root.dataset.role !== "operator") return (await get("/sign-in")).trades;
  const names = [];
  let cursor = "";
  do {
    const page = await get("/accounts", { limit: 1000, cursor });
    names.push(...page.accounts.map((one) => one.account));
    cursor = page.next;
  } while (cursor);
  return names;
}

function subject() {
  return { account: byId("t-account").value, symbol };
}

function listenToAccount() {
  const { account } = subject();
  localStorage.setItem("venue.account", account);
  setText(byId("blotter-account"), account);
  position = null;
  endAccount();
  const ends = [
    subscribe({ channel: "executions", account, ...PACE }, orders.hear),
    subscribe({ channel: "positions", account, ...PACE }, (message) => {
      if (message.account !== account || message.symbol !== symbol) return;
      position = message;
      paintOrders();
    }),
  ];
  endAccount = () => ends.forEach((end) => end());
  orders.load(subject());
}

function showPosition() {
  setText(byId("position-quantity"), position ? `${signed(position.quantity)} ${instrument.base}` : "none");
  setText(byId("position-average"), grouped(position?.average_price));
  for (const name of ["unrealized", "realized"]) {
    setText(byId(`position-${name}`), position ? signedMoney(position[name]) : null);
    byId(`position-${name}`).className = tone(position?.[name]);
  }
  setText(byId("position-fees"), money(position?.fees));
}

function showTab(shown) {
  for (const button of byId("blotter-tabs").children)
    button.setAttribute("aria-pressed", String(button.dataset.shows === shown));
  byId("open-orders-place").hidden = shown !== "open";
  byId("executions-place").hidden = shown !== "executions";
}

start().catch((problem) => {
  byId("unknown").textContent = problem.detail ?? String(problem);
  byId("unknown").hidden = false;
});
