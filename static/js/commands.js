// @ts-check
/**
 * States of an annotation compared and merged, and what the editor does as changes that can be taken back. A command holds each
 * annotation before and after; its inverse is made when it is undone, field by field, so that what a colleague changed since stays.
 *
 * @import { Annotation, Change, Command, Entry, Made } from "./types.js"
 */

/** Fields that say where an annotation stands. */
export const PLACES = ["segments", "source_span", "cue_span", "target_span", "hedge_spans", "quantities"];

/** Fields that the server keeps; they are no part of what an editor changes. */
const KEPT_BY_SERVER = new Set(["version", "created_at", "created_by", "changed_at", "changed_by", "deleted_at", "exact", "link_confirmed_by", "link_confirmed_at"]);

/** @param {any} a @param {any} b @returns {boolean} */
export function same(a, b) {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => same(a[name], b[name]));
}

/** Names of the fields in which two states of an annotation differ. @param {Annotation} a @param {Annotation} b */
export function differing(a, b) {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => !KEPT_BY_SERVER.has(name) && !same(a[name], b[name]));
}

/** Whether two states say the same to an editor. @param {Annotation | null} a @param {Annotation | null} b */
export function equal(a, b) {
  if (!a || !b) return a === b;
  return !differing(a, b).length;
}

/** What a PUT carries: everything but what the server keeps. @param {Annotation} annotation */
export function content(annotation) {
  return Object.fromEntries(Object.entries(annotation).filter(([name]) => !KEPT_BY_SERVER.has(name)));
}

/**
 * Two editors changed one annotation: what both wrote, field by field, against the state both began from.
 * @param {Annotation} base what both saw
 * @param {Annotation} mine
 * @param {Annotation} theirs
 * @returns {{merged: Annotation, fields: string[]}} `merged` has theirs where both changed a field; `fields` names those
 */
export function merge(base, mine, theirs) {
  const merged = { ...theirs };
  const fields = [];
  for (const name of differing(base, mine)) {
    if (same(base[name], theirs[name])) merged[name] = mine[name];
    else if (!same(mine[name], theirs[name])) fields.push(name);
  }
  return { merged, fields };
}

/**
 * An entry of the outbox meets a state that it was not made on.
 * @param {Entry} entry
 * @param {any} theirs null: deleted for good
 * @param {string} me the editor's username
 * @returns {{changes: Partial<Entry> | null, conflict: {mine: any, theirs: any, fields: string[]} | null}} `changes` of the entry; null: it is no more
 */
export function meet({ id, base, wanted, more }, theirs, me) {
  const gone = !theirs || theirs.deleted_at;
  if (gone ? !wanted : wanted && equal(wanted, theirs)) return { changes: null, conflict: null };
  // What I put in the bin myself, on an earlier page, comes out of it again.
  if (gone && !base && theirs?.changed_by === me) return { changes: { base: theirs }, conflict: null };
  if (gone) return { changes: null, conflict: { mine: wanted, theirs: null, fields: [] } };
  // Made here and there already: an earlier try of mine has arrived, and mine goes on from it; unless a colleague has changed it since.
  const ground = base ?? (theirs.version === 1 || theirs.changed_by === me ? theirs : null);
  // That a new text moved it is no reason to keep what I delete.
  const moved = ground && theirs.revision !== ground.revision ? [...PLACES, "revision", "anchoring"] : [];
  if (!wanted) return ground && differing(ground, theirs).every((name) => moved.includes(name)) ? { changes: { base: theirs }, conflict: null } : { changes: null, conflict: { mine: null, theirs, fields: [] } };
  const { merged, fields } = ground ? merge(ground, wanted, theirs) : { merged: theirs, fields: differing(wanted, theirs) };
  return {
    changes: { wanted: merged, base: theirs, more: same(merged.segments, wanted.segments) ? more : { ...more, exact: theirs.exact }, group: id },
    conflict: fields.length ? { mine: wanted, theirs, fields } : null,
  };
}

/**
 * The change that takes `done` back from the state `current`.
 *
 * What was made is removed, what was removed is made again, and of the changed fields those go back that still are as `done` left them.
 * @param {Change} done
 * @param {Annotation | null} current
 * @returns {{change: Change | null, whole: boolean}} `change`: null when nothing is to be taken back; `whole`: whether nothing had to be left because somebody else has changed it since
 */
