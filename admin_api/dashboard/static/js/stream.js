// The page's one WebSocket: what the page listens to, and how the connection is.
//
//   connecting ─► live ◄─► stale (nothing heard, or what is heard is old) ─► lost ─► connecting …
//                   └──► paused (nobody looks at the page) ─────────► connecting
//
// The state stands in <html data-link>: the style sheet hides every live figure unless it is "live", because a stale
// number is worse than none. After a break everything is subscribed to anew, and begins with a snapshot.

import { get } from "./api.js";

const PING_MS = 2_000;
const STALE_MS = 5_000;
const BEHIND_S = 5; // what is older than that is not shown
const PAUSE_MS = 10_000; // a page that nobody looks at for so long listens no more
const RETRY_MS = [250, 500, 1_000, 2_000, 5_000];

const root = document.documentElement;
const subscriptions = new Map(); // text of the request -> {request, hear}
const watchers = new Set();
let socket = null;
let heardAt = 0;
let sinceMs = Date.now();
let failures = 0;
let timer = 0;
let pauseTimer = 0;
let detail = "";

/** `hear` is given each message of the channel. Returns a function that ends the subscription. */
export function subscribe(request, hear) {
  const key = JSON.stringify(request);
  subscriptions.set(key, { request, hear });
  if (isOpen()) say({ op: "subscribe", ...request });
  return () => {
    if (subscriptions.get(key)?.hear !== hear) return;
    subscriptions.delete(key);
    if (isOpen()) say({ op: "unsubscribe", ...request });
  };
}

/** Connects, once what the page listens to is known. Every page does: it says whether the venue is there. */
export function start() {
  queueMicrotask(connect);
}

/** `told` is called with (state, since, detail) now and whenever the state changes. */
export function watchLink(told) {
  watchers.add(told);
  told(root.dataset.link, sinceMs, detail);
}

/** Whether figures may be shown. */
export function isLive() {
  return root.dataset.link === "live";
}

function isOpen() {
  return socket?.readyState === WebSocket.OPEN;
}

function say(message) {
  socket.send(JSON.stringify(message));
}

function setState(state, why = "") {
  if (root.dataset.link === state && detail === why) return;
  if (root.dataset.link !== state) sinceMs = Date.now();
  root.dataset.link = state;
  detail = why;
  for (const told of watchers) told(state, sinceMs, why);
}

function connect() {
  timer = 0;
  if (document.hidden && failures) return setState("paused");
  const made = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
  socket = made;
  heardAt = Date.now();
  made.addEventListener("open", () => {
    failures = 0;
    for (const { request } of subscriptions.values()) say({ op: "subscribe", ...request });
    say({ op: "ping" }); // whose answer makes it live
  });
  made.addEventListener("message", (event) => {
    heardAt = Date.now();
    hear(JSON.parse(event.data));
  });
  made.addEventListener("close", (event) => {
    if (socket === made) end(event.reason);
  });
}

/** The connection has ended, or could not be made: say why, and try again after a while. */
async function end(reason) {
  socket = null;
  setState(failures || !reason ? "lost" : "connecting", reason);
  timer = setTimeout(connect, RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)] * (0.75 + Math.random() / 2));
  const why = await reasonOfEnd();
  if (!socket && root.dataset.link !== "paused") setState("lost", why || reason);
}

/** Browsers do not tell why a handshake was refused; the API does. */
async function reasonOfEnd() {
  try {
    await get("/sign-in");
    await get("/readiness");
    return "";
  } catch (problem) {
    return problem.detail; // who is signed out is led away by api.js
  }
}

function hear(message) {
  if (message.type === "pong") return hearAge(message.behind_s);
  if (message.type === "refused") return console.error("the venue refused", message);
  if (message.type === "gap") return again(message.channel);
  const channel = CHANNEL_OF[message.type];
  for (const subscription of [...subscriptions.values()]) {
    if (subscription.request.channel === channel) subscription.hear(message);
  }
}

/** What the page is told may itself be old: then it is no more shown than if it was not told. */
function hearAge(behindS) {
  if (behindS === null) setState("stale", "the venue does not answer its admin process");
  else if (behindS > BEHIND_S) setState("stale", `the admin process is ${Math.round(behindS)} s behind the venue`);
  else setState("live");
}

/** What was missed is not told again: begin anew, with a snapshot. */
function again(channel) {
  for (const { request } of subscriptions.values()) {
    if (request.channel === channel) {
      say({ op: "unsubscribe", ...request });
      say({ op: "subscribe", ...request });
    }
  }
}

const CHANNEL_OF = {
  overview_snapshot: "overview",
  overview: "overview",
  depth: "depth",
  bbo: "bbo",
  analytics: "analytics",
  trades_snapshot: "trades",
  trade: "trades",
  trade_amended: "trades",
  candles_snapshot: "candles",
  candle: "candles",
  states_snapshot: "states",
  state: "states",
  execution: "executions",
  request_rejected: "executions",
  position: "positions",
};

function beat() {
  if (!socket) return;
  const silentMs = Date.now() - heardAt;
  if (silentMs > 2 * STALE_MS) {
    const silent = socket;
    socket = null;
    silent.close();
    end("nothing was heard any more");
  } else if (silentMs > STALE_MS) {
    setState("stale");
  } else if (isOpen()) {
    say({ op: "ping" });
  }
}

function pause() {
  clearTimeout(timer);
  timer = 0;
  const open = socket;
  socket = null;
  open?.close();
  setState("paused");
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(pauseTimer);
  if (document.hidden) pauseTimer = setTimeout(pause, PAUSE_MS);
  else if (!socket) {
    clearTimeout(timer);
    failures = 0;
    setState("connecting");
    connect();
  }
});
addEventListener("online", () => {
  if (!socket && timer) {
    clearTimeout(timer);
    connect();
  }
});
setInterval(beat, PING_MS);
