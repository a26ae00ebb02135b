// What operators change about an account: kill switches, limits, loss caps, fees, money. Each asks, and says why.

import { send } from "../api.js";
import { ask } from "../ask.js";
import { make, setOptions } from "../dom.js";
import { grouped } from "../numbers.js";

const place = encodeURIComponent;

/** A labelled input of a dialog; an empty one stands for "no limit". */
function amountField(id, label, value, note = "Empty: no limit.") {
  const input = make("input", {
    id,
    class: "number",
    inputmode: "decimal",
    value: value ?? "",
    "aria-describedby": `${id}-note`,
  });
  const wrapper = make(
    "div",
    { class: "field" },
    make("label", { for: id }, label),
    input,
    make("span", { class: "muted", id: `${id}-note` }, note),
  );
  return { input, wrapper, value: () => input.value.trim() || null };
}

function choiceField(id, label, options) {
  const select = make("select", { id });
  setOptions(select, options);
  return {
    wrapper: make("div", { class: "field" }, make("label", { for: id }, label), select),
    value: () => select.value,
  };
}

function group(...fields) {
  return make("div", {}, ...fields.map((field) => field.wrapper));
}

/** `scope` is account or firm. */
export function switchKill(scope, name, isEngaged) {
  const verb = isEngaged ? "Release" : "Engage";
  return ask({
    title: `${verb} the kill switch of ${scope} ${name}?`,
    text: isEngaged
      ? "New orders are taken again. What was canceled does not come back."
      : `All open orders of ${scope} ${name} are canceled at once, and new ones refused until it is released.`,
    verb: isEngaged ? "Release" : "Kill",
    isDangerous: !isEngaged,
    act: (why) => send("PUT", `/kill-switches/${scope}/${place(name)}`, { engaged: !isEngaged, why }),
    done: (told) =>
      [...told.done, told.orders_canceled ? `${told.orders_canceled} orders canceled` : ""].filter(Boolean).join("; "),
  });
}

export function cancelAll(account, count) {
  return ask({
    title: `Cancel all orders of ${account}?`,
    text: `${grouped(count)} are open now. It may enter new ones.`,
    verb: "Cancel them",
    act: (why) => send("POST", "/orders/mass-cancel", { account, why }),
    done: (told) => `${told.count} orders of ${account} canceled`,
  });
}

export function editOpenOrders(account, most) {
  const count = amountField("ask-count", "Open orders at most", most);
  return ask({
    title: `Open orders of ${account}`,
    verb: "Set",
    isDangerous: false,
    body: group(count),
    act: (why) =>
      send("PUT", `/accounts/${place(account)}/limits`, {
        open_orders_max: count.value() && Number(count.value()),
        why,
      }),
  });
}

/** `limits` null: of an instrument that has none, chosen among `symbols`. */
export function editOrderLimits(account, limits, symbols) {
  const symbol = limits
    ? null
    : choiceField(
        "ask-symbol",
        "Instrument",
        symbols.map((one) => [one]),
      );
  const fields = {
    order_quantity_max: amountField("ask-quantity", "Quantity of an order", limits?.order_quantity_max),
    order_notional_max: amountField("ask-notional", "Value of an order", limits?.order_notional_max),
    long_max: amountField("ask-long", "Long position, with open orders", limits?.long_max),
    short_max: amountField("ask-short", "Short position, with open orders", limits?.short_max),
  };
  return ask({
    title: `Limits of ${account}${limits ? ` in ${limits.symbol}` : ""}`,
    verb: "Set",
    isDangerous: false,
    body: group(...[symbol, ...Object.values(fields)].filter(Boolean)),
    act: (why) => {
      const asked = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.value()]));
      return send("PATCH", `/accounts/${place(account)}/limits/${place(limits?.symbol ?? symbol.value())}`, {
        ...asked,
        why,
      });
    },
  });
}

/** `cap` null: of a currency that has none, chosen among `currencies`. */
export function editLossCap(account, cap, currencies) {
  const currency = cap
    ? null
    : choiceField(
        "ask-currency",
        "Currency",
        currencies.map((one) => [one]),
      );
  const amount = amountField("ask-cap", "Loss of a day at most", cap?.loss_cap, "Empty: no cap. Counted from now.");
  return ask({
    title: `Daily loss cap of ${account}${cap ? ` in ${cap.currency}` : ""}`,
    text: "At the cap its orders are canceled, and only orders that reduce a position are taken.",
    verb: "Set",
    isDangerous: false,
    body: group(...[currency, amount].filter(Boolean)),
    act: (why) =>
      send("PUT", `/accounts/${place(account)}/loss-caps/${place(cap?.currency ?? currency.value())}`, {
        loss_cap: amount.value(),
        why,
      }),
  });
}

export function releaseCaps(account) {
  return ask({
    title: `Release the loss caps of ${account}?`,
    text: "It trades again; its loss counts anew from now.",
    verb: "Release",
    act: (why) => send("POST", `/accounts/${place(account)}/loss-cap-release`, { why }),
  });
}

export function editFees(account, fee) {
  const maker = amountField("ask-maker", "Maker, percent", fee.maker_percent, "Negative: a rebate.");
  const taker = amountField("ask-taker", "Taker, percent", fee.taker_percent, "");
  return ask({
    title: `Fees of ${account} in ${fee.currency}`,
    text: "Rates of its own, instead of the schedule's.",
    verb: "Set",
    isDangerous: false,
    body: group(maker, taker),
    act: (why) =>
      send("PUT", `/accounts/${place(account)}/fees/${place(fee.currency)}`, {
        maker_percent: maker.value(),
        taker_percent: taker.value(),
        why,
      }),
  });
}

export function endFees(account, fee) {
  return ask({
    title: `Let the schedule decide the fees of ${account} in ${fee.currency}?`,
    verb: "Use the schedule",
    isDangerous: false,
    act: (why) => send("POST", `/accounts/${place(account)}/fees/${place(fee.currency)}/end`, { why }),
  });
}

/** `kind` is deposits or withdrawals. */
export function transfer(account, kind, currencies) {
  const word = kind === "deposits" ? "Deposit" : "Withdraw";
  const currency = choiceField(
    "ask-currency",
    "Currency",
    currencies.map((one) => [one]),
  );
  const amount = amountField("ask-amount", "Amount", "", "");
  const id = amountField("ask-transaction", "Transaction", "", "Of the bank or chain: the same one is done once.");
  id.input.className = "";
  id.input.removeAttribute("inputmode");
  return ask({
    title: kind === "deposits" ? `Deposit to ${account}` : `Withdraw from ${account}`,
    verb: word,
    isDangerous: kind !== "deposits",
    body: group(currency, amount, id),
    act: (why) =>
      send("POST", `/accounts/${place(account)}/${kind}`, {
        currency: currency.value(),
        amount: amount.value() ?? "",
        transaction_id: id.value() ?? "",
        why,
      }),
  });
}
