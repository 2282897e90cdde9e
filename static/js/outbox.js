// @ts-check
/**
 * What the server does not have yet. Each annotation or record has at most one entry: the state that is wanted. Steps that were not
 * sent yet are thereby one; entries go in the order in which they came, one request at a time, a command's entries together.
 * A request that got no answer is repeated unchanged, under the same operation id, so that it happens once.
 *
 * @import { Annotation, Problem } from "./types.js"
 * @import { Answer, Request } from "./api.js"
 */
import { content, equal } from "./commands.js";
import { merge } from "./merge.js";

/** @type {Record<string, string>} */
export const PATHS = { mention: "mentions", attribution: "attributions", stance: "stances", claim: "claims" };

/**
 * @typedef {object} Entry
 * @property {string} id
 * @property {string} path "stances"
 * @property {any} wanted the state to reach; null: deleted
 * @property {string} group entries of one command go in one request
 * @property {Problem | null} problem why the server refused it; it waits for the editor
 */

/** @typedef {{entries: Entry[], steps: {entry: Entry, wanted: any, request: Request}[], operation: string}} Flight one request on its way, and what each part of it wants */
/** @typedef {{id: string, mine: Annotation | null, theirs: Annotation | null, fields: string[]}} Conflict */
/** @typedef {{waiting: number, sending: boolean, offline: boolean, signedOut: boolean, refused: number, conflicts: number}} Status */

const LONGEST_PAUSE = 30_000;

export class Outbox {
  /** @type {Map<string, Entry>} */
  entries = new Map();
  /** @type {Map<string, Conflict>} */
  conflicts = new Map();
  /** What the server last said of each id. @type {Map<string, any>} */
  #known = new Map();
  /** @type {Flight | null} */
  #flight = null;
  #sending = false;
  #signedOut = false;
  #attempts = 0;
  /** @type {any} */
  #timer = null;

  /**
   * @param {object} rim
   * @param {(request: Request) => Promise<Answer>} rim.send
   * @param {() => string} rim.newId
   * @param {(state: any, id: string, path: string) => void} rim.settle the screen is to show `state` (null: deleted), as the server has it or as it was merged
   * @param {() => void} rim.tell the status may have changed
   * @param {(id: string) => void} rim.trouble an id was refused, or two versions of it wait for the editor
   * @param {(state: any) => any} [rim.body] what a PUT carries for a state, where it is more than the state
   * @param {(act: () => void, milliseconds: number) => any} [rim.later]
   */
  constructor({ send, newId, settle, tell, trouble, body = (state) => state, later = (act, milliseconds) => setTimeout(act, milliseconds) }) {
    this.send = send;
    this.newId = newId;
    this.settle = settle;
    this.tell = tell;
    this.trouble = trouble;
    this.body = body;
    this.later = later;
  }

  /** The server has this. @param {any} state */
  know(state) {
    this.#known.set(state.id, state);
  }

  /** What the server last said of an id; undefined where it never heard of it. @param {string} id */
  known(id) {
    return this.#known.get(id);
  }

  /** @returns {Status} */
  get status() {
    const refused = [...this.entries.values()].filter(({ problem }) => problem).length;
    return {
      waiting: this.entries.size - refused,
      sending: this.#sending,
      offline: this.#attempts > 0,
      signedOut: this.#signedOut,
      refused,
      conflicts: this.conflicts.size,
    };
  }

  /**
   * Have these states reached, together.
   * @param {{path: string, id: string, wanted: any}[]} steps `path`: "stances", "entities"; `wanted` null: deleted
   */
  put(steps) {
    const group = this.newId();
    for (const { path, id, wanted } of steps) {
      const entry = this.entries.get(id);
      // What waits together with a state that is now part of this goes along too.
      for (const other of entry ? this.entries.values() : []) if (other.group === entry?.group) other.group = group;
      if (entry) Object.assign(entry, { wanted, group, problem: null });
      else this.entries.set(id, { id, path, wanted, group, problem: null });
      this.conflicts.delete(id);
    }
    this.pump();
  }

  /** Try now: the network is back, or the editor signed in again. */
  resume() {
    this.#signedOut = false;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.pump();
  }

  /** Give up what the server refused; the screen goes back to what it has. @param {string} id */
  discard(id) {
    const entry = this.entries.get(id);
    if (!entry) return;
    this.entries.delete(id);
    this.#settled(entry);
    this.tell();
  }

  /** The editor has answered a conflict. @param {string} id */
  forget(id) {
    this.conflicts.delete(id);
    this.tell();
  }

