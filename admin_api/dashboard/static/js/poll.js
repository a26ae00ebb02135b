// What no stream tells is asked again and again: while somebody looks and the venue can be reached.

import { watchLink } from "./stream.js";

/**
 * Calls `load()` now, after `periodMs` again, and when the page is looked at again or the connection is back. Returns a
 * function that asks at once. What `load` throws is given to `failed`, whose figures are then no longer true.
 */
export function poll(load, periodMs, failed) {
  let timer = 0;
  let isAsking = false;
  let isWanted = false;

  async function now() {
    clearTimeout(timer);
    if (isAsking) return void (isWanted = true);
    isAsking = true;
    try {
      await load();
      failed("");
    } catch (problem) {
      if (!problem.detail) throw problem;
      failed(problem.detail);
    } finally {
      isAsking = false;
      timer = setTimeout(later, isWanted ? 50 : periodMs);
      isWanted = false;
    }
  }

  function later() {
    if (document.hidden) timer = setTimeout(later, periodMs);
    else now();
  }

  document.addEventListener("visibilitychange", () => document.hidden || now());
  let isFirst = true;
  watchLink((state) => {
    if (state === "live" && !isFirst) now();
    isFirst = false;
  });
  now();
  return now;
}
