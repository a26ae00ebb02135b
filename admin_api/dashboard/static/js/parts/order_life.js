// One order from its entry to its end: its terms, its executions, and the FIX messages it was asked and told by.

import { get } from "../api.js";
import { byId, keyed, make, setText, showState } from "../dom.js";
import { clock, dateTime, grouped, words } from "../numbers.js";
import { poll } from "../poll.js";
import { subscribe } from "../stream.js";
import { cancelOrder } from "./blotter.js";
import { openAll, showMessages } from "./fix_messages.js";
import { badgeOfStatus, isOpen, reasonOf } from "./order_rows.js";

const PERIOD_MS = 4_000;
const SOON_MS = 150;
const TERMS = [
  ["Account", (one) => one.account], ["Session", (one) => one.session], ["ClOrdID", (one) => one.client_order_id],
  ["Side", (one) => one.side], ["Type", (one) => words(one.order_type)], ["Time in force", (one) => words(one.time_in_force)],
  ["Quantity", (one) => one.quantity && grouped(one.quantity)], ["Cash", (one) => one.cash_quantity && grouped(one.cash_quantity)],
  ["Price", (one) => one.price && grouped(one.price)], ["Stop price", (one) => one.stop_price && grouped(one.stop_price)],
  ["Trail", (one) => one.trail && grouped(one.trail)], ["Trigger", (one) => one.trigger],
  ["Shown", (one) => one.display_quantity && grouped(one.display_quantity)], ["Minimum", (one) => one.min_quantity && grouped(one.min_quantity)],
  ["Executed", (one) => grouped(one.executed_quantity)], ["Left", (one) => grouped(one.leaves_quantity)],
  ["Average price", (one) => one.average_price && grouped(one.average_price)], ["Reason", (one) => one.reason && words(one.reason)],
  ["List", (one) => one.list_id], ["Expires", (one) => one.expire_time && dateTime(one.expire_time)],
  ["Entered", (one) => `${dateTime(one.entered)}`], ["Last change", (one) => dateTime(one.updated)],
];

export function showOrder(id) {
  const path = `/history/orders/${encodeURIComponent(id)}`;
  let isListening = false;
  setText(byId("order-title"), `Order ${id}`);
  document.title = `Order ${id} · venue`;
  byId("met").href = `/system?before_order=${encodeURIComponent(id)}#replay`;
  byId("met").hidden = document.documentElement.dataset.role !== "operator";
  byId("life-csv").href = `/api/v3/history/executions?order_id=${encodeURIComponent(id)}&format=csv`;
  byId("cancel").addEventListener("click", async () => { if (await cancelOrder(id, shown)) again(); });
  byId("open-all").addEventListener("click", () => {
    const isOpening = byId("open-all").getAttribute("aria-pressed") !== "true";
    byId("open-all").setAttribute("aria-pressed", String(isOpening));
    openAll(byId("messages"), isOpening);
  });

  const again = poll(async () => {
    const [life, told] = await Promise.all([get(path), get(`${path}/messages`)]).catch(async (problem) => {
      showTerms(await get(`/orders/${encodeURIComponent(id)}`)); // without the history: as the venue knows it
      throw problem;
    });
    const { order } = life;
    showTerms(order);
    showLife(life);
    showTold(told);
    if (!isListening) subscribe({ channel: "executions", account: order.account, every_ms: 100 }, soon);
    isListening = true;
  }, PERIOD_MS, showFault);

  let timer = 0;
  function soon(message) { // the history is a moment behind the stream
    if (message.order_id !== Number(id)) return;
    clearTimeout(timer);
    timer = setTimeout(again, SOON_MS);
  }
}

function showFault(text) {
  byId("order-fault").hidden = !text;
  setText(byId("order-fault"), text);
  if (text) for (const name of ["life", "messages"]) if (!byId(name).childElementCount) showState(byId(`${name}-state`), "Not known.");
}

let shown = null;

function showTerms(order) {
  shown = order;
  setText(byId("order-title"), `Order ${order.order_id}, ${order.symbol}`);
  badgeOfStatus(byId("order-status"), order.status);
  byId("cancel").hidden = !isOpen(order);
  const told = TERMS.map(([name, tell]) => [name, tell(order)]).filter(([, text]) => text);
  byId("terms").replaceChildren(...told.flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, text)]));
}

function showLife({ executions, has_more: hasMore }) {
  showState(byId("life-state"), executions.length ? (hasMore ? "There are more: the CSV has them all." : "") : "None yet.");
  keyed(byId("life"), executions, (one) => one.exec_id, () => {
    const cell = (name = "") => make("td", { class: name });
    return make("tr", {}, cell(), cell(), make("td", {}, make("span", { class: "badge" })), cell("number"), cell("number"), cell("number"), cell("number wide"), cell("number wide"), cell("wide free"));
  }, (row, one) => {
    const [time, what, status, quantity, price, left, fee, execId, why] = row.cells;
    setText(time, clock(one.time));
    time.title = one.time;
    setText(what, words(one.exec_type));
    badgeOfStatus(status.firstElementChild, one.status);
    setText(quantity, grouped(one.last_quantity));
    setText(price, grouped(one.last_price));
    setText(left, grouped(one.leaves_quantity));
    setText(fee, grouped(one.fee));
    setText(execId, String(one.exec_id));
    setText(why, reasonOf(one));
  });
}

function showTold({ messages, is_complete: isComplete }) {
  const notes = [isComplete ? "" : "Not all of them: the session's numbers were reset since, they are on their way, or there are too many."];
  setText(byId("messages-note"), notes.filter(Boolean).join(" "));
  showState(byId("messages-state"), messages.length ? "" : "None.");
  showMessages(byId("messages"), messages);
}