export function inverse({ before, after }, current) {
  // What only one of the two names is the server's to fill in.
  const untouched = after && current ? !differing(after, current).some((name) => name in after && name in current) : after === current;
  if (!before || !after || !current) return { change: untouched ? { before: current, after: before } : null, whole: untouched };
  const mine = differing(before, after).filter((name) => same(current[name], after[name]));
  const whole = mine.length === differing(before, after).length;
  if (!mine.length) return { change: null, whole };
  return { change: { before: current, after: { ...current, ...Object.fromEntries(mine.map((name) => [name, before[name]])) } }, whole };
}

/** Says of two things which came later, also where they were made in two pages in one moment: each stamp is greater than those before, and nobody else's. */
export class Stamps {
  #latest = 0;

  /** @param {() => string} newId */
  constructor(newId) {
    this.newId = newId;
  }

  next() {
    this.#latest = Math.max(Date.now(), this.#latest + 1);
    return `${String(this.#latest).padStart(15, "0")} ${this.newId()}`;
  }

  /** Later than a stamp that another page has given. @param {string} stamp */
  after(stamp) {
    this.#latest = Math.max(this.#latest, Number.parseInt(stamp, 10));
  }
}

/** One step of a history. @typedef {Command & {stamp: string}} Step `stamp`: later steps have greater ones */
/** Which steps came, on which side, and the stamps of those that went. @typedef {{came: {step: Step, side: Side}[], went: string[]}} Turned */
/** @typedef {"done" | "undone"} Side */

// What is further back is forgotten: so many commands, with so many changes in all.
const COMMANDS = 200;
const CHANGES = 5000;

/** @param {any} record @param {Annotation | null} annotation */
const isNamed = (record, annotation) => Object.values(annotation ?? {}).includes(record.id);

/** Own commands, to be undone and done again. */
export class History {
  /** @type {Record<Side, Step[]>} */
  #sides = { done: [], undone: [] };
  /** Records that undoing took along, by their id. @type {Map<string, Made>} */
  #taken = new Map();

  /**
   * @param {object} rim
   * @param {(id: string) => Annotation | null} rim.find the state of an annotation now
   * @param {(command: Command, taken: Made[]) => void} rim.perform makes a command happen, and takes records away: on the screen and, later, on the server
   * @param {(id: string) => string[]} [rim.resting] ids of the annotations that rest on one
   * @param {(id: string) => string[]} [rim.naming] ids of the annotations that name a record
   * @param {(id: string) => boolean} [rim.isMine] whether nobody else has changed a record
   * @param {(turned: Turned) => void} [rim.keep] for the next visit and the editor's other pages
   * @param {() => string} rim.newId
   */
  constructor({ find, perform, resting = () => [], naming = () => [], isMine = () => true, keep = () => {}, newId }) {
    this.stamps = new Stamps(newId);
    this.find = find;
    this.perform = perform;
    this.resting = resting;
    this.naming = naming;
    this.isMine = isMine;
    this.keep = keep;
  }