  /** A colleague's change, from the event stream. @param {any} state @param {string} path */
  receive(state, path) {
    const known = this.#known.get(state.id);
    if (known && known.version >= state.version) return;
    const entry = this.entries.get(state.id);
    if (!entry) {
      this.#known.set(state.id, state);
      this.settle(state.deleted_at ? null : state, state.id, path);
    } else if (!this.#sending) this.#merge(entry, state);
  }

  pump() {
    if (!this.#sending && !this.#timer && !this.#signedOut) this.#sendNext();
    this.tell();
  }

  #sendNext() {
    this.#flight ??= this.#next();
    if (!this.#flight) return;
    const flight = this.#flight;
    this.#sending = true;
    this.send(this.#request(flight)).then((answer) => {
      this.#sending = false;
      this.#answered(flight, answer);
      this.pump();
    });
  }

  /** @returns {Flight | null} the entries that go next, without those that have become what the server has */
  #next() {
    for (;;) {
      const first = [...this.entries.values()].find(({ problem }) => !problem);
      if (!first) return null;
      const entries = [...this.entries.values()].filter(({ group, problem }) => group === first.group && !problem);
      const steps = entries.flatMap((entry) => this.#steps(entry));
      if (steps.length) return { entries, steps: inOrder(steps), operation: this.newId() };
      for (const entry of entries) {
        this.entries.delete(entry.id);
        this.#settled(entry);
      }
    }
  }

  /** The requests that take the server from what it has to what is wanted. @param {Entry} entry */
  #steps(entry) {
    const { id, path, wanted } = entry;
    const known = this.#known.get(id);
    const row = `${path}/${id}/`;
    /** @param {Request} request */
    const step = (request) => ({ entry, wanted, request });
    if (!known) return wanted ? [step({ method: "PUT", path: row, body: this.body(content(wanted)), ifNoneMatch: true })] : [];
    if (!wanted) return known.deleted_at ? [] : [step({ method: "DELETE", path: row, ifMatch: known.version })];
    if (known.deleted_at) return [step({ method: "POST", path: `${row}restore/`, ifMatch: known.version })];
    if (equal(known, wanted)) return [];
    return [step({ method: "PUT", path: row, body: this.body(content(wanted)), ifMatch: known.version })];
  }

  /** @param {Flight} flight @returns {Request} */
  #request({ steps, operation }) {
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

  /** @param {Flight} flight @param {Answer} answer */
  #answered(flight, answer) {
    const { status, body } = answer;
    if (status === 0 || status === 429 || status >= 500) {
      this.#pause(answer.retryAfter);
      return;
    }
    this.#attempts = 0;
    if (status === 401 || (status === 403 && body?.code === "not_authenticated")) {
      this.#signedOut = true;
      return;
    }
    this.#flight = null;
    const alone = flight.steps.length === 1;
    const done = status >= 200 && status < 300;
    flight.steps.forEach(({ entry, wanted, request }, index) => {
      if (done) this.#stored(entry, wanted, request, alone ? body : body.results[index].body);
    });
    if (done) return;
    const failed = alone ? 0 : failedStep(body);
    if (failed === null) {
      // The whole batch was refused without a word on which of it: each for itself then, so that each gets its own answer.
      for (const { entry } of flight.steps) entry.group = entry.id;
      return;
    }
    const { entry } = flight.steps[failed];
    const current = body?.current ?? null;
    if ((status === 412 || status === 410) && (current || status === 410)) this.#merge(entry, current);
    else entry.problem = { title: "", detail: "", ...body, status };
    this.trouble(entry.id);
  }

  /** @param {Entry} entry @param {any} wanted @param {Request} request @param {any} state */
  #stored(entry, wanted, request, state) {
    const now = state ?? { ...this.#known.get(entry.id), deleted_at: new Date().toISOString() };
    if (request.method === "DELETE") now.deleted_at ??= new Date().toISOString();
    this.#known.set(entry.id, now);
    const reached = request.method === "DELETE" ? !entry.wanted : entry.wanted && request.method === "PUT" && equal(entry.wanted, wanted);
    if (!reached) return;
    this.entries.delete(entry.id);
    this.#settled(entry);
  }

  /** @param {Entry} entry */
  #settled({ id, path }) {
    const known = this.#known.get(id);
    this.settle(!known || known.deleted_at ? null : known, id, path);
  }

  /** The server has another state than this entry was made on. @param {Entry} entry @param {any} theirs null: deleted */
  #merge(entry, theirs) {
    const base = this.#known.get(entry.id);
    const gone = !theirs || theirs.deleted_at;
    this.#known.set(entry.id, theirs ?? { ...base, deleted_at: new Date().toISOString() });
    if (!gone && base && !base.deleted_at && entry.wanted) {
      const { merged, fields } = merge(base, entry.wanted, theirs);
      if (fields.length) this.conflicts.set(entry.id, { id: entry.id, mine: entry.wanted, theirs, fields });
      entry.wanted = merged;
      entry.group = entry.id;
      this.settle(merged, entry.id, entry.path);
      return;
    }
    if (gone && !entry.wanted) return;
    this.conflicts.set(entry.id, { id: entry.id, mine: entry.wanted, theirs: gone ? null : theirs, fields: [] });
    this.entries.delete(entry.id);
    // What a colleague deleted stays on the screen as mine, until the editor has decided.
    if (!gone) this.#settled(entry);
  }

  /** Wait before the same request goes again: 1, 2, 4 … 30 s, each cut by up to a quarter so that many pages do not come at once. @param {number} [seconds] asked for by the server */
  #pause(seconds) {
    this.#attempts += 1;
    const pause = seconds ? seconds * 1000 : Math.min(LONGEST_PAUSE, 500 * 2 ** this.#attempts) * (1 - Math.random() / 4);
    this.#timer = this.later(() => {
      this.#timer = null;
      this.pump();
    }, pause);
  }
}

/** Attributions come before what rests on them, and go after it. @param {Flight["steps"]} steps */
function inOrder(steps) {
  /** @param {Flight["steps"][number]} step */
  const rank = ({ entry, request }) => {
    const attribution = entry.path === "attributions";
    return request.method === "DELETE" ? (attribution ? 4 : 3) : attribution ? 1 : entry.path in { mentions: 1, stances: 1, claims: 1 } ? 2 : 0;
  };
  return [...steps].sort((a, b) => rank(a) - rank(b));
}

/** Which operation of a batch was refused, from the problem document. @param {any} body @returns {number | null} */
function failedStep(body) {
  if (Number.isInteger(body?.operation)) return body.operation;
  const field = body?.errors?.[0]?.field ?? "";
  const match = /^operations[.[](\d+)/.exec(field);
  return match ? Number(match[1]) : null;
}
