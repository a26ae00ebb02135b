// The order ticket: every order type and list, and what the venue has against an order beside the field it is about.

import { newKey, Problem, send } from "../api.js";
import { byId, make, setOptions, setText, showError } from "../dom.js";
import { notice } from "../notices.js";
import { decimals, grouped, scaled, unscaled, words } from "../numbers.js";
import { LISTS, LIVES, ORDER_TYPES } from "./order_types.js";

const LABELS = {
  quantity: "Quantity",
  cash_quantity: "Or amount",
  price: "Price",
  stop_price: "Stop price",
  trail: "Trail",
  display_quantity: "Display quantity",
  min_quantity: "Minimum quantity",
  exit_stop_price: "Stop at",
  exit_profit_price: "Take profit at",
};
const TRIGGERS = [
  ["", "Last trade"],
  ["bid", "Best bid"],
  ["offer", "Best offer"],
  ["mid", "Mid"],
];

/** `symbolOf()` is the instrument; `entered(done)` is called with the venue's answer to an order. */
export function ticket(instrumentOf, entered) {
  const form = byId("ticket");
  const type = byId("t-order_type");
  const list = byId("t-list");
  const button = byId("ticket-send");
  let key = newKey();

  setOptions(
    type,
    Object.entries(ORDER_TYPES).map(([value, { name }]) => [value, name]),
  );
  setOptions(
    list,
    Object.entries(LISTS).map(([value, { name }]) => [value, name]),
  );
  type.addEventListener("change", showFields);
  list.addEventListener("change", showFields);
  form.addEventListener("change", (event) => {
    if (event.target.name === "side") showSide();
    if (event.target.id === "t-time_in_force") showExpiry();
  });
  form.addEventListener("input", showWorth);
  form.addEventListener("submit", submit);
  showFields();
  showSide();

  function side() {
    return form.elements.side.value;
  }

  function showSide() {
    const word = side() === "buy" ? "Buy" : "Sell";
    button.className = side();
    button.textContent = instrumentOf() ? `${word} ${instrumentOf().base}` : word;
  }

  /** The fields of the type; what was typed into one that stays is kept. */
  function showFields() {
    const { needs, may, lives } = ORDER_TYPES[type.value];
    const kept = new Map([...form.querySelectorAll("input[id], select[id]")].map((input) => [input.id, input.value]));
    const fields = [];
    for (const name of needs) {
      if (name === "quantity_or_cash") fields.push(field("quantity"), field("cash_quantity"));
      else fields.push(field(name));
    }
    for (const name of may)
      fields.push(name === "trigger" ? choice("trigger", "Triggered by", TRIGGERS) : field(name, "optional"));
    if (LIVES[lives].length) fields.push(choice("time_in_force", "Time in force", LIVES[lives]));
    byId("ticket-fields").replaceChildren(...fields);
    const exits = LISTS[list.value].exits ?? [];
    byId("exit-fields").replaceChildren(
      ...exits.map((exit) => field(`exit_${exit === "stop" ? "stop_price" : "profit_price"}`)),
    );
    for (const [id, value] of kept) {
      const input = document.getElementById(id);
      if (input && value && (input.tagName !== "SELECT" || [...input.options].some((option) => option.value === value)))
        input.value = value;
    }
    showExpiry();
    showWorth();
  }

  function showExpiry() {
    const isTimed = document.getElementById("t-time_in_force")?.value === "gtd";
    const place = byId("expiry");
    if (!isTimed) return place.replaceChildren();
    if (place.firstChild) return;
    const inOneHour = new Date(Date.now() + 3_600_000).toISOString().slice(0, 19);
    const input = make("input", {
      id: "t-expire_time",
      type: "datetime-local",
      step: "1",
      value: inOneHour,
      "aria-describedby": "t-expire_time-error",
    });
    place.append(wrapped("expire_time", "Until, UTC", input));
  }

  function showWorth() {
    const [quantity, price] = ["quantity", "price"].map((name) => document.getElementById(`t-${name}`)?.value.trim());
    const quote = instrumentOf()?.quote ?? "";
    setText(
      byId("worth"),
      isDecimal(quantity) && isDecimal(price) ? `Worth ${grouped(product(quantity, price))} ${quote}` : "",
    );
  }

  async function submit(event) {
    event.preventDefault();
    clearErrors();
    button.disabled = true;
    try {
      const done = await enter(
        list.value,
        orderOf(form, type.value, instrumentOf().symbol),
        byId("t-account").value,
        key,
      );
      notice(textOf(done));
      key = newKey();
      entered(done);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (problem.status) key = newKey(); // else it is not known whether it was entered: asked again it is entered once
      showProblem(problem);
    } finally {
      button.disabled = false;
    }
  }

  function clearErrors() {
    for (const input of form.querySelectorAll("[aria-invalid]")) showError(input, "");
    byId("ticket-error").hidden = true;
  }

  /** Beside its field what is about a field, above the button what is about the order as a whole. */
  function showProblem(problem) {
    const rest = [];
    let first = null;
    for (const { field: name, remedy } of problem.errors) {
      const input = inputOf(name);
      if (!input) rest.push(`${name} ${remedy}`);
      else {
        showError(input, `${problem.errors.length === 1 ? sentence(problem.title, remedy) : remedy}`);
        first ??= input;
      }
    }
    if (!first || rest.length) {
      const place = byId("ticket-error");
      place.textContent = first ? rest.join("; ") : sentence(problem.title, problem.detail);
      place.hidden = false;
    }
    first?.focus();
  }

  return {
    showFields,
    showSide,
    /** A price and side taken from the book. */
    take(price, wanted) {
      const input = document.getElementById("t-price") ?? document.getElementById("t-stop_price");
      if (input) input.value = price;
      form.elements.side.value = wanted;
      showSide();
      showWorth();
    },
  };
}

