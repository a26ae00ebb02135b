// Accounts: who they are, and all there is of the one in the address.

import { get } from "../api.js";
import { byId, keyed, make, setOptions, setText, showState } from "../dom.js";
import { signed, words } from "../numbers.js";
import { showDetails } from "../parts/account_details.js";
import {
  cancelAll,
  editLossCap,
  editOpenOrders,
  editOrderLimits,
  releaseCaps,
  switchKill,
  transfer,
} from "../parts/account_controls.js";
import { lineChart } from "../charts/line.js";
import { poll } from "../poll.js";
import { subscribe } from "../stream.js";

const LIST_MS = 10_000;
const DETAILS_MS = 5_000;
const COURSE_MS = 15_000;
const SOON_MS = 300; // after an execution: several of them are one question

const isOperator = document.documentElement.dataset.role === "operator";
const name = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const path = `/accounts/${encodeURIComponent(name)}`;

let accounts = [];
let about = null;
let minutes = Number(localStorage.getItem("venue.minutes")) || 240;
let courses = [];
let currency = "";
let instruments = [];

const askList = poll(
  async () => {
    const found = [];
    let cursor = "";
    do {
      const page = await get("/accounts", { limit: 1000, cursor });
      found.push(...page.accounts);
      cursor = page.next;
    } while (cursor);
    accounts = found;
    showList();
    if (!name && accounts.length) location.replace(`/accounts/${encodeURIComponent(remembered())}`);
  },
  LIST_MS,
  (text) => text && showState(byId("accounts-state"), text),
);

function remembered() {
  const known = localStorage.getItem("venue.account");
  return accounts.some((one) => one.account === known) ? known : accounts[0].account;
}

byId("find").addEventListener("input", showList);

function showList() {
  const sought = byId("find").value.trim().toLowerCase();
  const found = accounts.filter((one) => `${one.account} ${one.firm}`.toLowerCase().includes(sought));
  setText(byId("count"), `${found.length} of ${accounts.length}`);
  showState(
    byId("accounts-state"),
    found.length ? "" : accounts.length ? "None is called so." : "There are no accounts.",
  );
  keyed(byId("accounts"), found, (one) => one.account, makeEntry, fillEntry);
}

function makeEntry({ account }) {
  const link = make(
    "a",
    { href: `/accounts/${encodeURIComponent(account)}`, "aria-current": account === name ? "page" : null },
    make("span", {}, account),
    make("span", { class: "muted" }),
  );
  return make("li", {}, link);
}

function fillEntry(entry, one) {
  const note = entry.firstElementChild.lastElementChild;
  setText(note, one.is_killed ? "killed" : one.firm);
  note.className = one.is_killed ? "badge bad" : "muted";
}

// -- the account in the address -----------------------------------------------------------------------------------

if (name) {
  byId("account").hidden = false;
  setText(byId("name"), name);
  document.title = `${name} · venue`;
  localStorage.setItem("venue.account", name);
  startAccount();
}

