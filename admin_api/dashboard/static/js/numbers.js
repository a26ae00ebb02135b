// Numbers as the venue tells them: decimals as text. What is only shown stays text; what must be added up or compared
// becomes an integer of its last decimal, so that nothing is rounded. Numbers of JavaScript are for drawing only.

/** "-1234567.50" -> "−1,234,567.50": with a real minus, which screen readers say. */
export function grouped(text) {
  if (text === null || text === undefined) return "–";
  const [whole, part] = String(text).replace("-", "−").split(".");
  const spaced = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return part === undefined ? spaced : `${spaced}.${part}`;
}

/** As grouped, with a sign also for what is above zero. */
export function signed(text) {
  return Number(text) > 0 ? `+${grouped(text)}` : grouped(text);
}

/** Money as it is looked at: two decimals from 1 on, all there are below. The exact amount belongs into a title. */
export function money(text) {
  if (text === null || text === undefined) return "–";
  return Math.abs(Number(text)) >= 1 ? grouped(rounded(text, 2)) : grouped(text);
}

export function signedMoney(text) {
  return Number(text) > 0 ? `+${money(text)}` : money(text);
}

/** To so many decimals, half away from zero. */
function rounded(text, places) {
  const known = Math.max(decimals(text), places);
  const step = 10n ** BigInt(known - places);
  const value = scaled(text, known);
  const half = value < 0n ? -step / 2n : step / 2n;
  return unscaled((value + half) / step, places);
}

/** −1, 0 or 1 */
export function signOf(text) {
  return text === null || text === undefined ? 0 : Math.sign(Number(text));
}

export function decimals(text) {
  return (String(text).split(".")[1] ?? "").length;
}

/** The integer of 10^-places: scaled("1.25", 3) is 1250n. */
export function scaled(text, places) {
  const [whole, part = ""] = String(text).split(".");
  return BigInt(whole + part.padEnd(places, "0").slice(0, places));
}

export function unscaled(value, places) {
  const sign = value < 0n ? "-" : "";
  const digits = String(value < 0n ? -value : value).padStart(places + 1, "0");
  return places ? `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}` : sign + digits;
}

/** The exact sum of decimals. */
export function sum(texts) {
  const places = Math.max(0, ...texts.map(decimals));
  return unscaled(
    texts.reduce((total, text) => total + scaled(text, places), 0n),
    places,
  );
}

/** Few digits, for figures that are looked at: 1234567 -> "1.23M". */
export function short(value) {
  const number = Number(value);
  if (value === null || value === undefined || Number.isNaN(number)) return "–";
  for (const [limit, unit] of [
    [1e12, "T"],
    [1e9, "B"],
    [1e6, "M"],
    [1e4, "k"],
  ]) {
    if (Math.abs(number) >= limit) return `${(number / (limit === 1e4 ? 1e3 : limit)).toPrecision(3)}${unit}`;
  }
  if (Number.isInteger(number)) return grouped(number);
  return Math.abs(number) >= 100 ? number.toFixed(1) : String(Number(number.toPrecision(4)));
}

/** 1234 µs -> "1.23 ms" */
export function duration(us) {
  if (us === null || us === undefined) return "–";
  if (us < 1_000) return `${us} µs`;
  if (us < 1_000_000) return `${(us / 1_000).toPrecision(3)} ms`;
  return `${(us / 1_000_000).toPrecision(3)} s`;
}

export function percent(value) {
  if (value === null || value === undefined) return "–";
  return `${signed(value.toFixed(2))} %`;
}

/** "2026-11-24T01:24:59.182354194Z" -> "01:24:59.182" */
export function clock(text, digits = 3) {
  if (!text) return "–";
  return digits ? text.slice(11, 20 + digits) : text.slice(11, 19);
}

/** -> "2026-11-24 01:24:59" */
export function dateTime(text) {
  return text ? `${text.slice(0, 10)} ${text.slice(11, 19)}` : "–";
}

/** "cancel_only" -> "cancel only" */
export function words(name) {
  return name === null || name === undefined ? "–" : name.replaceAll("_", " ");
}

/** A class for colour; the sign beside it says the same without colour. */
export function tone(text) {
  return ["down", "flat", "up"][signOf(text) + 1];
}
