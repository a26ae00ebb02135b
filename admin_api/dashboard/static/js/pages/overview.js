// The venue at a glance: one stream tells it all.

import { byId, keyed, make, setText, showState } from "../dom.js";
import { drawSpark, makeSpark } from "../charts/spark.js";
import { duration, grouped, percent, short, signed, tone, words } from "../numbers.js";
import { painter } from "../paint.js";
import { badgeOfState } from "../parts/states.js";
import { subscribe } from "../stream.js";

const TREND_MAX = 60;
const STATUS = { accepting: "good", not_accepting: "bad", unreachable: "bad" };

let venue = null;
let journalSeq = 0;
const instruments = new Map(); // by symbol, in the order of listing

const paintVenue = painter(showVenue);
const paintInstruments = painter(showInstruments, byId("instruments").closest("section"));

subscribe({ channel: "overview" }, (message) => {
  if (message.type === "overview_snapshot") instruments.clear();
  journalSeq = message.journal_seq;
  if (message.venue) venue = message.venue;
  for (const one of message.instruments) instruments.set(one.symbol, withTrend(one, instruments.get(one.symbol)));
  if (message.venue) paintVenue();
  if (message.instruments.length || message.type === "overview_snapshot") paintInstruments();
});

/** Only the snapshot has the closes of the minutes; each new last price moves the end of the line. */
function withTrend(one, former) {
  const minute = Math.floor(Date.now() / 60_000);
  if (one.trend) return { ...one, minute };
  const trend = former?.trend ?? [];
  if (one.last !== null && one.last !== former?.last) {
    if (former?.minute === minute && trend.length) trend[trend.length - 1] = one.last;
    else trend.push(one.last);
  }
  return { ...one, trend: trend.slice(-TREND_MAX), minute: one.last === former?.last ? former?.minute : minute };
}

function showVenue() {
  const { commit, order_to_report: report, apply } = venue;
  const status = byId("venue-status");
  setText(status, words(venue.status));
  status.className = `badge ${STATUS[venue.status]}`;
  setText(
    byId("venue-note"),
    venue.failure || (venue.started ? `up ${age(venue)}, v${venue.version}` : "it does not answer"),
  );
  setText(byId("orders-per-s"), short(venue.orders_per_s));
  setText(byId("commands-per-s"), `${short(venue.commands_per_s)} commands / s`);
  setText(byId("trades-per-s"), short(venue.trades_per_s));
  const trades = [...instruments.values()].reduce((total, one) => total + one.trades, 0);
  setText(byId("trades-24h"), `${grouped(trades)} in 24 hours`);
  setText(byId("report-p50"), duration(report?.p50_us));
  setText(byId("report-p99"), `p99 ${duration(report?.p99_us)}`);
  setText(byId("commit-p50"), duration(commit?.p50_us));
  setText(byId("commit-p99"), `p99 ${duration(commit?.p99_us)}`);
  const worst = venue.replicas.toSorted((one, other) => other.behind_commands - one.behind_commands)[0];
  setText(byId("lag"), worst ? short(worst.behind_commands) : null);
  setText(byId("lag-note"), worst ? `commands, ${worst.name}` : "no replica was heard of");
  setText(
    byId("sessions"),
    venue.sessions_logged_on === null ? null : `${venue.sessions_logged_on} of ${venue.sessions_configured}`,
  );
  setText(byId("streams"), `${venue.streams} WebSocket ${venue.streams === 1 ? "stream" : "streams"}`);
  setText(byId("journal-seq"), `journal_seq ${grouped(journalSeq)}`);
  showLatencies([
    ["Order to report", report],
    ["Commit", commit],
    ["Venue to this replica", apply],
  ]);
  showReplicas(venue.replicas);
}

function age({ started, time }) {
  const minutes = Math.floor((Date.parse(time) - Date.parse(started)) / 60_000);
  if (minutes < 60) return `${minutes} min`;
  return minutes < 2_880 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1_440)} days`;
}

function showLatencies(rows) {
  const figures = (row) => ["p50_us", "p95_us", "p99_us", "max_us"].map((name) => duration(row[1]?.[name]));
  keyed(
    byId("latencies"),
    rows,
    (row) => row[0],
    ([what]) => rowOf(what, ["", "wide", "", "wide"]),
    (line, row) => {
      figures(row).forEach((text, place) => setText(line.cells[place + 1], text));
    },
  );
}

function showReplicas(replicas) {
  showState(byId("replicas-state"), replicas.length ? "" : "No replica was heard of.");
  keyed(
    byId("replicas"),
    replicas,
    (one) => one.name,
    (one) => rowOf(one.name, ["", "", "wide"]),
    (line, one) => {
      setText(line.cells[1], grouped(one.behind_commands));
      setText(line.cells[2], one.behind_s.toFixed(1));
      setText(line.cells[3], grouped(one.journal_seq));
    },
  );
}

function rowOf(name, classes) {
  const cells = classes.map((extra) => make("td", { class: `number ${extra}` }));
  return make("tr", {}, make("th", { scope: "row" }, name), ...cells);
}

function showInstruments() {
  showState(byId("instruments-state"), instruments.size ? "" : "No instrument is listed.");
  keyed(byId("instruments"), [...instruments.values()], (one) => one.symbol, instrumentRow, fillInstrument);
}

function instrumentRow({ symbol }) {
  const link = make("a", { href: `/market/${encodeURIComponent(symbol)}` }, symbol);
  const cell = (name) => make("td", { class: `number ${name}` });
  return make(
    "tr",
    { "data-symbol": symbol },
    make("th", { scope: "row" }, link),
    make("td", { class: "wide" }, make("span", { class: "badge" })),
    cell(""),
    cell(""),
    cell("wide"),
    cell("wide"),
    cell("wide"),
    cell("wide"),
    make("td", { class: "number" }, makeSpark()),
  );
}

function fillInstrument(row, one) {
  const [, state, last, change, bid, ask, spread, volume, trend] = row.cells;
  badgeOfState(state.firstElementChild, one.state);
  setText(last, grouped(one.last));
  setText(change, one.change === null ? null : `${percent(one.change_percent)}`);
  change.title = one.change === null ? "" : signed(one.change);
  change.className = `number ${tone(one.change)}`;
  setText(bid, grouped(one.bid));
  setText(ask, grouped(one.ask));
  setText(spread, grouped(one.spread));
  setText(volume, short(one.volume));
  drawSpark(trend.firstElementChild, one.trend);
}