function startAccount() {
  const chart = lineChart(byId("pnl"), `Net P&L of ${name}`);
  const faults = { details: "", course: "", controls: "" };
  const showFault = (of, told) => {
    faults[of] = told;
    const text = faults.details || faults.course || faults.controls;
    byId("fault").textContent = text;
    byId("fault").hidden = !text;
    for (const panel of byId("account").querySelectorAll("[data-live]"))
      panel.classList.toggle("untrue", Boolean(text));
  };
  let isListening = false;
  const askDetails = poll(
    async () => {
      const [account, positions, balances, pnl, fees, limits, switches] = await Promise.all([
        get(path),
        get(`${path}/positions`),
        get(`${path}/balances`),
        get(`${path}/pnl`),
        get(`${path}/fees`),
        get(`${path}/limits`),
        isOperator ? get("/kill-switches") : { kill_switches: [] },
      ]);
      about = {
        account,
        positions: positions.positions,
        balances: balances.balances,
        pnl,
        fees: fees.fees,
        limits,
        switches: switches.kill_switches,
      };
      showHead();
      showDetails(name, about, isOperator, askSoon);
      if (!isListening) subscribe({ channel: "executions", account: name, every_ms: 250 }, askSoon);
      isListening = true; // to an account there is
    },
    DETAILS_MS,
    (text) => showFault("details", text),
  );
  const askCourse = poll(
    async () => {
      courses = (await get(`${path}/pnl/history`, { minutes })).currencies;
      showCourse(chart);
    },
    COURSE_MS,
    (text) => showFault("course", text),
  );

  let soon = 0;
  function askSoon() {
    clearTimeout(soon);
    soon = setTimeout(() => {
      askDetails();
      askCourse();
      askList();
    }, SOON_MS);
  }

  for (const button of byId("spans").children) {
    button.addEventListener("click", () => {
      minutes = Number(button.dataset.minutes);
      localStorage.setItem("venue.minutes", minutes);
      showSpan();
      askCourse();
    });
  }
  showSpan();
  if (isOperator) startControls(askSoon).catch((problem) => showFault("controls", problem.detail ?? String(problem)));
}

function showSpan() {
  for (const button of byId("spans").children)
    button.setAttribute("aria-pressed", String(Number(button.dataset.minutes) === minutes));
}

function showCourse(chart) {
  const names = courses.map((one) => one.currency);
  if (!names.includes(currency)) currency = names.includes("USD") ? "USD" : (names[0] ?? "");
  keyed(
    byId("currencies"),
    names,
    (one) => one,
    (one) => {
      const button = make("button", { type: "button" }, one);
      button.addEventListener("click", () => {
        currency = one;
        showCourse(chart);
      });
      return button;
    },
    (button, one) => button.setAttribute("aria-pressed", String(one === currency)),
  );
  byId("currencies").hidden = names.length < 2;
  chart.show(courses.find((one) => one.currency === currency)?.points ?? [], currency);
}

function showHead() {
  const { firm, settlement, is_killed: isKilled } = about.account;
  setText(byId("firm"), firm || "no firm");
  setText(byId("settlement"), words(settlement));
  byId("killed").hidden = !isKilled;
  const engaged = (scope, subject) => about.switches.some((one) => one.scope === scope && one.name === subject);
  setText(byId("kill"), engaged("account", name) ? "Release account…" : "Kill account…");
  setText(byId("kill-firm"), engaged("firm", firm) ? "Release firm…" : "Kill firm…");
  byId("kill").classList.toggle("danger", !engaged("account", name));
  byId("kill-firm").classList.toggle("danger", !engaged("firm", firm));
  byId("kill-firm").hidden = !firm;
}

async function startControls(changed) {
  for (const id of ["kill-controls", "limit-controls", "transfer-controls"]) byId(id).hidden = false;
  const then = async (asking) => {
    if (await asking) changed();
  };
  const engaged = (scope, subject) => about.switches.some((one) => one.scope === scope && one.name === subject);
  const on = (id, act) => byId(id).addEventListener("click", () => about && then(act()));
  on("kill", () => switchKill("account", name, engaged("account", name)));
  on("kill-firm", () => switchKill("firm", about.account.firm, engaged("firm", about.account.firm)));
  on("cancel-all", () => cancelAll(name, about.limits.open_orders));
  on("edit-open-orders", () => editOpenOrders(name, about.limits.open_orders_max));
  on("add-limits", () =>
    editOrderLimits(
      name,
      null,
      instruments.map((one) => one.symbol),
    ),
  );
  on("add-cap", () => editLossCap(name, null, [...new Set(instruments.map((one) => one.quote))]));
  on("release-caps", () => releaseCaps(name));
  on("deposit", () => transfer(name, "deposits", currenciesOf(instruments)));
  on("withdraw", () => transfer(name, "withdrawals", currenciesOf(instruments)));
  instruments = (await get("/instruments")).instruments;
}

function currenciesOf(listed) {
  return [...new Set(listed.flatMap((one) => [one.quote, one.base]))];
}
