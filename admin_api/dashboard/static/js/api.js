// The REST API, asked by the page. What is refused is thrown as a Problem (RFC 9457), with the venue's own reason.

const BASE = "/api/v3";

export class Problem extends Error {
  /** `errors`: of fields, as {field, value, remedy}. */
  constructor({ status, reason, title, detail, errors = [] }) {
    super(detail);
    Object.assign(this, { status, reason, title, detail, errors });
  }
}

export function get(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const search = new URLSearchParams(given).toString();
  return send("GET", search ? `${path}?${search}` : path);
}

/** Answers with the body of the answer; throws a Problem when it was refused or could not be asked. */
export async function send(method, path, body, headers = {}) {
  const init = { method, headers: { Accept: "application/json", ...headers } };
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers["Content-Type"] = "application/json";
  }
  let answer;
  try {
    answer = await fetch(BASE + path, init);
  } catch {
    throw new Problem({
      status: 0,
      reason: "unreachable",
      title: "no connection",
      detail: UNREACHABLE[method === "GET" ? 0 : 1],
    });
  }
  if (answer.status === 204) return null;
  const told = await answer.json().catch(() => null);
  if (answer.ok) return told;
  if (answer.status === 401 && document.documentElement.dataset.page !== "sign-in") {
    location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`); // whoever it was is signed out
  }
  throw new Problem(
    told ?? { status: answer.status, reason: "internal", title: "", detail: `the answer was ${answer.status}` },
  );
}

const UNREACHABLE = [
  "The venue cannot be reached.",
  "The venue cannot be reached: whether it was done is not known. Look before you try again.",
];

/** A key for the header Idempotency-Key: the same request sent twice is done once. */
export function newKey() {
  return `page-${crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint32Array(4))).join("-")}`;
}
