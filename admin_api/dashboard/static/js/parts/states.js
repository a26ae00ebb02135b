// Trading states, and how they look.

import { setText } from "../dom.js";
import { words } from "../numbers.js";

const LOOKS = {
  open: "good",
  post_only: "warn",
  auction: "warn",
  pre_open: "warn",
  cancel_only: "bad",
  halted: "bad",
  closed: "bad",
};

export function badgeOfState(element, state) {
  setText(element, words(state));
  element.className = `badge ${LOOKS[state] ?? ""}`;
}
