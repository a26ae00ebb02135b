// The open orders and the executions of one account in one instrument, live: from REST what is, from the stream what
// becomes of it.

import { get, send } from "../api.js";
import { ask } from "../ask.js";
import { byId, keyed, make, setText, showState } from "../dom.js";
import { clock, dateTime, grouped, sum, words } from "../numbers.js";

const EXECUTIONS_MAX = 100;
const SHOWN_MAX = 200;
const OVER = new Set(["filled", "canceled", "expired", "rejected"]);

/** `changed()` is called when there is something new to paint. */
export function blotter(changed) {
  const orders = new Map(); // open ones by order_id
  let own = null; // one's own open quantity by side and price, once it was asked for
  let executions = []; // newest first
  let subject = {};
  let asked = 0;
  let isLoading = true;
  let fault = "";

  /** What is open now, whoever entered it; and again after a break of the stream. */
  async function load({ account, symbol }) {
    if (account !== subject.account || symbol !== subject.symbol) {
      orders.clear();
      executions = [];
    }
    subject = { account, symbol };
    isLoading = true;
    for (const one of orders.values()) one.isFresh = false;
    const mine = ++asked;
    const seen = [];
    try {
      let cursor = "";
      do {
        const page = await get("/orders", { account, symbol, status: "open", limit: 500, cursor });
        seen.push(...page.orders);
        cursor = page.next_cursor;
      } while (cursor && seen.length < 2_000);
      if (mine !== asked) return;
      fault = "";
      const known = new Set(seen.map((one) => one.order_id));
      for (const [id, one] of orders) if (!known.has(id) && !one.isFresh) orders.delete(id);
      for (const one of seen) if (!orders.get(one.order_id)?.isFresh) orders.set(one.order_id, one);
    } catch (problem) {
      fault = problem.detail;
    }
    isLoading = false;
    tell();
  }

  function hear(message) {
    if (message.account !== subject.account) return;
    if (message.type === "execution" && message.symbol === subject.symbol) {
      if (message.order_id) follow(message);
      executions.unshift(message);
      executions.length = Math.min(executions.length, EXECUTIONS_MAX);
      tell();
    }
  }

  function tell() {
    own = null;
    changed();
  }

  function follow(message) {
    if (OVER.has(message.status)) orders.delete(message.order_id);
    else {
      const former = orders.get(message.order_id);
      orders.set(message.order_id, { entered: message.time, ...former, ...message, isFresh: isLoading });
    }
  }

  function paint() {
    const open = [...orders.values()].sort((one, other) => other.order_id - one.order_id);
    const note = open.length > SHOWN_MAX ? `The newest ${SHOWN_MAX} of ${grouped(open.length)} are shown.` : "";
    showState(byId("open-orders-state"), fault || (open.length ? note : isLoading ? "Loading…" : "No open orders."));
    keyed(byId("open-orders"), open.slice(0, SHOWN_MAX), (one) => one.order_id, makeOrder, fillOrder);
    showState(byId("executions-state"), executions.length ? "" : "None since the page was opened.");
    keyed(byId("executions"), executions, (one) => one.exec_id, makeExecution, fillExecution);
  }

  /** One's own open quantity at a price: "" when there is none. */
  function ownAt(side, price) {
    if (!own) {
      own = new Map();
      for (const one of orders.values()) {
        if (!one.is_held)
          own.set(one.side + one.price, [...(own.get(one.side + one.price) ?? []), one.leaves_quantity]);
      }
    }
    const there = own.get(side + price);
    return there ? sum(there) : "";
  }

  return { load, hear, paint, ownAt };
}

function makeOrder({ order_id: id }) {
  const cancel = make("button", { type: "button", class: "small" }, "Cancel");
  const cell = (name = "") => make("td", { class: name });
  const row = make(
    "tr",
    { "data-order": id },
    make("th", { scope: "row" }, make("a", { href: `/orders/${id}` }, String(id))),
    cell(),
    cell(),
    cell("number"),
    cell("number"),
    cell("number"),
    cell("number wide"),
    cell("wide"),
    make("td", {}, cancel),
  );
  cancel.setAttribute("aria-label", `Cancel order ${id}`);
  cancel.addEventListener("click", () => cancelOrder(id, row.order));
  return row;
}

function fillOrder(row, one) {
  row.order = one;
  const [, side, type, quantity, executed, price, stop, entered] = row.cells;
  setText(side, one.side);
  side.className = one.side === "buy" ? "up" : "down";
  setText(type, words(one.order_type) + (one.is_held ? ", waits" : ""));
  setText(quantity, grouped(one.quantity));
  setText(executed, grouped(one.executed_quantity));
  setText(price, one.price ? grouped(one.price) : "market");
  setText(stop, grouped(one.stop_price));
  setText(entered, clock(one.entered, 0));
  entered.title = dateTime(one.entered);
}

export function cancelOrder(id, { side, leaves_quantity: leaves, symbol }) {
  return ask({
    title: `Cancel order ${id}?`,
    text: `${words(side)} ${grouped(leaves)} ${symbol} that may still be executed.`,
    verb: "Cancel the order",
    act: (why) => send("DELETE", `/orders/${id}?${new URLSearchParams({ why })}`),
    done: () => `Order ${id} canceled`,
  });
}

function makeExecution() {
  const cell = (name = "") => make("td", { class: name });
  return make(
    "tr",
    {},
    cell(),
    cell(),
    cell(),
    cell(),
    cell("number"),
    cell("number"),
    cell("number wide"),
    cell("wide"),
  );
}

function fillExecution(row, one) {
  const [time, order, what, side, quantity, price, leaves, reason] = row.cells;
  row.dataset.exec = one.exec_id;
  setText(time, clock(one.time));
  setText(order, one.order_id ? String(one.order_id) : one.client_order_id);
  setText(what, words(one.exec_type));
  setText(side, one.side);
  side.className = one.side === "buy" ? "up" : "down";
  setText(quantity, grouped(one.fill ? one.fill.quantity : one.quantity));
  setText(price, grouped(one.fill ? one.fill.price : one.price));
  setText(leaves, grouped(one.leaves_quantity));
  setText(reason, one.reason ? words(one.reason) : one.fill ? `${one.fill.liquidity}, fee ${one.fill.fee}` : "");
}
