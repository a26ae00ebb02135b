// The venue's records and how it is looked after: journal, alerts, snapshots, verifying, replaying, the audit trail.

import { get } from "../api.js";
import { byId, keyed, make, setText, showState } from "../dom.js";
import { dateTime, grouped, short } from "../numbers.js";
import { startAudit } from "../parts/audit.js";
import { startReplay } from "../parts/replay.js";
import { startSnapshots } from "../parts/snapshots.js";
import { startVerify } from "../parts/verify.js";
import { poll } from "../poll.js";

const POSITION_MS = 2_000;
const ALERTS_MS = 2_000;

function showFault(text) {
  setText(byId("fault"), text);
  byId("fault").hidden = !text;
  for (const panel of document.querySelectorAll("[data-live]")) panel.classList.toggle("untrue", Boolean(text));
}

poll(async () => {
  const [journal, history] = await Promise.all([get("/journal"), get("/history").catch((problem) => ({ fault: problem.detail }))]);
  setText(byId("journal-last"), grouped(journal.last_seq));
  setText(byId("journal-time"), journal.time ? `commands, last ${dateTime(journal.time)}` : "commands");
  setText(byId("chain"), journal.chain_hash ? `${journal.chain_hash.slice(0, 12)}…` : null);
  byId("chain").title = journal.chain_hash;
  setText(byId("journal-size"), journal.file_bytes === null ? "kept by a database server" : bytes(journal.file_bytes));
  setText(byId("replica"), grouped(journal.journal_seq));
  const behind = Math.max(0, journal.last_seq - journal.journal_seq);
  setText(byId("replica-note"), behind ? `${grouped(behind)} commands behind` : "up to date");
  setText(byId("history"), history.fault ? "away" : grouped(history.journal_seq));
  setText(byId("history-note"), history.fault ?? (history.behind ? `${grouped(history.behind)} commands behind` : "up to date"));
  byId("history-note").title = history.fault ?? "";
}, POSITION_MS, showFault);

export function bytes(count) {
  return count < 1_048_576 ? `${short(Math.ceil(count / 1024))} KiB` : `${short(count / 1_048_576)} MiB`;
}

poll(async () => {
  const { alerts, rules } = await get("/alerts");
  setText(byId("alerts-count"), `${alerts.length} stand, ${rules.length} rules are watched`);
  showState(byId("alerts-state"), alerts.length ? "" : "All is well: no rule finds anything.");
  keyed(byId("alerts"), alerts, (one) => `${one.name} ${one.subject}`, makeAlert, (line, one) => {
    setText(line.querySelector(".title"), one.subject ? `${one.title}: ${one.subject}` : one.title);
    setText(line.querySelector(".detail"), one.detail);
    setText(line.querySelector(".since"), `since ${dateTime(one.since)}`);
  });
}, ALERTS_MS, showFault);

const LOOKS = { critical: "bad", warning: "warn", info: "" };

function makeAlert({ name, severity }) {
  return make(
    "li", { class: severity, "data-alert": name },
    make("span", {}, make("span", { class: `badge ${LOOKS[severity]}` }, severity)),
    make("span", { class: "what" }, make("span", { class: "title" }), make("span", { class: "detail" })), make("span", { class: "since" }),
  );
}

startSnapshots(showFault);
startVerify(showFault);
startReplay();
startAudit(showFault);
