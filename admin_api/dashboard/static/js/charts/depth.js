// How much could be bought and sold up to each price: the book's levels, added up from the best outwards.

import { grouped, short } from "../numbers.js";
import { makeChart, path, text, ticksBetween, widthOf } from "./axis.js";

const HEIGHT = 150;
const PRICES = 18;

export function depthChart(place) {
  let book = null;
  const svg = makeChart(place, HEIGHT, "Depth", draw);
  const parts = { grid: path("grid"), bids: path("soft-up"), asks: path("soft-down"), bidLine: path("line-up"), askLine: path("line-down") };
  svg.append(...Object.values(parts));
  const labels = [];

  function draw() {
    const width = widthOf(svg);
    for (const label of labels.splice(0)) label.remove();
    const shape = width && book ? shapeOf(book, width) : null;
    if (!shape) {
      for (const part of Object.values(parts)) part.setAttribute("d", "");
      return;
    }
    for (const [side, line] of [["bids", "bidLine"], ["asks", "askLine"]]) {
      const steps = stepsOf(shape[side], shape);
      const first = shape[side].length ? shape.xOf(shape[side][0][0]).toFixed(1) : 0;
      parts[line].setAttribute("d", steps);
      parts[side].setAttribute("d", steps ? `${steps}V${shape.bottom}H${first}z` : "");
    }
    const ticks = ticksBetween(0, shape.most, 3);
    parts.grid.setAttribute("d", ticks.map((tick) => `M0 ${shape.yOf(tick).toFixed(1)}H${width}`).join(""));
    labels.push(...ticks.slice(1).map((tick) => text(2, shape.yOf(tick) - 3, short(tick))));
    labels.push(text(0, HEIGHT - 4, grouped(shape.low)), text(width, HEIGHT - 4, grouped(shape.high), "end"));
    svg.append(...labels);
    svg.setAttribute("aria-label", `Depth: ${short(shape.bids.at(-1)?.[1] ?? 0)} bid down to ${shape.low}, ${short(shape.asks.at(-1)?.[1] ?? 0)} offered up to ${shape.high}`);
  }

  return {
    /** A depth message. */
    show(wanted) {
      book = wanted;
      draw();
    },
  };
}

function shapeOf({ bids, asks }, width) {
  if (!bids.length && !asks.length) return null;
  const sides = { bids: added(bids), asks: added(asks) };
  const low = (bids.at(-1) ?? asks[0])[0];
  const high = (asks.at(-1) ?? bids[0])[0];
  const span = Number(high) - Number(low) || 1;
  const most = Math.max(sides.bids.at(-1)?.[1] ?? 0, sides.asks.at(-1)?.[1] ?? 0) || 1;
  const bottom = HEIGHT - PRICES;
  return {
    ...sides, low, high, most, bottom,
    xOf: (price) => ((price - Number(low)) / span) * width,
    yOf: (quantity) => bottom - (quantity / most) * (bottom - 14),
  };
}

/** [price, quantity up to there] of each level. */
function added(levels) {
  let total = 0;
  return levels.map(([price, quantity]) => [Number(price), (total += Number(quantity))]);
}

function stepsOf(levels, { xOf, yOf, bottom }) {
  if (!levels.length) return "";
  let line = `M${xOf(levels[0][0]).toFixed(1)} ${bottom}`;
  for (const [price, total] of levels) line += `H${xOf(price).toFixed(1)}V${yOf(total).toFixed(1)}`;
  return line;
}