  /** @param {Command} command */
  execute({ label, changes, records = [] }) {
    const made = changes.filter(({ before, after }) => !equal(before, after));
    if (!made.length) return;
    // What undoing took along and is named again comes again: the last choice may be repeated, or a draft saved that was begun before.
    const again = [...this.#taken.values()].filter(({ record }) => made.some(({ after }) => isNamed(record, after)) && !records.some((other) => other.record.id === record.id));
    records = [...records, ...again.map((one) => ({ ...one, taken: false }))];
    const { done, undone } = this.#sides;
    const went = undone.splice(0);
    const came = this.#add("done", { label, changes: made, records });
    while (done.length > 1 && (done.length > COMMANDS || done.reduce((sum, step) => sum + step.changes.length, 0) > CHANGES)) went.push(...done.splice(0, 1));
    this.keep({ came: [came], went: went.map(({ stamp }) => stamp) });
    this.perform({ label, changes: made, records }, []);
  }

  /** Take back the last command, as far as nobody else has changed it since. @returns {{label: string, changed: boolean, whole: boolean} | null} null: there is none */
  undo() {
    return this.#turn("done", "undone");
  }

  /** Do the last command again that was undone. @returns {{label: string, changed: boolean, whole: boolean} | null} */
  redo() {
    return this.#turn("undone", "done");
  }

  /** What an earlier page left. @param {{step: Step, side: Side}[]} kept */
  restore(kept) {
    for (const { step, side } of kept) this.#put(step, side);
  }

  /** What another page of the same editor did. @param {Turned} turned */
  absorb({ came, went }) {
    for (const side of Object.values(this.#sides)) side.splice(0, side.length, ...side.filter(({ stamp }) => !went.includes(stamp)));
    this.restore(came);
  }

  /** The server has stored a state in its own form: what it wrote otherwise is nobody's later change. @param {Annotation} mine @param {Annotation} theirs */
  adopt(mine, theirs) {
    const names = differing(mine, theirs);
    /** @type {Turned["came"]} */
    const came = [];
    for (const side of /** @type {Side[]} */ (names.length ? ["done", "undone"] : [])) {
      for (const step of this.#sides[side]) {
        const states = step.changes.flatMap(({ before, after }) => [before, after]).filter((state) => state?.id === mine.id);
        const stale = states.flatMap((state) => names.filter((name) => state && same(state[name], mine[name])).map((name) => ({ state, name })));
        for (const { state, name } of stale) if (state) state[name] = theirs[name];
        if (stale.length) came.push({ step, side });
      }
    }
    if (came.length) this.keep({ came, went: [] });
  }

  /** @param {Step} step @param {Side} side */
  #put(step, side) {
    const steps = this.#sides[side];
    const at = steps.findIndex(({ stamp }) => stamp >= step.stamp);
    steps.splice(at < 0 ? steps.length : at, at >= 0 && steps[at].stamp === step.stamp ? 1 : 0, step);
    for (const made of step.records ?? []) {
      if (made.taken) this.#taken.set(made.record.id, made);
      else this.#taken.delete(made.record.id);
    }
    this.stamps.after(step.stamp);
  }

  /** @param {Side} side @param {Command} command @returns {{step: Step, side: Side}} */
  #add(side, { label, changes, records }) {
    // Kept apart from what is on the screen: the server's form of a value is taken over here alone.
    const step = { stamp: this.stamps.next(), label, records, changes: changes.map(({ before, after }) => ({ before: before && { ...before }, after: after && { ...after } })) };
    this.#put(step, side);
    return { step, side };
  }

  /** @param {Side} from @param {Side} to */
  #turn(from, to) {
    const step = this.#sides[from].pop();
    if (!step) return null;
    const turned = step.changes.map((change) => inverse(change, this.find(/** @type {Annotation} */ (change.after ?? change.before).id))).reverse();
    const changes = this.#possible(turned.flatMap(({ change }) => change ?? []));
    const { label, records = [] } = step;
    const back = records.filter(({ taken }) => taken);
    const taken = to === "undone" ? records.filter(({ record }) => this.isMine(record.id) && !this.#staysNamed(record, changes)) : [];
    // Kept also when it is empty, so that as many steps lead back as led here.
    this.keep({ came: [this.#add(to, { label, changes, records: records.map((made) => ({ ...made, taken: taken.includes(made) })) })], went: [step.stamp] });
    if (changes.length) this.perform({ label, changes, records: back }, taken);
    return { label, changed: changes.length > 0, whole: turned.every(({ whole }) => whole) && changes.length === turned.filter(({ change }) => change).length };
  }

  /** Whether an annotation names a record when these changes are made. @param {any} record @param {Change[]} changes */
  #staysNamed(record, changes) {
    const changed = new Set(changes.map(({ before, after }) => (after ?? before)?.id));
    return changes.some(({ after }) => isNamed(record, after)) || this.naming(record.id).some((id) => !changed.has(id));
  }

  /** Without the removal of what something rests on that stays. @param {Change[]} changes @returns {Change[]} */
  #possible(changes) {
    const freed = new Set(changes.filter(({ after, before }) => !after || after.attribution !== before?.attribution || after.parent !== before?.parent).map(({ before, after }) => (after ?? before)?.id));
    const kept = changes.filter(({ before, after }) => after || !before || this.resting(before.id).every((id) => freed.has(id)));
    return kept.length === changes.length ? kept : this.#possible(kept);
  }
}
