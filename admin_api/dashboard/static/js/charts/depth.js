// How much could be bought and sold up to each price: the book's levels, added up from the best outwards.

import { decimals, grouped, short } from "../numbers.js";
import { makeChart, path, text, ticksBetween, widthOf } from "./axis.js";

const HEIGHT = 150;
const PRICES = 18;
const USUAL = 0.9; // this part of the levels is shown, and what stands between them

export function depthChart(place) {
  let book = null;
  const svg = makeChart(place, HEIGHT, "Depth", draw);
  const parts = {
    grid: path("grid"),
    bids: path("soft-up"),
    asks: path("soft-down"),
    bidLine: path("line-up"),
    askLine: path("line-down"),
  };
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
    for (const [side, line] of [
      ["bids", "bidLine"],
      ["asks", "askLine"],
    ]) {
      const steps = stepsOf(shape[side], side === "bids" ? 0 : width, shape);
      const first = shape[side].length ? shape.xOf(shape[side][0][0]).toFixed(1) : 0;
      parts[line].setAttribute("d", steps);
      parts[side].setAttribute("d", steps ? `${steps}V${shape.bottom}H${first}z` : "");
    }
    const ticks = ticksBetween(0, shape.most, 3);
    parts.grid.setAttribute("d", ticks.map((tick) => `M0 ${shape.yOf(tick).toFixed(1)}H${width}`).join(""));
    labels.push(...ticks.slice(1).map((tick) => text(2, shape.yOf(tick) - 3, short(tick))));
    const places = decimals((book.bids[0] ?? book.asks[0])[0]);
    labels.push(
      text(0, HEIGHT - 4, grouped(shape.low.toFixed(places))),
      text(width, HEIGHT - 4, grouped(shape.high.toFixed(places)), "end"),
    );
    svg.append(...labels);
    const [bid, offered] = [shape.bids, shape.asks].map((levels) => short(levels.at(-1)?.[1] ?? 0));
    const [low, high] = [shape.low, shape.high].map((price) => price.toFixed(places));
    svg.setAttribute("aria-label", `Depth: ${bid} bid down to ${low}, ${offered} offered up to ${high}`);
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
  const [low, high] = rangeAround(bids, asks);
  const sides = {
    bids: added(bids.filter(([price]) => price >= low)),
    asks: added(asks.filter(([price]) => price <= high)),
  };
  const span = high - low;
  const most = Math.max(sides.bids.at(-1)?.[1] ?? 0, sides.asks.at(-1)?.[1] ?? 0) || 1;
  const bottom = HEIGHT - PRICES;
  return {
    ...sides,
    low,
    high,
    most,
    bottom,
    xOf: (price) => ((price - low) / span) * width,
    yOf: (quantity) => bottom - (quantity / most) * (bottom - 14),
  };
}

/** As far on both sides as most levels are: one order far away is no reason to see nothing of the rest. */
function rangeAround(bids, asks) {
  const best = [bids[0] ?? asks[0], asks[0] ?? bids[0]].map(([price]) => Number(price));
  const mid = (best[0] + best[1]) / 2;
  const reach = (levels) => Math.abs(Number(levels[Math.floor((levels.length - 1) * USUAL)]?.[0] ?? mid) - mid);
  const half = 1.15 * Math.max(reach(bids), reach(asks)) || mid * 0.001;
  return [mid - half, mid + half];
}

/** [price, quantity up to there] of each level. */
function added(levels) {
  let total = 0;
  return levels.map(([price, quantity]) => [Number(price), (total += Number(quantity))]);
}

/** From the best outwards, to the edge of the chart. */
function stepsOf(levels, edge, { xOf, yOf, bottom }) {
  if (!levels.length) return "";
  let line = `M${xOf(levels[0][0]).toFixed(1)} ${bottom}`;
  for (const [price, total] of levels) line += `H${xOf(price).toFixed(1)}V${yOf(total).toFixed(1)}`;
  return line + `H${edge}`;
}
