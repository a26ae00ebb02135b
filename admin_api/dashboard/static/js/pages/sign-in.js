// Exchanges an API key for the cookie of a sign-in.

import { byId, showError } from "../dom.js";
import { send } from "../api.js";

const root = document.documentElement;

byId("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const input = byId("key");
  const key = input.value.trim();
  if (!key) return showError(input, "Enter an API key.");
  try {
    await send("POST", "/sign-in", undefined, { Authorization: `Bearer ${key}` });
    location.replace(placeToGo());
  } catch (problem) {
    showError(input, problem.detail);
    input.focus();
  }
});

/** Only a place of this site: who made the link is not known. */
function placeToGo() {
  const next = new URL(new URLSearchParams(location.search).get("next") ?? "/", location.origin);
  return next.origin === location.origin ? next.pathname : "/";
}

if (root.dataset.anonymous !== "none") {
  byId("anonymous-role").textContent = root.dataset.anonymous;
  byId("without-key").hidden = false;
}
byId("key").focus();
