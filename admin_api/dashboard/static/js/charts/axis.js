// What charts share: scales, ticks, and an SVG as large as its place.

import { make, makeSvg } from "../dom.js";

/** A few round values from low to high. */
export function ticksBetween(low, high, count) {
  const span = high - low;
  if (!(span > 0)) return [low];
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough);
  const ticks = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step * 1e-9; tick += step) ticks.push(tick);
  return ticks;
}

/** The lowest and highest value with some room around; something wide where all are the same. */
export function rangeOf(values, room = 0.06) {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low === Infinity) return [0, 1];
  const span = high - low || Math.abs(high) * 0.002 || 1;
  return [low - span * room, high + span * room];
}

/** An SVG in `place`, redrawn by `draw` when the place has another size. Its units are pixels. */
export function makeChart(place, height, label, draw) {
  const svg = makeSvg("svg", { class: "chart", height, role: "img", "aria-label": label });
  place.append(svg);
  new ResizeObserver(() => draw()).observe(place);
  return svg;
}

/** Width in pixels; 0: it is not on the page now. */
export function widthOf(svg) {
  const width = svg.parentElement.clientWidth;
  svg.setAttribute("viewBox", `0 0 ${width || 1} ${svg.getAttribute("height")}`);
  return width;
}

export function path(className) {
  return makeSvg("path", { class: className });
}

export function text(x, y, content, anchor = "start") {
  return makeSvg("text", { x: x.toFixed(1), y: y.toFixed(1), "text-anchor": anchor }, content);
}

/** A line of text above a chart that says what the pointer is at. */
export function makeReadout(place) {
  const readout = make("p", { class: "readout" });
  place.append(readout);
  return readout;
}

/**
 * Lets the pointer, and the arrow keys of who has none, go along a chart: `at(place)` is called with the index of what
 * is there, or null. `indexAt(x)` finds it. The readout is spoken while somebody goes along by keys, and not else: it
 * changes with every trade.
 */
export function letPoint(svg, readout, countOf, indexAt, at) {
  let index = null;
  const go = (to) => {
    const count = countOf();
    index = to === null || !count ? null : Math.max(0, Math.min(count - 1, to));
    at(index);
  };
  svg.setAttribute("tabindex", "0");
  svg.addEventListener("pointermove", (event) => go(indexAt(event.clientX - svg.getBoundingClientRect().left)));
  svg.addEventListener("pointerleave", () => go(null));
  svg.addEventListener("blur", () => {
    readout.removeAttribute("aria-live");
    go(null);
  });
  svg.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) {
      readout.setAttribute("aria-live", "polite");
      go((index ?? countOf()) + step);
    } else if (event.key === "Escape") go(null);
    else return;
    event.preventDefault();
  });
}
