// A replay to any moment of the journal, and the books as they were then.

import { get, send } from "../api.js";
import { byId, keyed, make, setOptions, setText, showError, showState } from "../dom.js";
import { dateTime, grouped, words } from "../numbers.js";
import { showProgress } from "./verify.js";

const ASK_MS = 250;

let result = null;
let symbol = sessionStorage.getItem("venue.replay") ?? "";

export function startReplay() {
  byId("replay-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const value = byId("moment-value").value.trim();
    if (!/^[1-9][0-9]{0,17}$/.test(value)) return showError(byId("moment-value"), "Enter a whole number above 0.");
    replay({ [byId("moment").value]: Number(value) });
  });
  byId("step-back").addEventListener("click", () => stepTo(result.journal_seq - 1));
  byId("step-on").addEventListener("click", () => stepTo(result.journal_seq + 1));
  byId("replay-symbol").addEventListener("change", () => {
    symbol = byId("replay-symbol").value;
    sessionStorage.setItem("venue.replay", symbol);
    showBook();
  });
  readAddress();
}

/** /system?before_order=42#replay */
function readAddress() {
  for (const [name, value] of new URLSearchParams(location.search)) {
    if (!["until_seq", "until_order", "before_order"].includes(name)) continue;
    byId("moment").value = name;
    byId("moment-value").value = value;
    byId("replay-form").requestSubmit();
  }
}

function stepTo(seq) {
  byId("moment").value = "until_seq";
  byId("moment-value").value = String(seq);
  byId("replay-form").requestSubmit();
}

async function replay(moment) {
  showError(byId("moment-value"), "");
  setBusy(true);
  try {
    let job = await send("POST", "/replays", moment);
    while (job.state === "running") {
      showProgress("replay", job);
      await new Promise((resolve) => setTimeout(resolve, ASK_MS));
      job = await get(`/replays/${job.job_id}`);
    }
    if (job.result) await show(job.result);
    else showError(byId("moment-value"), job.text || "It could not be replayed.");
  } catch (problem) {
    if (!problem.detail) throw problem;
    showError(byId("moment-value"), problem.detail);
  } finally {
    setBusy(false);
  }
}

function setBusy(isBusy) {
  byId("replay-progress").hidden = !isBusy;
  if (isBusy) showProgress("replay", { percent: null, doing: "" });
  byId("replay-go").disabled = isBusy;
  byId("step-back").disabled = isBusy || !result || result.journal_seq < 2;
  byId("step-on").disabled = isBusy || !result;
}

async function show(told) {
  result = told;
  const facts = [
    ["State after journal_seq", grouped(told.journal_seq)], ["Time", told.time ? dateTime(told.time) : "–"],
    ["Open orders", grouped(told.open_orders)], ["Replayed from", told.from_seq ? `snapshot ${grouped(told.from_seq)}` : "the start"],
    ["Took", `${told.elapsed_s.toFixed(2)} s`],
  ];
  const hash = make("dd", { class: "mono", title: told.state_hash }, `${told.state_hash.slice(0, 16)}…`);
  byId("replay-facts").replaceChildren(...facts.flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, text)]), make("dt", {}, "State hash"), hash);
  const symbols = told.books.map((one) => one.symbol);
  if (!symbols.includes(symbol)) symbol = (told.books.find((one) => one.bids.length || one.asks.length) ?? told.books[0])?.symbol ?? "";
  setOptions(byId("replay-symbol"), symbols.map((one) => [one]));
  byId("replay-symbol").value = symbol;
  byId("replayed").hidden = false;
  showBook();
  const { commands } = await get("/journal/commands", { from: told.journal_seq, limit: 1 });
  setText(byId("replay-command"), told.entered ?? commands[0] ?? "");
}

function showBook() {
  const book = result.books.find((one) => one.symbol === symbol);
  const levels = Array.from({ length: Math.max(book?.bids.length ?? 0, book?.asks.length ?? 0) }, (_, place) => place);
  showState(byId("replay-book-state"), levels.length ? "" : book ? "The book was empty." : "No instrument was listed then.");
  setText(byId("replay-last"), book ? `${words(book.state)}${book.last ? `, last ${grouped(book.last)}` : ", no trade yet"}` : "");
  keyed(byId("replay-book"), levels, (place) => place, () => make("tr", {}, ...["number wide", "number", "number up", "number down", "number", "number wide"].map((name) => make("td", { class: name }))), (row, place) => {
    const [bid, ask] = [book.bids[place] ?? [], book.asks[place] ?? []];
    const texts = [bid[2], bid[1], bid[0], ask[0], ask[1], ask[2]];
    texts.forEach((text, cell) => setText(row.cells[cell], text === undefined ? "" : grouped(text)));
  });
}
