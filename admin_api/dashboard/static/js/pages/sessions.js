// Sessions: how each is; of the one in the address, its last messages decoded, and what an operator can do to it.

import { get, send } from "../api.js";
import { ask } from "../ask.js";
import { byId, keyed, make, setText, showState } from "../dom.js";
import { dateTime, grouped, short } from "../numbers.js";
import { showMessages } from "../parts/fix_messages.js";
import { poll } from "../poll.js";

const LIST_MS = 2_000;
const MESSAGES_MS = 2_000;
const MESSAGES = 100;
const HEARTBEAT = new Set(["0", "1"]);
const QUEUE_WARN = 0.2; // as the alert session_queue_filling

const name = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const place = (session) => `/sessions/${encodeURIComponent(session)}`;

let sessions = [];
let which = sessionStorage.getItem("venue.sessions") ?? "fix";
let switches = [];
let told = [];

const askList = poll(async () => {
  [{ sessions }, { kill_switches: switches }] = await Promise.all([get("/sessions"), get("/kill-switches")]);
  showList();
  if (name) showSession();
}, LIST_MS, (text) => showFault(text));

function showFault(text) {
  setText(byId("fault"), text);
  byId("fault").hidden = !text;
  for (const panel of document.querySelectorAll("[data-live]")) panel.classList.toggle("untrue", Boolean(text));
  if (text && !sessions.length) showState(byId("sessions-state"), "Not known.");
}

for (const button of byId("which").children) {
  button.addEventListener("click", () => {
    which = button.dataset.which;
    sessionStorage.setItem("venue.sessions", which);
    showList();
  });
}

const KINDS = { fix: (one) => one.fix, on: (one) => one.fix?.is_logged_on, api: (one) => !one.fix };

const isOn = (one) => Number(Boolean(one.fix?.is_logged_on));

function showList() {
  for (const button of byId("which").children) button.setAttribute("aria-pressed", String(button.dataset.which === which));
  const shown = sessions.filter(KINDS[which]).toSorted((one, other) => isOn(other) - isOn(one)); // by name within
  const fix = sessions.filter((one) => one.fix);
  setText(byId("count"), `${fix.filter((one) => one.fix.is_logged_on).length} of ${fix.length} FIX sessions logged on`);
  showState(byId("sessions-state"), shown.length ? "" : "There are none.");
  keyed(byId("sessions"), shown, (one) => one.session, makeRow, fillRow);
}

function makeRow({ session }) {
  const cell = (extra = "") => make("td", { class: extra });
  const link = make("a", { href: place(session) }, session);
  const queue = make("td", { class: "number" }, make("span", { class: "queue" }, make("span"), make("span", { class: "bar", "aria-hidden": "true" })));
  return make(
    "tr", { class: "session-row", "data-session": session, "aria-current": session === name ? "true" : null },
    make("th", { scope: "row" }, link), make("td", {}, make("span", { class: "badge" })), cell("wide"), cell("number"), cell("number"),
    cell("number wide"), cell("number wide"), queue, cell("number wide"), cell("wide free"),
  );
}

function fillRow(row, { fix, trades, session }) {
  const [, state, since, inRate, outRate, nextIn, nextOut, queue, toldSeq, accounts] = row.cells;
  badgeOf(state.firstElementChild, fix, session);
  setText(since, fix?.connected_since ? dateTime(fix.connected_since) : null);
  setText(inRate, fix ? short(fix.messages_in_per_s) : null);
  setText(outRate, fix ? short(fix.messages_out_per_s) : null);
  setText(nextIn, fix && grouped(fix.next_target_seq));
  setText(nextOut, fix && grouped(fix.next_sender_seq));
  const [count, bar] = queue.firstElementChild.children;
  setText(count, fix && grouped(fix.queue_depth));
  bar.hidden = !fix;
  if (fix) fillBar(bar, fix);
  setText(toldSeq, fix?.told_journal_seq ? grouped(fix.told_journal_seq) : null);
  setText(accounts, trades.join(", ") || null);
}

function fillBar(bar, { queue_depth: depth, queue_max: most }) {
  bar.style.setProperty("--share", `${Math.min(100, (100 * depth) / most)}%`);
  bar.classList.toggle("full", depth > QUEUE_WARN * most);
}

function badgeOf(badge, fix, session) {
  const isKilled = switches.some((one) => one.scope === "session" && one.name === session);
  setText(badge, isKilled ? "killed" : !fix ? "API key" : fix.is_logged_on ? "logged on" : "away");
  badge.className = `badge ${isKilled ? "bad" : fix?.is_logged_on ? "good" : ""}`;
}

