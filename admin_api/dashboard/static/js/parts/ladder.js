// The depth ladder: offers above, bids below, one's own orders marked.

import { byId, keyed, make, setClass, setText } from "../dom.js";
import { decimals, grouped, scaled, short, unscaled } from "../numbers.js";

const LEVELS = 14; // of each side

/** `choose(price, side)` is called when somebody clicks a price; `ownAt(side, price)` is one's own quantity there. */
export function ladder(choose, ownAt) {
  const body = byId("ladder");

  function makeRow({ kind }) {
    if (kind === "spread") return make("tr", { class: "spread" }, make("td", { colspan: "4" }));
    const price = make("button", {
      type: "button",
      class: "price",
      tabindex: "-1",
      title: "take this price into the ticket",
    });
    const row = make(
      "tr",
      { class: kind },
      make("td", { class: "number" }, price),
      make("td", { class: "number" }),
      make("td", { class: "number" }),
      make("td", { class: "number own-cell" }),
    );
    price.addEventListener("click", () => choose(row.price, kind === "ask" ? "buy" : "sell"));
    return row;
  }

  function fillRow(row, level) {
    if (level.kind === "spread") return setText(row.cells[0], level.text);
    const [price, quantity, total, own] = row.cells;
    row.price = level.price;
    setText(price.firstElementChild, grouped(level.price));
    setText(quantity, grouped(level.quantity));
    setText(total, short(level.total));
    const mine = ownAt(level.kind === "ask" ? "sell" : "buy", level.price);
    setText(own, mine ? `● ${short(mine)}` : "");
    setClass(row, "own", mine);
    row.style.setProperty("--share", level.share);
    quantity.title = `${level.orders} ${level.orders === 1 ? "order" : "orders"}`;
  }

  return {
    /** A depth message. */
    show({ bids, asks }) {
      const [offered, bid] = [withTotals(asks.slice(0, LEVELS), "ask"), withTotals(bids.slice(0, LEVELS), "bid")];
      const most = Math.max(offered.at(-1)?.total ?? 0, bid.at(-1)?.total ?? 0) || 1;
      for (const level of [...offered, ...bid]) level.share = `${((level.total / most) * 100).toFixed(1)}%`;
      const rows = [...offered.reverse(), { kind: "spread", key: "spread", text: spreadText(bids, asks) }, ...bid];
      keyed(body, rows, (row) => row.key, makeRow, fillRow);
    },
  };
}

function withTotals(levels, kind) {
  let total = 0;
  return levels.map(([price, quantity, orders]) => {
    total += Number(quantity);
    return { kind, key: `${kind}${price}`, price, quantity, orders, total };
  });
}

function spreadText(bids, asks) {
  if (!bids.length && !asks.length) return "The book is empty";
  if (!bids.length) return "No bids";
  if (!asks.length) return "No offers";
  const places = decimals(asks[0][0]);
  const [bid, ask] = [scaled(bids[0][0], places), scaled(asks[0][0], places)];
  if (ask <= bid) return "Crossed: an auction is under way";
  const points = (Number(ask - bid) / Number(ask + bid)) * 20_000;
  return `spread ${grouped(unscaled(ask - bid, places))}, ${points.toFixed(points < 10 ? 2 : 1)} bp`;
}
