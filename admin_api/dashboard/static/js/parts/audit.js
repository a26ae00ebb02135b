// The audit trail: who did what, and why. The last of it from this process, all of it, as CSV, from the history.

import { get } from "../api.js";
import { byId, keyed, make, setText, showState } from "../dom.js";
import { dateTime, grouped } from "../numbers.js";
import { poll } from "../poll.js";

const PERIOD_MS = 3_000;
const TYPING_MS = 300;
const PAGE = 25;
const NAMES = ["by", "action", "subject"];

export function startAudit(failed) {
  let known = new Map(); // by journal_seq
  let cursor = null;
  let isPaging = false;

  const filters = () => Object.fromEntries(NAMES.map((name) => [name, byId(`a-${name}`).value.trim()]));

  const again = poll(async () => {
    const asked = JSON.stringify(filters());
    const page = await get("/audit", { ...filters(), limit: PAGE });
    if (asked !== JSON.stringify(filters())) return again();
    take(page, !isPaging);
  }, PERIOD_MS, failed);

  function begin() {
    known = new Map();
    isPaging = false;
    const given = Object.entries(filters()).filter(([, value]) => value);
    byId("audit-csv").href = `/api/v3/history/audit?${new URLSearchParams([...given, ["format", "csv"]])}`;
    again();
  }

  async function more() {
    isPaging = true;
    take(await get("/audit", { ...filters(), limit: PAGE, cursor }), true);
  }

  function take({ actions, next }, isLast) {
    for (const one of actions) known.set(one.journal_seq, one);
    if (isLast) cursor = next;
    const shown = [...known.values()].sort((one, other) => other.journal_seq - one.journal_seq);
    showState(byId("audit-state"), shown.length ? "" : "Nothing fits.");
    keyed(byId("audit"), shown, (one) => one.journal_seq, makeRow, () => {});
    byId("audit-older").hidden = cursor === null;
  }

  let typing = 0;
  byId("audit-filters").addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(begin, TYPING_MS); });
  byId("audit-filters").addEventListener("submit", (event) => { event.preventDefault(); begin(); });
  byId("audit-older").addEventListener("click", more);
  begin();
}

function makeRow(one) {
  const outcome = make("td", { class: "free" }, one.is_refused ? make("span", { class: "badge bad" }, "refused") : null, one.is_refused ? " " : null, one.text,
    make("span", { class: "small-print narrow-only" }, `by ${one.by}: ${one.why}`));
  return make(
    "tr", { "data-seq": one.journal_seq }, make("td", { class: "when" }, dateTime(one.time)), make("td", { class: "wide" }, one.by), make("td", {}, one.action),
    make("td", { class: "wide" }, one.subject), outcome, make("td", { class: "free wide" }, one.why), make("td", { class: "number wide" }, grouped(one.journal_seq)),
  );
}