function sentence(title, text) {
  return !title || text === title ? text : `${title}: ${text}`;
}

function field(name, placeholder = null) {
  const id = `t-${name}`;
  const input = make("input", {
    id,
    class: "number",
    inputmode: "decimal",
    placeholder,
    "aria-describedby": `${id}-error`,
  });
  return wrapped(name, LABELS[name], input);
}

function choice(name, label, options) {
  const id = `t-${name}`;
  const select = make("select", { id, "aria-describedby": `${id}-error` });
  setOptions(select, options);
  return wrapped(name, label, select);
}

function wrapped(name, label, input) {
  return make(
    "div",
    { class: "field" },
    make("label", { for: `t-${name}` }, label),
    input,
    make("p", { class: "error", id: `t-${name}-error`, hidden: true }),
  );
}

/** The input that an error of the API is about; orders.1 and orders.2 are the exits. */
function inputOf(name) {
  const exit = /^orders\.(\d)\.(\w+)$/.exec(name);
  const wanted = !exit
    ? name
    : exit[1] === "0"
      ? exit[2]
      : exit[2] === "stop_price"
        ? "exit_stop_price"
        : exit[2] === "price"
          ? "exit_profit_price"
          : exit[2];
  return document.getElementById(`t-${wanted}`);
}

const FIELDS = [
  "quantity",
  "cash_quantity",
  "price",
  "stop_price",
  "trail",
  "display_quantity",
  "min_quantity",
  "trigger",
  "time_in_force",
];

function orderOf(form, orderType, symbol) {
  const order = { symbol, side: form.elements.side.value, order_type: orderType };
  for (const name of FIELDS) {
    const value = document.getElementById(`t-${name}`)?.value.trim();
    if (value) order[name] = value;
  }
  const until = document.getElementById("t-expire_time")?.value;
  if (until) order.expire_time = `${until.length === 16 ? `${until}:00` : until}Z`;
  return order;
}

function enter(contingency, order, account, key) {
  const headers = { "Idempotency-Key": key };
  if (!contingency) return send("POST", "/orders", { ...order, account }, headers);
  return send(
    "POST",
    "/orders/lists",
    { contingency, account, orders: [order, ...exitsOf(contingency, order)] },
    headers,
  );
}

/** An oco is of one side; the exits of the others are of the other side. */
function exitsOf(contingency, { symbol, side, quantity }) {
  const other = side === "buy" ? "sell" : "buy";
  const exit = { symbol, side: contingency === "oco" ? side : other, quantity };
  const given = (name) => document.getElementById(`t-${name}`)?.value.trim() || undefined;
  const exits = [{ ...exit, order_type: "stop_loss", stop_price: given("exit_stop_price") }];
  if (contingency === "bracket") exits.push({ ...exit, order_type: "limit", price: given("exit_profit_price") });
  return exits;
}

function textOf(done) {
  const orders = done.orders ?? [done];
  return orders
    .map((one) => {
      const filled = Number(one.executed_quantity)
        ? `, ${grouped(one.executed_quantity)} filled at ${grouped(one.average_price)}`
        : "";
      return `Order ${one.order_id} ${words(one.status)}${filled}${one.reason ? ` (${words(one.reason)})` : ""}`;
    })
    .join("; ");
}

function isDecimal(text) {
  return /^\d+(\.\d+)?$/.test(text ?? "");
}

function product(one, other) {
  const places = decimals(one) + decimals(other);
  const whole = unscaled(scaled(one, decimals(one)) * scaled(other, decimals(other)), places);
  return Number(whole).toFixed(2);
}
