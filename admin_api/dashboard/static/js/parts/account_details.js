// The tables of one account, as REST tells them.

import { byId, keyed, make, setText, showState } from "../dom.js";
import { grouped, money, signed, signedMoney, tone } from "../numbers.js";
import { editFees, editLossCap, editOrderLimits, endFees } from "./account_controls.js";

/** `changed()` is called when something was edited. */
export function showDetails(name, about, isOperator, changed) {
  showSums(about);
  showPositions(about.positions);
  showBalances(about);
  showFees(name, about.fees, isOperator, changed);
  showLimits(name, about.limits, isOperator, changed);
  showCaps(name, about.limits, isOperator, changed);
}

function showSums({ pnl, limits }) {
  const tiles = pnl.currencies.map((one) => ({
    key: one.currency,
    label: `Net P&L, ${one.currency}`,
    text: signedMoney(one.net),
    tone: tone(one.net),
    exact: one.net,
    note: one.daily === null ? "no loss cap" : `today ${signedMoney(one.daily)}`,
  }));
  const most = limits.open_orders_max;
  tiles.push({
    key: "open",
    label: "Open orders",
    text: grouped(limits.open_orders),
    tone: "",
    note: most === null ? "no limit" : `of ${grouped(most)}`,
  });
  keyed(
    byId("sums"),
    tiles,
    (one) => one.key,
    makeTile,
    (tile, one) => {
      setText(tile.children[0], one.label);
      setText(tile.children[1], one.text);
      tile.children[1].className = one.tone;
      tile.children[1].title = one.exact ?? "";
      setText(tile.children[2], one.note);
    },
  );
}

function makeTile() {
  return make("dl", { class: "tile" }, make("dt"), make("dd"), make("dd", { class: "note" }));
}

function showPositions(positions) {
  showState(byId("positions-state"), positions.length ? "" : "It has not traded yet, and has no open orders.");
  keyed(
    byId("positions"),
    positions,
    (one) => one.symbol,
    ({ symbol }) => {
      const link = make("a", { href: `/market/${encodeURIComponent(symbol)}` }, symbol);
      return rowOf(link, ["", "wide", "wide", "", "", "wide", "wide", "wide"]);
    },
    (row, one) => {
      const [, quantity, average, mark, unrealized, realized, fees, buys, sells] = row.cells;
      row.dataset.symbol = one.symbol;
      setText(quantity, signed(one.quantity));
      setText(average, grouped(one.average_price));
      setText(mark, grouped(one.mark_price));
      for (const [place, amount] of [
        [unrealized, one.unrealized],
        [realized, one.realized],
      ]) {
        setText(place, signedMoney(amount));
        place.className = `number ${tone(amount)}`;
        place.title = `${amount} ${one.currency}`;
      }
      setText(fees, money(one.fees));
      fees.title = `${one.fees} ${one.currency}`;
      setText(buys, grouped(one.open_buy_quantity));
      setText(sells, grouped(one.open_sell_quantity));
    },
  );
}

function showBalances({ account, balances }) {
  byId("balances-panel").hidden = account.settlement === "credit" && !balances.length;
  showState(byId("balances-state"), balances.length ? "" : "Nothing was deposited.");
  keyed(
    byId("balances"),
    balances,
    (one) => one.currency,
    (one) => rowOf(one.currency, ["", "wide", ""]),
    (row, one) => {
      row.dataset.currency = one.currency;
      setText(row.cells[1], grouped(one.total));
      setText(row.cells[2], grouped(one.locked));
      setText(row.cells[3], grouped(one.available));
    },
  );
}

