// What came of something that was done: said at the bottom right, and to screen readers.

import { byId, make } from "./dom.js";

const SHOWN_MS = 8_000;

/** `kind` is "good" or "bad"; what went wrong stays until it is closed. */
export function notice(text, kind = "good") {
  const close = make("button", { type: "button", class: "quiet", "aria-label": "Close" }, "✕");
  const made = make("div", { class: `notice ${kind}` }, make("p", {}, text), close);
  close.addEventListener("click", () => made.remove());
  byId("notices").append(made);
  if (kind === "good") setTimeout(() => made.remove(), SHOWN_MS);
}
