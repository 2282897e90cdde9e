// @ts-check
/**
 * What the server does not have yet. Each annotation or record has at most one entry: the state that is wanted, and the server's state
 * that it was made on. What meets another state than that is merged by field; what cannot be is set aside for the editor.
 *
 * @import { Conflict, Delta, Entry, OutboxRim, Unplaced } from "./types.js"
 * @import { Flight } from "./sender.js"
 */
import { Stamps, differing, equal, meet, merge, same } from "./commands.js";
import { isAnnotation, isRecord } from "./sender.js";

export class Queue {
  /** @type {Map<string, Entry>} */
  entries = new Map();
  /** What the editor has to decide, by its stamp; of one id there may be several, each a decision of its own. @type {Map<string, Conflict>} */
  conflicts = new Map();
  /** What the server last said of each id. @type {Map<string, any>} */
  #known = new Map();
  /** Stamps of entries that are no more, until that is kept. @type {Map<string, string>} */
  #gone = new Map();
  /** Conflicts that were decided, until that is kept. @type {Map<string, string>} stamp → id */
  #decided = new Map();
  /** Those that were ever decided here: crossing news bring none of them back. @type {Set<string>} */
  #over = new Set();

  /** @param {OutboxRim} rim */
  constructor({ newId, settle, trouble, me = "", revision = 0, more = () => ({}), keep = async () => {} }) {
    this.newId = newId;
    this.stamps = new Stamps(newId);
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

  /** Whether nobody but this editor made it go: by deleting it or by undoing, here or in another page. @param {string} id of something that does not show */
  wentByMe(id) {
    const known = this.known(id);
    return this.entries.has(id) || !known || (Boolean(known.deleted_at) && known.changed_by === this.me);
  }

  /** What the screen is to show of an id. @param {string} id @returns {any} null: nothing */
  shown(id) {
    const entry = this.entries.get(id);
    if (entry) return entry.wanted;
    // What a colleague deleted stays as mine, until the editor has decided.
    const left = this.conflictsOf(id).findLast(({ theirs, unplaced }) => !theirs && !unplaced);
    if (left) return left.mine;
    const known = this.known(id);
    return known && !known.deleted_at ? known : null;
  }

  /** What the editor has to decide about an id, in the order in which it came. @param {string} id */
  conflictsOf(id) {
    return [...this.conflicts.values()].filter((conflict) => conflict.id === id);
  }

  /** What the editor has to decide, and sees. Of what was deleted since nothing shows; it waits for the case that this is undone. */
  get undecided() {
    return [...this.conflicts.values()].filter(({ id, mine, theirs, unplaced }) => {
      const entry = this.entries.get(id);
      return unplaced || !mine || !theirs || !(entry ? !entry.wanted : this.known(id)?.deleted_at);
    });
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
    for (const conflict of this.conflictsOf(id)) if (isDecidedBy(conflict, wanted)) this.#decide(conflict);
    // A colleague's change came while the editor made this one.
    if (base && wanted && !equal(base, now)) {
      if (!now) return this.setAside(path, id, wanted, null, []);
      const { merged, fields } = merge(base, wanted, now);
      if (fields.length) this.setAside(path, id, wanted, now, fields);
      wanted = merged;
      this.settle(merged, id, path);
    }
    const changes = { wanted, more: wanted && this.more(wanted), group, alone: false, problem: null, stamp: this.stamps.next() };
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

  /** Keep what became of these, for good and for the editor's other pages. @param {Iterable<{id: string, path: string}>} touched @param {Flight | null} [flight] */
  note(touched, flight) {
    const deltas = [...touched].map(({ id, path }) => this.#delta(id, path));
    this.#gone.clear();
    this.#decided.clear();
    return this.keep(deltas, flight);
  }

  /** @param {string} id @param {string} path @returns {Delta} */
  #delta(id, path) {
    const decided = [...this.#decided].filter(([, of]) => of === id).map(([stamp]) => stamp);
    return { id, path, entry: this.entries.get(id) ?? null, settled: this.#gone.get(id) ?? "", conflicts: this.conflictsOf(id), decided, known: this.known(id) };
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

  /** The editor has answered a conflict. @param {Conflict} conflict */
  forget(conflict) {
    this.#decide(conflict);
    this.note([conflict]);
  }

  /** @param {Conflict} conflict */
  #decide({ stamp, id }) {
    this.conflicts.delete(stamp);
    this.#decided.set(stamp, id);
    this.#over.add(stamp);
  }

  /** What an earlier page or another one has laid before the editor, and what was decided there. @param {Conflict[]} conflicts @param {string[]} [decided] */
  takeOver(conflicts, decided = []) {
    for (const conflict of conflicts) if (!this.#over.has(conflict.stamp)) this.conflicts.set(conflict.stamp, conflict);
    for (const stamp of decided) this.conflicts.delete(stamp);
  }

  /** What an earlier page left of an id, and what was made here without it: both are wanted; where both say something of one field, what is later stays. @param {Entry} standing @param {Entry} left */
  join(standing, left) {
    const ground = left.base ?? standing.base;
    if (!ground || !left.wanted || !standing.wanted || standing.stamp === left.stamp) return;
    const { merged, fields } = merge(ground, left.wanted, standing.wanted);
    if (fields.length) this.setAside(left.path, left.id, left.wanted, merged, fields);
    Object.assign(standing, { wanted: merged, stamp: this.stamps.next() });
    this.settle(merged, left.id, left.path);
    this.note([standing]);
  }

  /** @param {Entry} entry which is no more: the server has what was wanted, or it is given up */
  drop({ id, path, stamp }) {
    this.entries.delete(id);
    this.#gone.set(id, stamp);
    this.settle(this.shown(id), id, path);
  }

  /** Beside what waits for a decision already. @param {string} path @param {string} id @param {any} mine @param {any} theirs @param {string[]} fields @param {Unplaced} [unplaced] */
  setAside(path, id, mine, theirs, fields, unplaced) {
    const stamp = this.stamps.next();
    this.conflicts.set(stamp, { stamp, id, path, mine, theirs, fields, unplaced });
    this.trouble(id);
  }

  /** A colleague has deleted what I have to decide on, or brought it back: mine is laid beside what there is now. @param {string} id @param {any} theirs null: deleted */
  reground(id, theirs) {
    const waiting = this.conflictsOf(id).filter(({ unplaced }) => !unplaced);
    if (theirs) for (const conflict of waiting) if (!conflict.theirs && conflict.mine) Object.assign(conflict, { theirs, fields: differing(conflict.mine, theirs) });
    if (theirs || waiting.some((conflict) => !conflict.theirs)) return;
    for (const conflict of waiting) if (!conflict.mine) this.#decide(conflict);
    Object.assign(waiting.findLast(({ mine }) => mine) ?? {}, { theirs: null, fields: [] });
  }

  /** The server has another state than this entry was made on. @param {Entry} entry @param {any} theirs null: deleted */
  meet(entry, theirs) {
    const { id, path } = entry;
    this.know(theirs ?? { ...(entry.base ?? entry.wanted), deleted_at: new Date().toISOString() });
    const { changes, conflict } = meet(entry, theirs, this.me);
    // A record that somebody has changed stays as it is. A comment is what it was or is no more: there is nothing about it to decide.
    if (conflict && isRecord(path)) return this.drop(entry);
    if (conflict && path === "comments") return conflict.theirs ? Object.assign(entry, { base: theirs }) : this.drop(entry);
    if (conflict) this.setAside(path, id, conflict.mine, conflict.theirs, conflict.fields);
    if (!changes) return this.drop(entry);
    if (!same(changes.wanted, entry.wanted)) changes.stamp = this.stamps.next();
    Object.assign(entry, changes);
    this.settle(entry.wanted, id, path);
  }
}

/** Whether the editor has decided by what is wanted now. @param {Conflict} conflict @param {any} wanted */
function isDecidedBy({ mine, theirs, fields, unplaced }, wanted) {
  if (unplaced) return false;
  // Mine was what there was to go on from, or to delete; or my removal is meant no more, or at last.
  if (!mine || !theirs) return true;
  return Boolean(wanted) && fields.every((name) => same(wanted[name], mine[name]));
}
