// A line the size of a word: how a price went.

import { makeSvg } from "../dom.js";

const WIDTH = 110;
const HEIGHT = 26;

export function makeSpark() {
  return makeSvg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" },
    makeSvg("path", {}),
  );
}

/** `prices` are texts, oldest first. */
export function drawSpark(svg, prices) {
  const values = prices.map(Number);
  const path = svg.firstElementChild;
  const change = values.length > 1 ? values.at(-1) - values[0] : 0;
  svg.setAttribute("aria-label", values.length > 1 ? `from ${prices[0]} to ${prices.at(-1)}` : "no trades");
  path.setAttribute("class", change > 0 ? "line-up" : change < 0 ? "line-down" : "line-flat");
  path.setAttribute("d", values.length > 1 ? lineOf(values) : "");
}

function lineOf(values) {
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const step = (WIDTH - 2) / (values.length - 1);
  const points = values.map((value, place) => [1 + place * step, HEIGHT - 3 - ((value - low) / span) * (HEIGHT - 6)]);
  return `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`;
}
