// @ts-check
/**
 * Sends what the outbox holds, one request at a time. A request that got no answer, or one that tells to come again, is repeated
 * unchanged under the same operation id: however often it goes, it happens once. Below: the requests that lead from what the server
 * has to what is wanted, and the REST interface itself.
 *
 * @import { Outbox } from "./outbox.js"
 * @import { Entry } from "./types.js"
 */
import { content, equal } from "./commands.js";

/** @typedef {{method: string, path: string, body?: any, ifMatch?: number | null, ifNoneMatch?: boolean, operation?: string, asAnyone?: boolean}} Request `asAnyone`: whoever has the session */
/** @typedef {{status: number, body: any, retryAfter?: number}} Answer seconds in `retryAfter` */
/** One request of a flight, and the state that its entry has when it is done. @typedef {{id: string, path: string, wanted: any, request: Request}} Step */
/** One request on its way. @typedef {{steps: Step[], operation: string}} Flight */
/** How it goes. @typedef {{sending: boolean, offline: boolean, signedOut: boolean}} Flags */

/** @type {Record<string, string>} */
export const PATHS = { mention: "mentions", attribution: "attributions", stance: "stances", claim: "claims" };
const ANNOTATIONS = new Set(Object.values(PATHS));
const RECORDS = new Set(["entities", "issues", "propositions"]);

/** As many operations as one batch takes. */
export const MOST = 1000;

const LONGEST_PAUSE = 30_000; // milliseconds
// As long as an answer is waited for; longer with each that did not come, for a great batch on a slow line.
const PATIENCE = 20_000; // milliseconds

export class Sender {
  /** @type {Flight | null} */
  #flight = null;
  /** The request that is waited for. @type {AbortController | null} */
  #attempt = null;
  #signedOut = false;
  #attempts = 0;
  /** @type {any} */
  #timer = null;

  /** @param {Outbox} outbox @param {(request: Request, signal: AbortSignal) => Promise<Answer>} send @param {() => string} newId @param {(act: () => void, milliseconds: number) => any} later */
  constructor(outbox, send, newId, later) {
    this.outbox = outbox;
    this.send = send;
    this.newId = newId;
    this.later = later;
  }

