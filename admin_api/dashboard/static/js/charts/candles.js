// Candlesticks with volume below and the volume-weighted average price of the candles shown.

import { setText } from "../dom.js";
import { clock, decimals, grouped, short } from "../numbers.js";
import { letPoint, makeChart, makeReadout, path, rangeOf, text, ticksBetween, widthOf } from "./axis.js";

const HEIGHT = 420;
const VOLUME = 56; // at the bottom, above the times
const TIMES = 18;
const PRICES = 74; // at the right
const WIDTH_MAX = 14; // of a candle with the gap behind it

export function candleChart(place) {
  const readout = makeReadout(place);
  const parts = {};
  let candles = [];
  let averages = [];
  let shape = null;
  let pointed = null; // index of the candle that is pointed at
  const svg = makeChart(place, HEIGHT, "Candlesticks", draw);
  for (const [name, className] of [
    ["grid", "grid"],
    ["volumeUp", "soft-up"],
    ["volumeDown", "soft-down"],
    ["wickUp", "line-up"],
    ["wickDown", "line-down"],
    ["bodyUp", "fill-up"],
    ["bodyDown", "fill-down"],
    ["average", "line-second"],
    ["pointer", "pointer"],
  ])
    svg.append((parts[name] = path(className)));
  const labels = [];

  letPoint(
    svg,
    readout,
    () => shape?.shown.length ?? 0,
    (x) => shape && Math.floor(x / shape.step),
    point,
  );

  function draw() {
    const width = widthOf(svg);
    if (!width || !candles.length) return;
    shape = shapeOf(candles, averages, width);
    put(parts, shape);
    for (const label of labels.splice(0)) label.remove();
    labels.push(...labelsOf(shape));
    svg.append(...labels);
    svg.setAttribute("aria-label", `Candlesticks, ${shape.shown.length} of them, last ${candles.at(-1).close}`);
    point(pointed);
  }

  function point(index) {
    pointed = index;
    if (!shape) return;
    if (index !== null) index = Math.min(index, shape.shown.length - 1);
    const one = shape.shown[index ?? shape.shown.length - 1];
    const average = shape.averages[index ?? shape.shown.length - 1];
    const x = index === null ? null : ((index + 0.5) * shape.step).toFixed(1);
    parts.pointer.setAttribute("d", x === null ? "" : `M${x} 0V${HEIGHT - TIMES}`);
    setText(readout, one ? textOf(one, average) : "");
  }

  return {
    /** Oldest first, as the stream tells them. */
    show(wanted) {
      candles = wanted;
      averages = averagesOf(candles);
      if (!candles.length) {
        for (const part of Object.values(parts)) part.setAttribute("d", "");
        for (const label of labels.splice(0)) label.remove();
        shape = null;
        setText(readout, "No trades in this interval yet.");
      }
      draw();
    },
  };
}

function textOf(one, average) {
  const prices = [
    ["O", one.open],
    ["H", one.high],
    ["L", one.low],
    ["C", one.close],
  ].map(([name, price]) => `${name} ${grouped(price)}`);
  const vwap = grouped(average.toFixed(decimals(one.close)));
  return [clock(one.start, 0), ...prices, `volume ${short(one.volume)}`, `VWAP ${vwap}`].join("  ");
}

/** Of each candle with all before it. */
function averagesOf(candles) {
  let volume = 0;
  let notional = 0;
  return candles.map((one) => (notional += Number(one.notional)) / (volume += Number(one.volume)) || Number(one.close));
}

function shapeOf(candles, averages, width) {
  const room = width - PRICES;
  const count = Math.min(candles.length, Math.floor(room / 5));
  const shown = candles.slice(-count);
  const [low, high] = rangeOf(shown.flatMap((one) => [Number(one.low), Number(one.high)]));
  const bottom = HEIGHT - TIMES - VOLUME;
  const most = Math.max(...shown.map((one) => Number(one.volume))) || 1;
  return {
    shown,
    averages: averages.slice(-count),
    width,
    low,
    high,
    step: Math.min(WIDTH_MAX, room / Math.max(count, 24)),
    yOf: (price) => 4 + ((high - price) / (high - low)) * (bottom - 12),
    heightOf: (volume) => (Number(volume) / most) * (VOLUME - 6),
  };
}

function put(parts, { shown, averages, step, yOf, heightOf, low, high, width }) {
  const lines = { volumeUp: "", volumeDown: "", wickUp: "", wickDown: "", bodyUp: "", bodyDown: "" };
  const half = Math.max(1, step * 0.34);
  shown.forEach((one, place) => {
    const kind = Number(one.close) >= Number(one.open) ? "Up" : "Down";
    const x = (place + 0.5) * step;
    const [top, bottom] = [Math.max(one.open, one.close), Math.min(one.open, one.close)].map(yOf);
    lines[`wick${kind}`] += `M${x.toFixed(1)} ${yOf(one.high).toFixed(1)}V${yOf(one.low).toFixed(1)}`;
    lines[`body${kind}`] += box(x - half, top, half * 2, Math.max(1, bottom - top));
    const height = heightOf(one.volume);
    lines[`volume${kind}`] += box(x - half, HEIGHT - TIMES - height, half * 2, height);
  });
  for (const [name, line] of Object.entries(lines)) parts[name].setAttribute("d", line);
  const points = averages.map((price, place) => `${((place + 0.5) * step).toFixed(1)} ${yOf(price).toFixed(1)}`);
  parts.average.setAttribute("d", points.length > 1 ? `M${points.join("L")}` : "");
  const grid = ticksBetween(low, high, 5).map((tick) => `M0 ${yOf(tick).toFixed(1)}H${width - PRICES}`);
  parts.grid.setAttribute("d", grid.join(""));
}

function box(x, y, width, height) {
  return `M${x.toFixed(1)} ${y.toFixed(1)}h${width.toFixed(1)}v${height.toFixed(1)}h${(-width).toFixed(1)}z`;
}

/** The part of a time that tells one candle from the next. */
function timeOf(start) {
  if (start.slice(11, 19) === "00:00:00") return start.slice(5, 10);
  return clock(start, 0).replace(/:00$/, "");
}

function labelsOf({ shown, step, yOf, low, high, width }) {
  const places = decimals(shown.at(-1).close);
  const prices = ticksBetween(low, high, 5)
    .filter((tick) => yOf(tick) > 6)
    .map((tick) => text(width - PRICES + 6, yOf(tick) + 4, grouped(tick.toFixed(places))));
  const every = Math.max(1, Math.ceil(72 / step));
  const times = [];
  for (let place = 0; place < shown.length; place += every) {
    times.push(text(place * step, HEIGHT - 4, timeOf(shown[place].start)));
  }
  return [...prices, ...times];
}
