// Whoever is about to change something is asked, and says why: the reason is journaled and stands in the audit.

import { make, showError } from "./dom.js";
import { notice } from "./notices.js";

const REMEMBERED = "venue.whys"; // the last reasons of this tab, offered again
const REMEMBERED_MAX = 5;

/**
 * A dialog with the question and a field for the reason. `act(why)` does it; what the venue refuses is said in the
 * dialog, which stays open. `body` is an element put above the reason. Returns whether it was done.
 *
 *   ask({ title, text, verb: "Halt", isDangerous: true, act: (why) => send("PUT", …, { why }) })
 */
export function ask({ title, text = "", verb, isDangerous = true, needsWhy = true, body = null, act, done }) {
  return new Promise((resolve) => {
    const why = make("input", {
      id: "ask-why",
      name: "why",
      maxlength: "200",
      autocomplete: "off",
      required: true,
      "aria-describedby": "ask-why-error",
      list: "ask-whys",
    });
    const error = make("p", { class: "error", id: "ask-error", role: "alert", hidden: true });
    const go = make("button", { type: "submit", class: isDangerous ? "danger" : "primary" }, verb);
    const cancel = make("button", { type: "button" }, "Cancel");
    const form = make(
      "form",
      { novalidate: true },
      make("h2", { id: "ask-title" }, title),
      text ? make("p", {}, text) : null,
      body,
      needsWhy
        ? make(
            "div",
            { class: "field" },
            make("label", { for: "ask-why" }, "Reason, for the audit"),
            why,
            make("datalist", { id: "ask-whys" }, ...remembered().map((value) => make("option", { value }))),
            make("p", { class: "error", id: "ask-why-error", hidden: true }),
          )
        : null,
      error,
      make("div", { class: "buttons" }, cancel, go),
    );
    const dialog = make("dialog", { "aria-labelledby": "ask-title", class: "ask" }, form);
    let result = false;

    cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(result);
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (needsWhy && !why.value.trim()) {
        showError(why, "Say why: it is kept in the audit.");
        return why.focus();
      }
      error.hidden = true;
      go.disabled = true;
      try {
        const told = await act(why.value.trim());
        if (needsWhy) remember(why.value.trim());
        result = true;
        notice(done ? done(told) : (told?.done?.join("; ") ?? `${title}: done`));
        dialog.close();
      } catch (problem) {
        if (!problem.detail) throw problem;
        error.textContent = problem.detail;
        error.hidden = false;
      } finally {
        go.disabled = false;
      }
    });
    document.body.append(dialog);
    dialog.showModal();
    (dialog.querySelector("input, select") ?? go).focus();
  });
}

function remembered() {
  return JSON.parse(sessionStorage.getItem(REMEMBERED) ?? "[]");
}

function remember(why) {
  const whys = [why, ...remembered().filter((one) => one !== why)].slice(0, REMEMBERED_MAX);
  sessionStorage.setItem(REMEMBERED, JSON.stringify(whys));
}
