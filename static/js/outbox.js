// @ts-check
/**
 * What the server does not have yet. Each annotation or record has at most one entry: the state that is wanted, and the server's state
 * that it was made on. Steps that were not sent yet are thereby one; entries go in the order in which they came, a command's
 * entries together (sender.js). What changes here is handed to `keep`, for the next visit and the other pages of the same editor (desk.js).
 *
 * @import { Conflict, Delta, Entry, OutboxStatus } from "./types.js"
 * @import { Answer, Request } from "./api.js"
 * @import { Flags, Flight, Step } from "./sender.js"
 */
import { equal, meet, merge, same } from "./commands.js";
import { MOST, Sender, inOrder, isAnnotation, isRecord, stepsOf, together } from "./sender.js";

// What has piled up goes in a few requests: so many entries at a time, and what goes along with them.
const AT_ONCE = 50;

export class Outbox {
  /** @type {Map<string, Entry>} */
  entries = new Map();
  /** @type {Map<string, Conflict>} */
  conflicts = new Map();
  /** What the server last said of each id. @type {Map<string, any>} */
  #known = new Map();
  /** What it said of ids while their entries were on their way. @type {Map<string, {state: any, path: string}>} */
  #heard = new Map();
  /** Stamps of entries that are no more, until that is kept. @type {Map<string, string>} */
  #gone = new Map();
  #latest = 0;
  /** @type {Sender} */
  #sender;
  /** Of the page that sends, where that is another. @type {Flags | null} */
  #elsewhere = null;

  /**
   * @param {object} rim
   * @param {(request: Request) => Promise<Answer>} rim.send
   * @param {() => string} rim.newId
   * @param {(state: any, id: string, path: string) => void} rim.settle the screen is to show `state` (null: nothing), as the server has it or as it was merged
   * @param {() => void} rim.tell the status may have changed
   * @param {(id: string) => void} rim.trouble an id was refused, or two versions of it wait for the editor
   * @param {string} [rim.me] the editor's username
   * @param {number} [rim.revision] number of the article's current text, on which annotations are made
   * @param {() => void} [rim.behind] entries were made on a former text
   * @param {(mine: any, theirs: any) => void} [rim.adopt] the server has stored `mine` in the form of `theirs`
   * @param {(state: any) => any} [rim.more] what a PUT carries beside a state
   * @param {(deltas: Delta[], flight?: Flight | null) => Promise<void>} [rim.keep] fulfilled when it cannot be lost any more; `flight` where that changed
   * @param {(act: () => void, milliseconds: number) => any} [rim.later]
   */
  constructor({ send, newId, settle, tell, trouble, me = "", revision = 0, behind = () => {}, adopt = () => {}, more = () => ({}), keep = async () => {}, later = (act, milliseconds) => setTimeout(act, milliseconds) }) {
    this.#sender = new Sender(this, send, newId, later);
    this.newId = newId;
    this.settle = settle;
    this.tell = tell;
    this.trouble = trouble;
    this.me = me;
    this.revision = revision;
    this.behind = behind;
    this.adopt = adopt;
    this.more = more;
    this.keep = keep;
  }

  /** The server has this. @param {any} state */
  know(state) {
    this.#known.set(state.id, state);
  }

  /** The server has this no more for this reader: a layer was closed. @param {string} id @param {string} path */
  withdraw(id, path) {
    if (this.entries.has(id)) return;
    this.#known.delete(id);
    this.settle(null, id, path);
  }

  /** What the server last said of an id; undefined where it never heard of it. @param {string} id */
  known(id) {
    return this.#known.get(id);
  }

  /** What the screen is to show of an id. @param {string} id @returns {any} null: nothing */
  shown(id) {
    const entry = this.entries.get(id);
    if (entry) return entry.wanted;
    const conflict = this.conflicts.get(id);
    // What a colleague deleted stays as mine, until the editor has decided.
    if (conflict && !conflict.theirs && !conflict.unplaced) return conflict.mine;
    const known = this.#known.get(id);
    return known && !known.deleted_at ? known : null;
  }

  /** @returns {Flags} */
  get flags() {
    return this.#elsewhere ?? this.#sender.flags;
  }

