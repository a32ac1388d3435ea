// How this phone speaks with the server. What comes and goes is described in docs/reference/sync.md.

import { language } from "../core/words.js";

const TIMEOUT_MS = 60_000;
const OLD_TOKEN = new Set(["", "NotOurs"]); // what a refusal of a token is called
let token = null;

/** The server was not reached at all. */
export class Unreachable extends Error {}

/** The server answered that it does not do this; the sentence is for whoever reads it. */
export class Refused extends Error {
  constructor(status, sentence, title, retryAfter) {
    super(sentence);
    Object.assign(this, { status, title, retryAfter });
  }
}

/** What the device signs: which device sends which command. */
export const signable = (device, id, sealed) => `${device}.${id}.${sealed}`;

async function reached(path, options) {
  try {
    return await fetch(path, {
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...options,
    });
  } catch {
    throw new Unreachable(path);
  }
}

async function refusal(answer) {
  const problem = await answer.json().catch(() => ({}));
  const retry = Number(answer.headers.get("Retry-After")) * 1000 || 0;
  return new Refused(answer.status, problem.detail || "", problem.title || "", retry);
}

async function freshToken() {
  const answer = await reached("/my/token/", { redirect: "manual" });
  if (answer.type === "opaqueredirect") throw new Refused(401, "", "NotSignedIn"); // to a page to sign in
  if (!answer.ok) throw await refusal(answer);
  const said = await answer.json();
  token = said.token;
  return said;
}

/** Whose session this is; throws Refused(401) when nobody is signed in. */
export const whoami = freshToken;

/** Send a request; a token that is no longer good is renewed once. */
export async function send(method, path, { body, headers = {}, redirect = "error" } = {}, again = true) {
  if (token === null) await freshToken();
  const answer = await reached(path, {
    method,
    body,
    redirect,
    headers: { "X-CSRFToken": token, "Accept-Language": language(), Accept: "application/json", ...headers },
  });
  if (answer.ok || answer.type === "opaqueredirect") return answer;
  const problem = await refusal(answer);
  if (answer.status === 403 && again && OLD_TOKEN.has(problem.title)) {
    token = null;
    return send(method, path, { body, headers, redirect }, false);
  }
  throw problem;
}

export const answerOf = (answer, header) => answer.headers.get(header);

const JSON_HEADERS = { "Content-Type": "application/json", Accept: "application/json" };

/** Post JSON and read JSON. */
export async function post(path, value) {
  const answer = await send("POST", path, { body: JSON.stringify(value), headers: JSON_HEADERS });
  return answer.status === 204 ? null : answer.json();
}

/** Post what is signed by this phone: it needs no session, so it also goes while signed out. */
export async function postSigned(path, value) {
  const headers = { ...JSON_HEADERS, "Accept-Language": language() };
  const answer = await reached(path, { method: "POST", body: JSON.stringify(value), headers });
  if (!answer.ok) throw await refusal(answer);
  return answer.json();
}

export const read = async (path) => (await send("GET", path)).json();