// -- the session in the address -----------------------------------------------------------------------------------

function showSession() {
  const one = sessions.find((known) => known.session === name);
  byId("session").hidden = !one;
  byId("unknown").hidden = Boolean(one);
  setText(byId("unknown"), one ? "" : `There is no session ${name}.`);
  if (!one) return;
  const { fix } = one;
  badgeOf(byId("state"), fix, name);
  const facts = [["Trades", one.trades.join(", ") || "nothing"], ["Watches", one.watches.join(", ") || "nothing"]];
  if (fix) {
    facts.push(
      ["Logged on since", fix.connected_since ? dateTime(fix.connected_since) : "not logged on"],
      ["Next MsgSeqNum in", grouped(fix.next_target_seq)], ["Next MsgSeqNum out", grouped(fix.next_sender_seq)],
      ["Messages in", `${grouped(fix.messages_in)}, ${short(fix.messages_in_per_s)} / s`],
      ["Messages out", `${grouped(fix.messages_out)}, ${short(fix.messages_out_per_s)} / s`],
      ["Queue", `${grouped(fix.queue_depth)} of ${grouped(fix.queue_max)}`],
      ["Told up to journal_seq", fix.told_journal_seq ? grouped(fix.told_journal_seq) : "nothing yet"],
    );
  }
  byId("facts").replaceChildren(...facts.flatMap(([what, text]) => [make("dt", {}, what), make("dd", {}, text)]));
  byId("controls").hidden = false;
  byId("log-out").hidden = !fix?.is_logged_on;
  byId("reset").hidden = !fix;
  byId("messages-panel").hidden = !fix;
  setText(byId("kill"), isKilled() ? "Release kill switch…" : "Kill switch…");
  byId("kill").classList.toggle("danger", !isKilled());
  if (fix && !isAsking) startMessages();
}

const isKilled = () => switches.some((one) => one.scope === "session" && one.name === name);

let isAsking = false;

function startMessages() {
  isAsking = true;
  poll(async () => {
    if (byId("hold").checked) return;
    told = (await get(`${place(name)}/messages`, { limit: MESSAGES })).messages;
    showTold();
  }, MESSAGES_MS, (text) => text && showState(byId("messages-state"), text));
  byId("heartbeats").addEventListener("change", showTold);
}

function showTold() {
  const shown = told.filter((one) => byId("heartbeats").checked || !HEARTBEAT.has(one.msg_type));
  showState(byId("messages-state"), shown.length ? "" : "None yet.");
  showMessages(byId("messages"), shown);
}

const then = async (asking) => { if (await asking) askList(); };

function startControls() {
  byId("list").classList.add("short");
  setText(byId("name"), name);
  document.title = `${name} · venue`;
  byId("log-out").addEventListener("click", () => then(ask({
    title: `Log ${name} out?`, verb: "Log out",
    text: "It gets a Logout and may log on again. Its orders stay, unless it has them canceled on disconnect.",
    act: (why) => send("POST", `${place(name)}/logout`, { why }),
    done: () => `${name} is logged out`,
  })));
  byId("reset").addEventListener("click", () => then(ask({
    title: `Set the sequence numbers of ${name} back to 1?`, verb: "Reset",
    text: "It is logged out. What is stored for resend is forgotten: reports it has not read are lost to it. Its client has to begin with 1 too.",
    act: (why) => send("POST", `${place(name)}/reset`, { why }),
    done: () => `The numbers of ${name} are set back`,
  })));
  byId("cancel-all").addEventListener("click", () => then(ask({
    title: `Cancel all orders of session ${name}?`, verb: "Cancel them",
    text: "Every open order it has entered, in all accounts it trades. It may enter new ones.",
    act: (why) => send("POST", `${place(name)}/cancel-all`, { why }),
    done: (done) => `${done.orders_canceled} orders of ${name} canceled`,
  })));
  byId("kill").addEventListener("click", () => {
    const isEngaged = isKilled();
    then(ask({
      title: `${isEngaged ? "Release" : "Engage"} the kill switch of session ${name}?`, verb: isEngaged ? "Release" : "Kill",
      isDangerous: !isEngaged,
      text: isEngaged ? "Its orders are taken again." : "Its open orders are canceled at once, and new ones refused until it is released.",
      act: (why) => send("PUT", `/kill-switches/session/${encodeURIComponent(name)}`, { engaged: !isEngaged, why }),
    }));
  });
}

if (name) startControls();
