// @ts-check
/**
 * What the server does not have yet. Each annotation or record has at most one entry: the state that is wanted, and the server's state
 * that it was made on. What meets another state than that is merged by field; what cannot be is set aside for the editor.
 *
 * @import { Conflict, Delta, Entry, OutboxRim } from "./types.js"
 * @import { Flight } from "./sender.js"
 */
import { equal, meet, merge, same } from "./commands.js";
import { isAnnotation, isRecord } from "./sender.js";

export class Queue {
  /** @type {Map<string, Entry>} */
  entries = new Map();
  /** @type {Map<string, Conflict>} */
  conflicts = new Map();
  /** What the server last said of each id. @type {Map<string, any>} */
  #known = new Map();
  /** Stamps of entries that are no more, until that is kept. @type {Map<string, string>} */
  #gone = new Map();
  #latest = 0;

  /** @param {OutboxRim} rim */
  constructor({ newId, settle, trouble, me = "", revision = 0, more = () => ({}), keep = async () => {} }) {
    this.newId = newId;
    this.settle = settle;
    this.trouble = trouble;
    this.me = me;
    this.revision = revision;
    this.more = more;
    this.keep = keep;
  }

  /** The server has this. @param {any} state */
  know(state) {
    this.#known.set(state.id, state);
  }

  /** What the server last said of this counts no more. @param {string} id */
  unknow(id) {
    this.#known.delete(id);
  }

  /** The server has this no more for this reader: a layer was closed. @param {string} id @param {string} path */
  withdraw(id, path) {
    if (this.entries.has(id)) return;
    this.unknow(id);
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
    const known = this.known(id);
    return known && !known.deleted_at ? known : null;
  }

  /** Entries that cannot go as they are: they name places of a former text. */
  get outdated() {
    return [...this.entries.values()].filter((entry) => this.isBehind(entry));
  }

  /** @param {Entry} entry */
  isBehind({ path, wanted }) {
    return isAnnotation(path) && wanted && this.revision > 0 && wanted.revision !== this.revision;
  }

  /** @param {{path: string, id: string, wanted: any, base?: any}} step @param {string} group */
  want({ path, id, wanted, base }, group) {
    const entry = this.entries.get(id);
    const now = this.shown(id);
    this.conflicts.delete(id);
    // A colleague's change came while the editor made this one.
    if (base && wanted && !equal(base, now)) {
      if (!now) return this.setAside(path, id, wanted, null, []);
      const { merged, fields } = merge(base, wanted, now);
      if (fields.length) this.setAside(path, id, wanted, now, fields);
      wanted = merged;
      this.settle(merged, id, path);
    }
    const changes = { wanted, more: wanted && this.more(wanted), group, alone: false, problem: null, stamp: this.stamp() };
    // What waits together with a state that is now part of this goes along too.
    for (const other of entry ? this.entries.values() : []) if (other.group === entry?.group) other.group = group;
    if (entry) Object.assign(entry, changes);
    else this.entries.set(id, { id, path, base: this.known(id) ?? null, order: 1 + Math.max(0, ...[...this.entries.values()].map(({ order }) => order)), ...changes });
    // What it names may have been refused before: it is tried again along with it.
    for (const value of Object.values(wanted ?? {})) {
      const named = typeof value === "string" ? this.entries.get(value) : undefined;
      if (named) named.problem = null;
    }
  }

  stamp() {
    this.#latest = Math.max(Date.now(), this.#latest + 1);
    return `${String(this.#latest).padStart(15, "0")} ${this.newId()}`;
  }

  /** Later than a stamp that another page has given. @param {string} stamp */
  stampAfter(stamp) {
    this.#latest = Math.max(this.#latest, Number.parseInt(stamp, 10));
  }

  /** Keep what became of these, for good and for the editor's other pages. @param {Iterable<{id: string, path: string}>} touched @param {Flight | null} [flight] */
  note(touched, flight) {
    const deltas = [...touched].map(({ id, path }) => this.#delta(id, path));
    this.#gone.clear();
    return this.keep(deltas, flight);
  }

  /** @param {string} id @param {string} path @returns {Delta} */
  #delta(id, path) {
    return { id, path, entry: this.entries.get(id) ?? null, settled: this.#gone.get(id) ?? "", conflict: this.conflicts.get(id) ?? null, known: this.known(id) };
  }

  /** Everything that is not stored yet or not decided on. @returns {Delta[]} */
  all() {
    return [...new Map([...this.conflicts.values(), ...this.entries.values()].map(({ id, path }) => [id, path]))].map(([id, path]) => this.#delta(id, path));
  }

  /** Give up what the server refused, and the records that only it named; the screen goes back to what there is. @param {string} id */
  discard(id) {
    const entry = this.entries.get(id);
    if (!entry) return;
    const left = [...this.entries.values()].filter((other) => other !== entry).flatMap(({ wanted }) => Object.values(wanted ?? {}));
    const dropped = [entry, ...[...this.entries.values()].filter((other) => other.problem && isRecord(other.path) && Object.values(entry.wanted ?? {}).includes(other.id) && !left.includes(other.id))];
    dropped.forEach((one) => this.drop(one));
    this.note(dropped);
  }

  /** The editor has answered a conflict. @param {string} id */
  forget(id) {
    const conflict = this.conflicts.get(id);
    if (!conflict) return;
    this.conflicts.delete(id);
    this.note([conflict]);
  }

  /** @param {Entry} entry which is no more: the server has what was wanted, or it is given up */
  drop({ id, path, stamp }) {
    this.entries.delete(id);
    this.#gone.set(id, stamp);
    this.settle(this.shown(id), id, path);
  }

  /** @param {string} path @param {string} id @param {any} mine @param {any} theirs @param {string[]} fields */
  setAside(path, id, mine, theirs, fields) {
    this.conflicts.set(id, { id, path, mine, theirs, fields });
    this.trouble(id);
  }

  /** The server has another state than this entry was made on. @param {Entry} entry @param {any} theirs null: deleted */
  meet(entry, theirs) {
    const { id, path } = entry;
    this.know(theirs ?? { ...(entry.base ?? entry.wanted), deleted_at: new Date().toISOString() });
    const { changes, conflict } = meet(entry, theirs, this.me);
    if (conflict) this.setAside(path, id, conflict.mine, conflict.theirs, conflict.fields);
    if (!changes) return this.drop(entry);
    if (!same(changes.wanted, entry.wanted)) changes.stamp = this.stamp();
    Object.assign(entry, changes);
    this.settle(entry.wanted, id, path);
  }
}