function showFees(name, fees, isOperator, changed) {
  showState(byId("fees-state"), fees.length ? "" : "Trading is free.");
  keyed(
    byId("fees"),
    fees,
    (one) => one.currency,
    (one) => {
      const row = make(
        "tr",
        {},
        make("th", { scope: "row" }, one.currency),
        make("td", { class: "whole" }),
        cell(),
        cell(),
        cell("wide"),
        make("td", { class: "number" }, make("span", { class: "buttons-inline" })),
      );
      if (isOperator) {
        row.cells[5].firstElementChild.append(
          editButton(`fees in ${one.currency}`, () => editFees(name, row.one), changed),
          editButton(`the schedule in ${one.currency}`, () => endFees(name, row.one), changed, "Schedule…"),
        );
      }
      return row;
    },
    (row, one) => {
      row.one = one;
      setText(row.cells[1], one.is_override ? "its own rates" : one.tier === null ? "none" : `tier ${one.tier}`);
      setText(row.cells[2], `${grouped(one.maker_percent)} %`);
      setText(row.cells[3], `${grouped(one.taker_percent)} %`);
      setText(row.cells[4], grouped(one.volume_30d));
      if (isOperator) row.cells[5].firstElementChild.lastElementChild.hidden = !one.is_override;
    },
  );
}

function showLimits(name, limits, isOperator, changed) {
  const most = limits.open_orders_max;
  setText(
    byId("open-orders-limit"),
    `${grouped(limits.open_orders)} open orders, ${most === null ? "no limit" : `${grouped(most)} at most`}.`,
  );
  showState(byId("limits-state"), limits.order_limits.length ? "" : "No limits in any instrument.");
  keyed(
    byId("limits"),
    limits.order_limits,
    (one) => one.symbol,
    (one) => {
      const row = rowOf(one.symbol, ["", "", "", "", ""]);
      if (isOperator)
        row.cells[5].append(editButton(`limits in ${one.symbol}`, () => editOrderLimits(name, row.one, []), changed));
      return row;
    },
    (row, one) => {
      row.one = one;
      row.dataset.symbol = one.symbol;
      ["order_quantity_max", "order_notional_max", "long_max", "short_max"].forEach((field, place) => {
        setText(row.cells[place + 1], one[field] === null ? "no limit" : grouped(one[field]));
      });
    },
  );
}

function showCaps(name, limits, isOperator, changed) {
  showState(byId("caps-state"), limits.loss_caps.length ? "" : "No loss cap in any currency.");
  byId("release-caps").hidden = !limits.loss_caps.some((one) => one.is_reached);
  keyed(
    byId("caps"),
    limits.loss_caps,
    (one) => one.currency,
    (one) => {
      const bar = make("div", { class: "bar", role: "img" });
      const row = make(
        "tr",
        {},
        make("th", { scope: "row" }, one.currency),
        cell(),
        cell(),
        make("td", {}, bar),
        make("td", { class: "number" }),
      );
      if (isOperator)
        row.cells[4].append(editButton(`loss cap in ${one.currency}`, () => editLossCap(name, row.one, []), changed));
      return row;
    },
    (row, one) => {
      row.one = one;
      const used = Math.max(0, Math.min(100, (-Number(one.daily) / Number(one.loss_cap)) * 100));
      const bar = row.cells[3].firstElementChild;
      setText(row.cells[1], grouped(one.loss_cap));
      setText(row.cells[2], signedMoney(one.daily));
      row.cells[2].className = `number ${tone(one.daily)}`;
      bar.style.setProperty("--share", `${used.toFixed(1)}%`);
      bar.classList.toggle("full", one.is_reached);
      bar.setAttribute(
        "aria-label",
        one.is_reached
          ? "reached: only orders that reduce a position are taken"
          : `${used.toFixed(0)} % of the cap used`,
      );
      row.title = bar.getAttribute("aria-label");
    },
  );
}

function rowOf(name, classes) {
  return make("tr", {}, make("th", { scope: "row" }, name), ...classes.map(cell));
}

function cell(extra = "") {
  return make("td", { class: `number ${extra}` });
}

function editButton(what, act, changed, text = "Edit…") {
  const button = make(
    "button",
    { type: "button", class: "small", "aria-label": `${text.replace("…", "")} ${what}` },
    text,
  );
  button.addEventListener("click", async () => {
    if (await act()) changed();
  });
  return button;
}
