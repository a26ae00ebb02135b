// The snapshots there are, and taking one.

import { get, send } from "../api.js";
import { ask } from "../ask.js";
import { byId, keyed, make, setText, showState } from "../dom.js";
import { dateTime, grouped, short } from "../numbers.js";
import { poll } from "../poll.js";

const PERIOD_MS = 5_000;
const TAKING_MS = 300;

export function startSnapshots(failed) {
  const again = poll(async () => {
    const { snapshots } = await get("/snapshots");
    setText(byId("newest"), snapshots.length ? grouped(snapshots[0].snapshot_seq) : "none");
    setText(byId("newest-note"), snapshots.length ? `taken ${dateTime(snapshots[0].taken)}` : "the start replays the whole journal");
    showState(byId("snapshots-state"), snapshots.length ? "" : "There are none: the recorder takes them now and then, or you do.");
    keyed(byId("snapshots"), snapshots, (one) => `${one.snapshot_seq} ${one.taken}`, makeRow, () => {});
  }, PERIOD_MS, failed);

  byId("take").addEventListener("click", async () => {
    let job = null;
    const isAsked = await ask({
      title: "Take a snapshot now?", verb: "Take it", isDangerous: false,
      text: "A process of its own writes it; neither the venue nor this page waits. It replaces the oldest.",
      act: async (why) => (job = await send("POST", "/snapshots", { why })),
      done: () => "A snapshot is being taken",
    });
    if (!isAsked) return;
    setText(byId("take-note"), "A snapshot is being taken…");
    while (job.state === "running") {
      await new Promise((resolve) => setTimeout(resolve, TAKING_MS));
      job = await get(`/snapshots/jobs/${job.job_id}`).catch((problem) => ({ state: "failed", text: problem.detail }));
    }
    setText(byId("take-note"), job.text);
    byId("take-note").classList.toggle("bad", job.state === "failed");
    again();
  });
}

function makeRow(one) {
  const usable = make("span", { class: `badge ${one.refusal ? "bad" : "good"}`, title: one.refusal }, one.refusal ? "no" : "yes");
  return make(
    "tr", {}, make("th", { scope: "row", class: "number" }, grouped(one.snapshot_seq)), make("td", {}, dateTime(one.state_time)),
    make("td", { class: "wide" }, dateTime(one.taken)), make("td", { class: "number wide" }, `${short(Math.ceil(one.stored_bytes / 1024))} KiB`),
    make("td", { class: "number wide" }, String(one.engine_version)), make("td", {}, usable, one.refusal ? make("span", { class: "small-print" }, one.refusal) : null),
  );
}
