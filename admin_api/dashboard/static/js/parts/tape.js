// The live tape: the last trades, newest first.

import { byId, keyed, make, setText, showState } from "../dom.js";
import { clock, grouped } from "../numbers.js";

const SHOWN = 40;
const ARROWS = { buy: "▲", sell: "▼" };
const TONES = { buy: "up", sell: "down" };

export function tape() {
  const trades = new Map(); // by trade_id, oldest first

  function makeRow() {
    return make("tr", {}, make("td"), make("td", { class: "number" }), make("td", { class: "number" }));
  }

  function fillRow(row, one) {
    const [time, price, quantity] = row.cells;
    setText(time, clock(one.time, 0));
    setText(price, `${ARROWS[one.side] ?? "◆"} ${grouped(one.price)}`);
    price.className = `number ${TONES[one.side] ?? "muted"}`;
    price.title = one.side ? `${one.side === "buy" ? "a buyer" : "a seller"} took it` : "in an auction";
    setText(quantity, Number(one.quantity) ? grouped(one.quantity) : "busted");
    row.title = `trade ${one.trade_id}, ${one.time}${one.is_amended ? ", amended" : ""}`;
  }

  return {
    /** Keeps what a message of the channel tells. */
    hear(message) {
      if (message.type === "trades_snapshot") {
        trades.clear();
        for (const one of message.trades) trades.set(one.trade_id, one);
      } else if (message.type === "trade") {
        trades.set(message.trade_id, message);
        if (trades.size > 2 * SHOWN) for (const id of [...trades.keys()].slice(0, SHOWN)) trades.delete(id);
      } else if (trades.has(message.trade_id)) {
        Object.assign(trades.get(message.trade_id), {
          price: message.price,
          quantity: message.quantity,
          is_amended: true,
        });
      }
    },
    paint() {
      const newest = [...trades.values()].slice(-SHOWN).reverse();
      showState(byId("tape-state"), newest.length ? "" : "No trades yet.");
      keyed(byId("tape"), newest, (one) => one.trade_id, makeRow, fillRow);
    },
    get last() {
      return [...trades.values()].at(-1);
    },
  };
}
