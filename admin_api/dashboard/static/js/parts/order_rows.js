// Rows of orders and of executions, however they were asked for: by REST, from the history, from the stream.

import { make, setText } from "../dom.js";
import { clock, dateTime, grouped, words } from "../numbers.js";
import { cancelOrder } from "./blotter.js";

const STATUS = { new: "good", partially_filled: "good", filled: "", canceled: "warn", expired: "warn", rejected: "bad" };
const OPEN = new Set(["new", "partially_filled"]);

export function isOpen(order) {
  return OPEN.has(order.status);
}

export function badgeOfStatus(badge, status) {
  setText(badge, words(status));
  badge.className = `badge ${STATUS[status] ?? ""}`;
}

export function makeOrderRow({ order_id: id }) {
  const cell = (name = "") => make("td", { class: name });
  const cancel = make("button", { type: "button", class: "small", "aria-label": `Cancel order ${id}` }, "Cancel");
  const row = make(
    "tr", { "data-order": id }, make("th", { scope: "row" }, make("a", { href: `/orders/${id}` }, String(id)), make("span", { class: "narrow-only" })), cell("wide"), cell("wide"), instrument(), cell(),
    cell("wide"), cell("number"), cell("number wide"), cell("number"), cell("number wide"), make("td", { class: "wide" }, make("span", { class: "badge" })), cell("wide free"), make("td", {}, cancel),
  );
  cancel.addEventListener("click", () => cancelOrder(id, row.order));
  return row;
}

export function fillOrderRow(row, one) {
  row.order = one;
  const [head, entered, account, symbol, side, type, quantity, executed, price, average, status, name, action] = row.cells;
  setText(head.lastElementChild, words(one.status));
  setText(entered, dateTime(one.entered));
  setText(account, one.account);
  setInstrument(symbol, side, one);
  setText(type, words(one.order_type));
  setText(quantity, one.quantity === null ? `${grouped(one.cash_quantity)} in cash` : grouped(one.quantity));
  setText(executed, grouped(one.executed_quantity));
  setText(price, one.price ? grouped(one.price) : one.stop_price ? `at ${grouped(one.stop_price)}` : "market");
  setText(average, grouped(one.average_price));
  badgeOfStatus(status.firstElementChild, one.status);
  status.title = one.reason ? words(one.reason) : "";
  setText(name, one.client_order_id);
  action.firstElementChild.hidden = !isOpen(one);
}

export function makeExecutionRow(one) {
  const cell = (name = "") => make("td", { class: name });
  const order = one.order_id ? make("a", { href: `/orders/${one.order_id}` }, String(one.order_id)) : one.client_order_id;
  return make(
    "tr", { "data-exec": one.exec_id }, cell(), cell(), make("td", {}, order), cell("wide"), instrument(), cell(), cell("number"), cell("number"), cell("number wide"),
    cell("number wide"), cell("number wide"), cell("wide free"),
  );
}

export function fillExecutionRow(row, one) {
  const [time, what, , account, symbol, side, quantity, price, left, fee, trade, why] = row.cells;
  setText(time, clock(one.time));
  time.title = one.time;
  setText(what, words(one.exec_type));
  setText(account, one.account);
  setInstrument(symbol, side, one);
  setText(quantity, grouped(one.last_quantity ?? one.quantity));
  setText(price, grouped(one.last_price ?? one.price));
  setText(left, grouped(one.leaves_quantity));
  setText(fee, grouped(one.fee));
  setText(trade, one.trade_id === null ? null : String(one.trade_id));
  setText(why, reasonOf(one));
}

/** An execution of the stream with the names the history has. */
export function flat(message) {
  const { fill } = message;
  return {
    ...message, last_quantity: fill?.quantity ?? null, last_price: fill?.price ?? null, fee: fill?.fee ?? null,
    trade_id: fill?.trade_id ?? null, liquidity: fill?.liquidity ?? null,
  };
}

export function reasonOf(one) {
  return [one.reason ? words(one.reason) : "", one.text ?? "", one.liquidity ?? ""].filter(Boolean).join(", ");
}

/** On a phone the side stands below the symbol. */
function instrument() {
  return make("td", {}, make("span"), make("span", { class: "narrow-only" }));
}

function setInstrument(cell, side, one) {
  const look = { buy: "up", sell: "down" }[one.side] ?? "";
  setText(cell.firstElementChild, one.symbol);
  setText(cell.lastElementChild, one.side);
  cell.lastElementChild.className = `narrow-only ${look}`;
  setText(side, one.side);
  side.className = `wide ${look}`;
}
