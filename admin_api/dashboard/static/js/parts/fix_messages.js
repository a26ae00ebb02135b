// FIX messages decoded field by field: a line for each, which opens to all its fields.

import { keyed, make } from "../dom.js";
import { clock } from "../numbers.js";

const GIST = [150, 39, 54, 55, 38, 44, 32, 31, 41, 434, 102, 103, 380, 371, 372, 373, 7, 16, 36, 108, 58]; // told in the line
const WITH_NAME = new Set([41, 371, 7, 16, 36, 108, 380, 373, 102, 103]);
const SOURCES = { store: "as it was sent", memory: "as it came", journal: "as it stands in the journal: values are words" };

/** Shows the messages in a list; those that are open stay open. */
export function showMessages(list, messages) {
  const seen = new Map();
  const keyOf = (message) => message.key;
  const keyedOnes = messages.map((message) => {
    const key = `${message.direction} ${message.session} ${message.msg_seq_num} ${message.journal_seq} ${message.time}`;
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return { ...message, key: `${key} ${count}` };
  });
  keyed(list, keyedOnes, keyOf, makeMessage, () => {});
}

export function openAll(list, isOpen) {
  for (const one of list.querySelectorAll("details")) one.open = isOpen;
}

function makeMessage(message) {
  const isIn = message.direction === "in";
  const ids = [
    `${isIn ? "from" : "to"} ${message.session}`,
    message.msg_seq_num === null ? "" : `MsgSeqNum ${message.msg_seq_num}`,
    message.journal_seq === null ? "" : `journal_seq ${message.journal_seq}`,
  ];
  const summary = make(
    "summary", {},
    make("span", { class: "when", title: message.time }, clock(message.time)),
    make("span", { class: `badge way ${isIn ? "" : "good"}` }, isIn ? "received" : "sent"),
    make("b", {}, message.name),
    make("span", { class: "gist" }, gist(message.fields)),
    make("span", { class: "ids" }, ids.filter(Boolean).join(", ")),
  );
  const details = make("details", { "data-type": message.msg_type, "data-direction": message.direction }, summary);
  details.addEventListener("toggle", () => {
    if (details.open && !details.querySelector("table")) details.append(fieldsOf(message));
  });
  return make("li", {}, details);
}

function gist(fields) {
  const told = [];
  for (const tag of GIST) {
    const field = fields.find((one) => one.tag === tag);
    if (field) told.push(`${WITH_NAME.has(tag) ? `${field.name} ` : ""}${field.meaning || field.value}`);
  }
  return [...new Set(told)].join(" · ");
}

function fieldsOf(message) {
  const rows = message.fields.map((field) => make(
    "tr", { class: field.part === "body" ? null : "outer" },
    make("td", { class: "tag" }, String(field.tag)),
    make("th", { scope: "row" }, field.name || "not in the dictionary"),
    make("td", { class: "value" }, field.value, field.meaning ? make("span", { class: "small-print narrow-only" }, field.meaning) : null),
    make("td", { class: "wide" }, field.meaning),
  ));
  const head = ["Tag", "Field", "Value", "Meaning"].map((name, place) => make("th", { scope: "col", class: ["tag", null, null, "wide"][place] }, name));
  return make(
    "div", { class: "scroll" },
    make("table", { class: "fix-fields" },
      make("caption", { class: "out-of-sight" }, `${message.name} ${wayOf(message)} session ${message.session}, ${SOURCES[message.source]}`),
      make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows)),
    make("p", { class: "note-line fix-source" }, `${wayOf(message) === "from" ? "From" : "To"} session ${message.session}, ${SOURCES[message.source]}.`),
  );
}

function wayOf(message) {
  return message.direction === "in" ? "from" : "to";
}
