// Verifying: one at a time, in a process of its own; whoever looks sees how far it is.

import { get, send } from "../api.js";
import { byId, setText, showState } from "../dom.js";
import { notice } from "../notices.js";
import { dateTime } from "../numbers.js";
import { poll } from "../poll.js";

const PERIOD_MS = 5_000;
const RUNNING_MS = 500;

export function startVerify(failed) {
  let timer = 0;
  const again = poll(async () => {
    const { verifications } = await get("/verifications");
    show(verifications[0]);
    clearTimeout(timer);
    if (verifications[0]?.state === "running") timer = setTimeout(again, RUNNING_MS);
  }, PERIOD_MS, failed);
  byId("verify").addEventListener("click", async () => {
    byId("verify").disabled = true;
    try {
      show(await send("POST", "/verifications"));
    } catch (problem) {
      notice(problem.detail, "bad");
    }
    again();
  });
}

function show(job) {
  const isRunning = job?.state === "running";
  byId("verify").disabled = isRunning;
  showState(byId("verify-state"), job ? "" : "Not verified since this process started.");
  byId("verify-progress").hidden = !isRunning;
  byId("verify-result").hidden = !job || isRunning;
  byId("verify-lines").hidden = !job?.lines.length;
  if (!job) return;
  showProgress("verify", job);
  const look = isRunning ? ["under way", ""] : job.state === "failed" ? ["could not be done", "bad"] : job.differs ? ["something differs", "bad"] : ["nothing differs", "good"];
  setText(byId("verify-badge"), look[0]);
  byId("verify-badge").className = `badge ${look[1]}`;
  setText(byId("verify-when"), job.ended ? `${dateTime(job.ended)}, asked by ${job.by}` : "");
  setText(byId("verify-lines"), job.lines.join("\n"));
}

/** The bar of a job: what it is at, and how far; without a value it only says that it is under way. */
export function showProgress(name, { percent, doing }) {
  setText(byId(`${name}-doing`), doing ? `${doing}${percent === null ? "" : `, ${percent} %`}` : "Under way…");
  if (percent === null) byId(`${name}-bar`).removeAttribute("value");
  else byId(`${name}-bar`).value = percent;
}
