// What is around every page: colours, who is signed in, and how the connection is.

import { byId, setText } from "./dom.js";
import { send } from "./api.js";
import { start, watchLink } from "./stream.js";

const root = document.documentElement;
const THEMES = { auto: "as the system", dark: "dark", light: "light" };
const SIGNS = { auto: "◐", dark: "☾", light: "☀" };
const YEAR_S = 31_536_000;

function showTheme() {
  const button = byId("theme");
  button.textContent = SIGNS[root.dataset.theme];
  button.setAttribute("aria-label", `Colours: ${THEMES[root.dataset.theme]}`);
  button.title = `Colours: ${THEMES[root.dataset.theme]}`;
}

byId("theme").addEventListener("click", () => {
  const names = Object.keys(THEMES);
  root.dataset.theme = names[(names.indexOf(root.dataset.theme) + 1) % names.length];
  document.cookie = `venue_theme=${root.dataset.theme}; path=/; max-age=${YEAR_S}; samesite=strict`;
  showTheme();
  dispatchEvent(new Event("theme")); // charts are drawn anew
});
showTheme();

const sign = byId("sign");
const signed = byId("who").dataset.signed;
if (signed && root.dataset.page !== "sign-in") {
  sign.textContent = signed === "in" ? "Sign out" : "Sign in";
  sign.hidden = false;
  sign.addEventListener("click", async () => {
    if (signed === "in") await send("DELETE", "/sign-in").catch(() => null); // a sign-in that has ended is none
    location.assign("/sign-in");
  });
}

const TEXTS = {
  connecting: "Connecting",
  live: "Live",
  stale: "Stale",
  lost: "Disconnected",
  paused: "Paused",
};

function showLink(state, since, detail) {
  setText(byId("link-text"), TEXTS[state]);
  const banner = byId("banner");
  const at = new Date(since).toISOString().slice(11, 19);
  const text = {
    lost: `No connection since ${at} UTC. Figures are hidden until it is back.`,
    stale: `Nothing new from the venue since ${at} UTC. Figures are hidden until there is.`,
  }[state];
  banner.hidden = !text;
  setText(banner, text ? `${text}${detail ? ` (${detail})` : ""}` : "");
}

if (root.dataset.page !== "sign-in") {
  watchLink(showLink);
  start();
} else byId("link-state").hidden = true;
