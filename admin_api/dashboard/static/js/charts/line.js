// A value over time, with zero marked: the P&L of an account.

import { setText } from "../dom.js";
import { clock, signed, tone } from "../numbers.js";
import { letPoint, makeChart, makeReadout, path, rangeOf, text, ticksBetween, widthOf } from "./axis.js";

const HEIGHT = 200;
const TIMES = 18;
const VALUES = 84;

export function lineChart(place, label) {
  const readout = makeReadout(place);
  const svg = makeChart(place, HEIGHT, label, draw);
  const parts = {
    grid: path("grid"),
    zero: path("zero"),
    area: path("soft-up"),
    line: path("line-up"),
    pointer: path("pointer"),
  };
  svg.append(...Object.values(parts));
  const labels = [];
  let points = [];
  let unit = "";
  let shape = null;
  let pointed = null; // index of the point that is pointed at

  letPoint(
    svg,
    readout,
    () => points.length,
    (x) => shape && Math.round((x / shape.room) * (points.length - 1)),
    point,
  );

  function draw() {
    const width = widthOf(svg);
    for (const one of labels.splice(0)) one.remove();
    if (!width || points.length < 2) {
      shape = null;
      for (const part of Object.values(parts)) part.setAttribute("d", "");
      return setText(readout, points.length ? "" : "Nothing was traded yet.");
    }
    const values = points.map((one) => Number(one.net));
    const [low, high] = rangeOf([...values, 0]);
    const room = width - VALUES;
    shape = {
      room,
      values,
      xOf: (index) => (index / (points.length - 1)) * room,
      yOf: (value) => 4 + ((high - value) / (high - low)) * (HEIGHT - TIMES - 8),
    };
    put(low, high);
    point(pointed);
  }

  function put(low, high) {
    const { values, xOf, yOf, room } = shape;
    const line = `M${values.map((value, index) => `${xOf(index).toFixed(1)} ${yOf(value).toFixed(1)}`).join("L")}`;
    const kind = values.at(-1) < 0 ? "down" : "up";
    parts.line.setAttribute("class", `line-${kind}`);
    parts.area.setAttribute("class", `soft-${kind}`);
    parts.line.setAttribute("d", line);
    parts.area.setAttribute("d", `${line}V${yOf(0).toFixed(1)}H0z`);
    parts.zero.setAttribute("d", `M0 ${yOf(0).toFixed(1)}H${room}`);
    const ticks = ticksBetween(low, high, 4);
    parts.grid.setAttribute("d", ticks.map((tick) => `M0 ${yOf(tick).toFixed(1)}H${room}`).join(""));
    const places = Math.max(0, -Math.floor(Math.log10((high - low) / 4)));
    labels.push(
      ...ticks.map((tick) => text(room + 6, Math.max(11, yOf(tick) + 4), signed(tick.toFixed(Math.min(8, places))))),
    );
    labels.push(
      text(0, HEIGHT - 4, clock(points[0].time, 0).slice(0, 5)),
      text(room, HEIGHT - 4, clock(points.at(-1).time, 0).slice(0, 5), "end"),
    );
    svg.append(...labels);
    svg.setAttribute(
      "aria-label",
      `${label}: ${signed(points.at(-1).net)} ${unit} now, ${signed(points[0].net)} at ${clock(points[0].time, 0)}`,
    );
  }

  function point(index) {
    pointed = index;
    if (!shape) return;
    if (index !== null) index = Math.min(index, points.length - 1);
    const one = points[index ?? points.length - 1];
    parts.pointer.setAttribute("d", index === null ? "" : `M${shape.xOf(index).toFixed(1)} 0V${HEIGHT - TIMES}`);
    setText(readout, `${clock(one.time, 0)}  ${signed(one.net)} ${unit}`);
    readout.className = `readout ${tone(one.net)}`;
  }

  return {
    /** Points {time, net}, oldest first; of the time before the first trade only the end. */
    show(wanted, currency) {
      points = withoutBefore(wanted);
      unit = currency;
      draw();
    },
  };
}

function withoutBefore(points) {
  const first = points.findIndex((one) => Number(one.net));
  return first > 1 ? points.slice(Math.min(first - 1, points.length - 2)) : points;
}
