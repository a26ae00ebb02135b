// The trading state of the instrument, and the controls of operators for it.

import { send } from "../api.js";
import { ask } from "../ask.js";
import { byId, make, setOptions, showError } from "../dom.js";
import { words } from "../numbers.js";

const STATES = ["open", "halted", "auction", "pre_open", "post_only", "cancel_only", "closed"];
const VERBS = { halted: "Halt", open: "Resume", auction: "Start the auction" };

/** Lets the buttons [data-state] below #controls change the state of `symbolOf()`. */
export function stateControls(symbolOf, stateOf) {
  byId("controls").hidden = false;
  for (const button of byId("controls").querySelectorAll("button")) {
    button.addEventListener("click", () => changeState(symbolOf(), stateOf(), button.dataset.state));
  }
}

function changeState(symbol, now, wanted) {
  const state = make("select", { id: "ask-state" });
  setOptions(
    state,
    STATES.filter((one) => one !== now).map((one) => [one, words(one)]),
  );
  if (wanted) state.value = wanted;
  const seconds = make("input", {
    id: "ask-for",
    inputmode: "decimal",
    class: "number",
    "aria-describedby": "ask-for-note ask-for-error",
  });
  const fields = make(
    "div",
    {},
    wanted ? null : make("div", { class: "field" }, make("label", { for: "ask-state" }, "New state"), state),
    wanted === "open"
      ? null
      : make(
          "div",
          { class: "field" },
          make("label", { for: "ask-for" }, "For how many seconds"),
          seconds,
          make(
            "span",
            { class: "muted", id: "ask-for-note" },
            "Empty: until it is changed. A timed halt ends in an auction, an auction in open.",
          ),
          make("p", { class: "error", id: "ask-for-error", hidden: true }),
        ),
  );
  return ask({
    title: wanted ? `${VERBS[wanted]} ${symbol}?` : `Change the state of ${symbol}`,
    text: `It is ${words(now)} now.`,
    verb: VERBS[wanted] ?? "Change",
    body: fields,
    act: async (why) => {
      if (seconds.isConnected) showError(seconds, "");
      const for_s = seconds.value.trim() || undefined;
      return send("PUT", `/trading-states/${encodeURIComponent(symbol)}`, { state: wanted || state.value, for_s, why });
    },
  });
}