  /** `waiting` and `refused` count annotations and comments; records that go along with them are no number of their own. @returns {OutboxStatus} */
  get status() {
    const count = (/** @type {Entry[]} */ entries) => entries.filter(({ path }) => !isRecord(path)).length || entries.length;
    const all = [...this.entries.values()];
    return { ...this.flags, waiting: count(all.filter(({ problem }) => !problem)), refused: count(all.filter(({ problem }) => problem)), conflicts: this.conflicts.size };
  }

  /** Entries that cannot go as they are: they name places of a former text. */
  get outdated() {
    return [...this.entries.values()].filter((entry) => this.#isBehind(entry));
  }

  /** @param {Entry} entry */
  #isBehind({ path, wanted }) {
    return isAnnotation(path) && wanted && this.revision > 0 && wanted.revision !== this.revision;
  }

  /**
   * Have these states reached, together.
   * @param {{path: string, id: string, wanted: any, base?: any}[]} steps `path`: "stances", "entities"; `wanted` null: deleted; `base`: what the editor changed, where that matters
   */
  put(steps) {
    const group = this.newId();
    for (const step of steps) this.#want(step, group);
    this.note(steps);
    this.#lookBehind();
    this.pump();
  }

  /** @param {{path: string, id: string, wanted: any, base?: any}} step @param {string} group */
  #want({ path, id, wanted, base }, group) {
    const entry = this.entries.get(id);
    const now = this.shown(id);
    this.conflicts.delete(id);
    // A colleague's change came while the editor made this one.
    if (base && wanted && !equal(base, now)) {
      if (!now) return this.#setAside(path, id, wanted, null, []);
      const { merged, fields } = merge(base, wanted, now);
      if (fields.length) this.#setAside(path, id, wanted, now, fields);
      wanted = merged;
      this.settle(merged, id, path);
    }
    const changes = { wanted, more: wanted && this.more(wanted), group, alone: false, problem: null, stamp: this.#stamp() };
    // What waits together with a state that is now part of this goes along too.
    for (const other of entry ? this.entries.values() : []) if (other.group === entry?.group) other.group = group;
    if (entry) Object.assign(entry, changes);
    else this.entries.set(id, { id, path, base: this.#known.get(id) ?? null, order: 1 + Math.max(0, ...[...this.entries.values()].map(({ order }) => order)), ...changes });
    // What it names may have been refused before: it is tried again along with it.
    for (const value of Object.values(wanted ?? {})) {
      const named = typeof value === "string" ? this.entries.get(value) : undefined;
      if (named) named.problem = null;
    }
  }

  #stamp() {
    this.#latest = Math.max(Date.now(), this.#latest + 1);
    return `${String(this.#latest).padStart(15, "0")} ${this.newId()}`;
  }

  /** Keep what became of these, for good and for the editor's other pages. @param {Iterable<{id: string, path: string}>} touched @param {Flight | null} [flight] */
  note(touched, flight) {
    const deltas = [...touched].map(({ id, path }) => this.#delta(id, path));
    this.#gone.clear();
    return this.keep(deltas, flight);
  }

  /** @param {string} id @param {string} path @returns {Delta} */
  #delta(id, path) {
    return { id, path, entry: this.entries.get(id) ?? null, settled: this.#gone.get(id) ?? "", conflict: this.conflicts.get(id) ?? null, known: this.#known.get(id) };
  }

  /** Give up what the server refused, and the records that only it named; the screen goes back to what there is. @param {string} id */
  discard(id) {
    const entry = this.entries.get(id);
    if (!entry) return;
    const left = [...this.entries.values()].filter((other) => other !== entry).flatMap(({ wanted }) => Object.values(wanted ?? {}));
    const dropped = [entry, ...[...this.entries.values()].filter((other) => other.problem && isRecord(other.path) && Object.values(entry.wanted ?? {}).includes(other.id) && !left.includes(other.id))];
    dropped.forEach((one) => this.#drop(one));
    this.note(dropped);
    this.tell();
  }

  /** The editor has answered a conflict. @param {string} id */
  forget(id) {
    const conflict = this.conflicts.get(id);
    if (!conflict) return;
    this.conflicts.delete(id);
    this.note([conflict]);
    this.tell();
  }

  /** A colleague's change, from the event stream. @param {any} state @param {string} path */
  receive(state, path) {
    const { id } = state;
    const known = this.#known.get(id);
    if (known && known.version >= state.version) return;
    if (isAnnotation(path) && state.revision > this.revision) this.supersede(state.revision);
    const entry = this.entries.get(id);
    if (entry && (this.#elsewhere || this.#sender.isCarrying(id))) {
      // An echo of what is on its way is not told from a colleague's change before the answer is there.
      this.#heard.set(id, { state, path });
      return;
    }
    if (entry) {
      this.#meet(entry, state);
      this.note([entry]);
      this.pump();
    } else {
      this.#known.set(id, state);
      this.settle(this.shown(id), id, path);
    }
  }

  /** The article has another text: what was made on the former one waits until it is carried over. @param {number} revision */
  supersede(revision) {
    this.revision = revision;
    this.#lookBehind();
    this.tell();
  }

  /**
   * Go on with what an earlier page of the same editor left, or the page that sent so far.
   * @param {{entries: Entry[], conflicts: Conflict[], bin: any[], flight: Flight | null}} kept
   */
  restore({ entries, conflicts, bin, flight }) {
    for (const state of bin) if (!this.#known.has(state.id)) this.#known.set(state.id, state);
    this.#sender.resend(flight);
    for (const conflict of conflicts) if (!this.entries.has(conflict.id)) this.conflicts.set(conflict.id, conflict);
    for (const entry of entries.sort((a, b) => a.order - b.order)) {
      const { id, path, base, stamp } = entry;
      const standing = this.entries.get(id);
      if (standing && standing.stamp >= stamp) continue;
      this.entries.set(id, entry);
      const here = this.#known.get(id);
      if (base) this.#known.set(id, base);
      else this.#known.delete(id);
      if (here && here.version > (base?.version ?? 0)) this.receive(here, path);
      this.settle(this.shown(id), id, path);
    }
    for (const { id, path } of conflicts) this.settle(this.shown(id), id, path);
    this.tell();
  }

  /** What another page of the same editor did. @param {Delta[]} deltas */
  absorb(deltas) {
    for (const { id, path, entry, settled, conflict, known } of deltas) {
      const standing = this.entries.get(id);
      if (known && !(this.#known.get(id)?.version > known.version)) this.#known.set(id, known);
      if (entry && !(standing && standing.stamp >= entry.stamp)) {
        this.entries.set(id, entry);
        this.#latest = Math.max(this.#latest, Number.parseInt(entry.stamp, 10));
        const newer = this.#known.get(id);
        if (!this.#elsewhere && !this.#sender.isCarrying(id) && newer && newer.version > (entry.base?.version ?? 0)) this.#meet(entry, newer);
      } else if (standing && standing.stamp <= settled) this.entries.delete(id);
      if (conflict) this.conflicts.set(id, conflict);
      else this.conflicts.delete(id);
      this.hearAgain(id);
      this.settle(this.shown(id), id, path);
      this.trouble(id);
    }
    this.#lookBehind();
    this.pump();
  }

  /** Have the page that sends carry over what was made on a former text. */
  #lookBehind() {
    if (!this.#elsewhere && this.outdated.length) this.behind();
  }

  /** Another page of the same editor sends, and it goes so; null: this page sends. @param {Flags | null} flags */
  follow(flags) {
    this.#elsewhere = flags;
    if (!flags) {
      for (const id of [...this.#heard.keys()]) this.hearAgain(id);
      this.#lookBehind();
    }
    this.pump();
  }

  /** Everything that is not stored yet or not decided on. @returns {Delta[]} */
  all() {
    return [...new Map([...this.conflicts.values(), ...this.entries.values()].map(({ id, path }) => [id, path]))].map(([id, path]) => this.#delta(id, path));
  }

  /** Try now: the network is back, or the editor signed in again. */
  resume() {
    this.#sender.resume();
    this.#lookBehind();
    this.pump();
  }

  pump() {
    if (!this.#elsewhere) this.#sender.pump();
    this.tell();
  }

  /** What goes next, without what has become what the server has. @returns {Step[]} none: nothing waits */
  next() {
    for (;;) {
      const waiting = [...this.entries.values()].filter((entry) => !entry.problem && !this.#isBehind(entry)).sort((a, b) => a.order - b.order);
      if (!waiting.length) return [];
      const entries = together(waiting.slice(0, AT_ONCE), waiting, (id) => this.#known.get(id));
      const steps = inOrder(entries.flatMap((entry) => stepsOf(entry, this.#known.get(entry.id)))).slice(0, MOST);
      if (steps.length) return steps;
      for (const entry of entries) this.#drop(entry);
      this.note(entries);
    }
  }

  /** Refused as a whole, without a word on which of it: each for itself then, so that each gets its own answer. @param {Step[]} steps */
  part(steps) {
    for (const { id } of steps) Object.assign(this.entries.get(id) ?? {}, { group: id, alone: true });
  }

  /** @param {Step} step @param {number} status @param {any} body a problem document @returns {{id: string, path: string}[]} what else is touched by it */
  refused({ id }, status, body) {
    const entry = this.entries.get(id);
    if (!entry) return [];
    const current = body?.current ?? null;
    if (status === 409 && body?.current_revision) {
      this.supersede(body.current_revision);
      return [];
    }
    if ((status === 412 || status === 410) && (current || status === 410)) {
      this.#meet(entry, current);
      return [];
    }
    const problem = { title: "", detail: "", ...body, status };
    // What names a record that was refused says why it waits.
    const others = !isRecord(entry.path) ? [] : [...this.entries.values()].filter(({ wanted }) => Object.values(wanted ?? {}).includes(id));
    for (const one of [entry, ...others]) {
      one.problem = problem;
      this.trouble(one.id);
    }
    return others;
  }

  /** What was heard of an id while it was on its way. @param {string} id */
  hearAgain(id) {
    const heard = this.#heard.get(id);
    if (!heard) return;
    this.#heard.delete(id);
    this.receive(heard.state, heard.path);
  }

  /** The server has done a step, and this is the state now. @param {Step} step @param {any} state */
  stored({ id, path, wanted, request }, state) {
    const now = { ...(state ?? this.#known.get(id)) };
    if (request.method === "DELETE") now.deleted_at ??= new Date().toISOString();
    this.#known.set(id, now);
    if (request.method === "PUT" && isAnnotation(path)) this.adopt(wanted, now);
    const entry = this.entries.get(id);
    if (!entry) return;
    const reached = request.method === "DELETE" ? !entry.wanted : entry.wanted && request.method === "PUT" && equal(entry.wanted, wanted);
    if (reached) return this.#drop(entry);
    entry.base = now;
    if (request.method !== "PUT" || !entry.wanted) return;
    // What the editor did meanwhile goes on from the server's form of it.
    const { merged, fields } = merge(wanted, entry.wanted, now);
    for (const name of fields) merged[name] = entry.wanted[name];
    entry.wanted = merged;
    this.settle(merged, id, path);
  }

  /** @param {Entry} entry which is no more: the server has what was wanted, or it is given up */
  #drop({ id, path, stamp }) {
    this.entries.delete(id);
    this.#gone.set(id, stamp);
    this.settle(this.shown(id), id, path);
  }

  /** An entry on the current text, and with it, where the server has it, its state there. @param {Entry} entry @param {Partial<Entry>} changes @param {any} theirs */
  carryOver(entry, changes, theirs) {
    Object.assign(entry, changes, { stamp: this.#stamp() });
    if (theirs) this.#meet(entry, theirs);
    this.note([entry]);
    this.pump();
  }

  /** Nobody can say where an entry belongs on the current text: the editor is asked. @param {Entry} entry @param {import("./types.js").Unplaced} unplaced @param {any} theirs */
  unplace(entry, unplaced, theirs) {
    const { id, path, wanted: mine } = entry;
    this.conflicts.set(id, { id, path, mine, theirs: theirs ?? null, fields: [], unplaced });
    if (theirs) this.#known.set(id, theirs);
    this.#drop(entry);
    this.note([entry]);
    this.tell();
  }

  /** @param {string} path @param {string} id @param {any} mine @param {any} theirs @param {string[]} fields */
  #setAside(path, id, mine, theirs, fields) {
    this.conflicts.set(id, { id, path, mine, theirs, fields });
    this.trouble(id);
  }

  /** The server has another state than this entry was made on. @param {Entry} entry @param {any} theirs null: deleted */
  #meet(entry, theirs) {
    const { id, path } = entry;
    this.#known.set(id, theirs ?? { ...(entry.base ?? entry.wanted), deleted_at: new Date().toISOString() });
    const { changes, conflict } = meet(entry, theirs, this.me);
    if (conflict) this.#setAside(path, id, conflict.mine, conflict.theirs, conflict.fields);
    if (!changes) return this.#drop(entry);
    if (!same(changes.wanted, entry.wanted)) changes.stamp = this.#stamp();
    Object.assign(entry, changes);
    this.settle(entry.wanted, id, path);
  }
}