  /** @returns {Flags} */
  get flags() {
    return { sending: this.#attempt !== null, offline: this.#attempts > 0, signedOut: this.#signedOut };
  }

  /** @param {string} id */
  isCarrying(id) {
    return this.#flight?.steps.some((step) => step.id === id) ?? false;
  }

  /** A request of an earlier page, whose answer nobody heard. @param {Flight | null} flight */
  resend(flight) {
    this.#flight ??= flight;
  }

  /** Try now, whatever was waited for: a request on a line that broke gets no answer any more. */
  resume() {
    this.#attempt?.abort();
    this.#attempt = null;
    this.#signedOut = false;
    this.#attempts = 0;
    clearTimeout(this.#timer);
    this.#timer = null;
  }

  pump() {
    if (this.#attempt || this.#timer || this.#signedOut) return;
    let kept = Promise.resolve();
    if (!this.#flight) {
      const steps = this.outbox.next();
      if (!steps.length) return;
      this.#flight = { steps, operation: this.newId() };
      // Under way is only what would be repeated after a crash.
      kept = this.outbox.note([], this.#flight);
    }
    this.#attempt = new AbortController();
    void this.#fly(this.#flight, kept, this.#attempt);
  }

  /** @param {Flight} flight @param {Promise<void>} kept @param {AbortController} attempt */
  async #fly(flight, kept, attempt) {
    await kept;
    const { signal } = attempt;
    if (signal.aborted) return;
    const silence = this.later(() => attempt.abort(), PATIENCE * 2 ** Math.min(this.#attempts, 4));
    /** @type {Promise<Answer>} */
    const unanswered = new Promise((resolve) => signal.addEventListener("abort", () => resolve({ status: 0, body: null })));
    const answer = await Promise.race([this.send(requestOf(flight.steps, flight.operation), signal), unanswered]);
    clearTimeout(silence);
    // It went again meanwhile, under the same operation id: the answer comes to that.
    if (this.#attempt !== attempt) return;
    this.#attempt = null;
    this.#answered(flight, answer);
    this.outbox.pump();
  }

  /** @param {Flight} flight @param {Answer} answer */
  #answered({ steps }, { status, body, retryAfter }) {
    if (status === 0 || status === 429 || status >= 500) return this.#pause(retryAfter);
    this.#attempts = 0;
    if (status === 401 || (status === 403 && /^CSRF/.test(body?.detail ?? ""))) {
      this.#signedOut = true;
      return;
    }
    this.#flight = null;
    const { outbox } = this;
    const alone = steps.length === 1;
    /** @type {Set<{id: string, path: string}>} */
    const touched = new Set(steps);
    if (status >= 200 && status < 300) steps.forEach((step, index) => outbox.stored(step, alone ? body : body.results[index].body));
    else {
      const failed = alone ? 0 : failedStep(body);
      if (failed === null) outbox.part(steps);
      else for (const other of outbox.refused(steps[failed], status, body)) touched.add(other);
    }
    outbox.note(touched, null);
    for (const { id } of steps) outbox.hearAgain(id);
  }

  /** Wait before the same request goes again: 1, 2, 4 … 30 s, each cut by up to a quarter so that many pages do not come at once. @param {number} [seconds] asked for by the server */
  #pause(seconds) {
    this.#attempts += 1;
    const pause = seconds ? seconds * 1000 : Math.min(LONGEST_PAUSE, 500 * 2 ** this.#attempts) * (1 - Math.random() / 4);
    this.#timer = this.later(() => {
      this.#timer = null;
      this.outbox.pump();
    }, pause);
  }
}

/** Whether entries of this path go along with what names them, and are no work of their own to count. @param {string} path */
export const isRecord = (path) => RECORDS.has(path);

/** Whether entries of this path stand on a text. @param {string} path */
export const isAnnotation = (path) => ANNOTATIONS.has(path);

/** The requests that take the server from `known` to what the entry wants. @param {Entry} entry @param {any} known undefined: the server never heard of it @returns {Step[]} */
export function stepsOf({ id, path, wanted, more }, known) {
  const row = `${path}/${id}/`;
  /** @param {Request} request */
  const step = (request) => [{ id, path, wanted, request }];
  const body = wanted && { ...content(wanted), ...more };
  if (!known) return wanted ? step({ method: "PUT", path: row, body, ifNoneMatch: true }) : [];
  if (!wanted) return known.deleted_at ? [] : step({ method: "DELETE", path: row, ifMatch: known.version });
  if (known.deleted_at) return step({ method: "POST", path: `${row}restore/`, ifMatch: known.version });
  if (equal(known, wanted)) return [];
  return step({ method: "PUT", path: row, body, ifMatch: known.version });
}

/** One request for one step, a batch for several. @param {Step[]} steps @param {string} operation @returns {Request} */
export function requestOf(steps, operation) {
  if (steps.length === 1) return { ...steps[0].request, operation };
  const operations = steps.map(({ request }) => ({
    method: request.method,
    path: `/${request.path}`,
    if_match: request.ifMatch ?? null,
    if_none_match: request.ifNoneMatch ?? null,
    body: request.body ?? null,
  }));
  return { method: "POST", path: "batch/", body: { operations }, operation };
}

/** Steps so that each finds what it names: records, attributions, what rests on them, comments; removed the other way round. @param {Step[]} steps */
export function inOrder(steps) {
  /** @param {Step} step */
  const rank = ({ path, request }) => {
    const named = isRecord(path) ? 0 : path === "attributions" ? 1 : isAnnotation(path) ? 2 : 3;
    return request.method === "DELETE" ? 7 - named : named;
  };
  return [...steps].sort((a, b) => rank(a) - rank(b));
}

/**
 * What has to go in one request with the first that wait: their commands, what is named by them and waits too, and what must let go of something
 * before that can be deleted.
 * @param {Entry[]} first
 * @param {Entry[]} waiting all that may go
 * @param {(id: string) => any} known
 */
export function together(first, waiting, known) {
  const byId = new Map(waiting.map((entry) => [entry.id, entry]));
  /** @type {Map<string, Entry[]>} */
  const byGroup = new Map();
  for (const entry of waiting) (byGroup.get(entry.group) ?? byGroup.set(entry.group, []).get(entry.group))?.push(entry);
  // What was refused along with others goes by itself.
  const chosen = new Set(first[0].alone ? first.slice(0, 1) : first.filter(({ alone }) => !alone));
  for (const entry of chosen) {
    if (entry.alone) continue;
    for (const other of byGroup.get(entry.group) ?? []) chosen.add(other);
    for (const value of Object.values(entry.wanted ?? {})) {
      const named = typeof value === "string" ? byId.get(value) : undefined;
      if (named) chosen.add(named);
    }
    if (entry.wanted || !(isRecord(entry.path) || entry.path === "attributions")) continue;
    for (const other of waiting) if (isAnnotation(other.path) && other !== entry && Object.values(known(other.id) ?? {}).includes(entry.id)) chosen.add(other);
  }
  return [...chosen];
}

/** Which operation of a batch was refused, from the problem document. @param {any} body @returns {number | null} */
export function failedStep(body) {
  if (Number.isInteger(body?.operation)) return body.operation;
  const field = body?.errors?.[0]?.field ?? "";
  const match = /^operations[.[](\d+)/.exec(field);
  return match ? Number(match[1]) : null;
}

/* The REST interface */

/** A random UUID (version 4); `crypto.randomUUID` is missing on plain http. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Requests with the page's session. An answer is a status and a body; 0 means that there was none. */
export class Api {
  /** @param {string} base "/api/v1/" @param {() => string} csrfToken @param {string} username whose page this is */
  constructor(base, csrfToken, username) {
    this.base = base;
    this.csrfToken = csrfToken;
    this.username = username;
  }

  /** @param {Request} request @param {AbortSignal} [signal] @returns {Promise<Answer>} */
  async send({ method, path, body, ifMatch, ifNoneMatch, operation, asAnyone }, signal) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json" };
    if (!asAnyone) headers["X-Signed-In-As"] = encodeURIComponent(this.username);
    if (method !== "GET") headers["X-CSRFToken"] = this.csrfToken();
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (ifMatch != null) headers["If-Match"] = `"${ifMatch}"`;
    if (ifNoneMatch) headers["If-None-Match"] = "*";
    if (operation) headers["Idempotency-Key"] = operation;
    try {
      const response = await fetch(this.base + path, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: "same-origin",
        redirect: "error",
        signal,
      });
      const text = await response.text();
      const retryAfter = Number(response.headers.get("Retry-After")) || undefined;
      return { status: response.status, body: parsed(text), retryAfter };
    } catch {
      return { status: 0, body: null };
    }
  }
}

/** @param {string} text @returns {any} null for what is not JSON, as a proxy's error page */
function parsed(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
