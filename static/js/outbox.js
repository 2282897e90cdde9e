// @ts-check
/**
 * Brings what an editor did to the server: puts it into the queue, hands it to the sender, and takes in what the server answers, what
 * colleagues do, and what the editor does in other pages. Steps that were not sent yet are one; entries go in the order in which they
 * came, a command's entries together. What changes is handed to `keep`, for the next visit and the other pages (desk.js).
 *
 * @import { Conflict, Delta, Entry, OutboxRim, OutboxStatus, Unplaced } from "./types.js"
 * @import { Flags, Flight, Step } from "./sender.js"
 */
import { equal, merge } from "./commands.js";
import { Queue } from "./queue.js";
import { MOST, Sender, inOrder, isAnnotation, isRecord, stepsOf, together } from "./sender.js";

// What has piled up goes in a few requests: so many entries at a time, and what goes along with them.
const AT_ONCE = 50;

export class Outbox extends Queue {
  /** What the server said of ids while their entries were on their way. @type {Map<string, {state: any, path: string}>} */
  #heard = new Map();
  /** @type {Sender} */
  #sender;
  /** Of the page that sends, where that is another. @type {Flags | null} */
  #elsewhere = null;

  /** @param {OutboxRim} rim */
  constructor(rim) {
    super(rim);
    const { send, newId, tell, behind = () => {}, adopt = () => {}, later = (act, milliseconds) => setTimeout(act, milliseconds), afterFrame = (act) => act() } = rim;
    this.#sender = new Sender(this, send, newId, later);
    this.tell = tell;
    this.behind = behind;
    this.adopt = adopt;
    this.afterFrame = afterFrame;
  }

  /** @returns {Flags} */
  get flags() {
    return this.#elsewhere ?? this.#sender.flags;
  }

  /** `waiting` and `refused` count annotations and comments; records that go along with them are no number of their own. @returns {OutboxStatus} */
  get status() {
    const count = (/** @type {Entry[]} */ entries) => entries.filter(({ path }) => !isRecord(path)).length || entries.length;
    const all = [...this.entries.values()];
    return { ...this.flags, waiting: count(all.filter(({ problem }) => !problem)), refused: count(all.filter(({ problem }) => problem)), conflicts: this.undecided.length };
  }

  /** Whether nothing of what there is can go as it is. */
  get isStuck() {
    return [...this.entries.values()].every((entry) => entry.problem || this.isBehind(entry));
  }

  /**
   * Have these states reached, together.
   * @param {{path: string, id: string, wanted: any, base?: any}[]} steps `path`: "stances", "entities"; `wanted` null: deleted; `base`: what the editor changed, where that matters
   */
  put(steps) {
    const group = this.newId();
    for (const step of steps) this.want(step, group);
    for (const { id } of steps) this.#forgetUnheard(id);
    this.note(steps);
    this.#lookBehind();
    this.tell();
    this.afterFrame(() => this.pump());
  }

  /** What is to be deleted and was never sent waits for nothing. @param {string} id */
  #forgetUnheard(id) {
    const entry = this.entries.get(id);
    const known = this.known(id);
    const isUnheard = (!known || known.deleted_at) && !this.#elsewhere && !this.#sender.isCarrying(id);
    if (entry && !entry.wanted && isUnheard) this.drop(entry);
  }

  /** @override @param {string} id */
  discard(id) {
    super.discard(id);
    this.tell();
  }

  /** @override @param {Conflict} conflict */
  forget(conflict) {
    super.forget(conflict);
    this.tell();
  }

  /** A colleague's change, from the event stream. @param {any} state @param {string} path */
  receive(state, path) {
    const { id } = state;
    const known = this.known(id);
    if (known && known.version >= state.version) return;
    if (isAnnotation(path) && state.revision > this.revision) this.supersede(state.revision);
    const entry = this.entries.get(id);
    if (entry && (this.#elsewhere || this.#sender.isCarrying(id))) {
      // An echo of what is on its way is not told from a colleague's change before the answer is there.
      this.#heard.set(id, { state, path });
      return;
    }
    if (entry) {
      this.meet(entry, state);
      this.note([entry]);
      this.pump();
    } else {
      this.know(state);
      const undecided = this.conflictsOf(id);
      this.reground(id, state.deleted_at ? null : state);
      this.note([{ id, path }]);
      this.settle(this.shown(id), id, path);
      if (undecided.length) this.trouble(id);
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
   * @param {{entries: Entry[], conflicts: Conflict[], states: {path: string, state: any}[], flight: Flight | null}} kept
   * @param {boolean} [unseen] what this page holds was made without knowing of these
   */
  restore({ entries, conflicts, states, flight }, unseen = false) {
    for (const { path, state } of states) {
      const here = this.known(state.id);
      if (here && here.version >= state.version) continue;
      this.know(state);
      if (here || !state.deleted_at) this.settle(this.shown(state.id), state.id, path);
    }
    this.#sender.resend(flight);
    this.takeOver(conflicts);
    for (const entry of entries.sort((a, b) => a.order - b.order)) {
      const { id, path, base, stamp } = entry;
      this.stamps.after(stamp);
      const standing = this.entries.get(id);
      if (standing && unseen) this.join(standing, entry);
      if (standing && standing.stamp >= stamp) continue;
      this.entries.set(id, entry);
      const here = this.known(id);
      if (base) this.know(base);
      else this.unknow(id);
      if (here && here.version > (base?.version ?? 0)) this.receive(here, path);
      this.settle(this.shown(id), id, path);
    }
    for (const { id, path } of conflicts) this.settle(this.shown(id), id, path);
    this.tell();
  }

  /** What another page of the same editor did. @param {Delta[]} deltas */
  absorb(deltas) {
    for (const { id, path, entry, settled, conflicts, decided, known } of deltas) {
      const standing = this.entries.get(id);
      if (known && !(this.known(id)?.version > known.version)) this.know(known);
      if (entry && !(standing && standing.stamp >= entry.stamp)) {
        this.entries.set(id, entry);
        this.stamps.after(entry.stamp);
        const newer = this.known(id);
        if (!this.#elsewhere && !this.#sender.isCarrying(id) && newer && newer.version > (entry.base?.version ?? 0)) this.meet(entry, newer);
      } else if (standing && standing.stamp <= settled) this.entries.delete(id);
      this.takeOver(conflicts, decided);
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
      const waiting = [...this.entries.values()].filter((entry) => !entry.problem && !this.isBehind(entry)).sort((a, b) => a.order - b.order);
      if (!waiting.length) return [];
      const entries = together(waiting.slice(0, AT_ONCE), waiting, (id) => this.known(id));
      const steps = inOrder(entries.flatMap((entry) => stepsOf(entry, this.known(entry.id)))).slice(0, MOST);
      if (steps.length) return steps;
      for (const entry of entries) this.drop(entry);
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
    // A record that undoing would take along, and that somebody uses or has changed by now, stays.
    if (isRecord(entry.path) && !entry.wanted) {
      this.drop(entry);
      return [];
    }
    if (status === 409 && body?.current_revision) {
      this.supersede(body.current_revision);
      return [];
    }
    if ((status === 412 || status === 410) && (current || status === 410)) {
      this.meet(entry, current);
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
    const now = { ...(state ?? this.known(id)) };
    if (request.method === "DELETE") now.deleted_at ??= new Date().toISOString();
    this.know(now);
    if (request.method === "PUT" && isAnnotation(path)) this.adopt(wanted, now);
    const entry = this.entries.get(id);
    if (!entry) return;
    const reached = request.method === "DELETE" ? !entry.wanted : entry.wanted && request.method === "PUT" && equal(entry.wanted, wanted);
    if (reached) return this.drop(entry);
    entry.base = now;
    if (request.method !== "PUT" || !entry.wanted) return;
    // What the editor did meanwhile goes on from the server's form of it.
    const { merged, fields } = merge(wanted, entry.wanted, now);
    for (const name of fields) merged[name] = entry.wanted[name];
    entry.wanted = merged;
    this.settle(merged, id, path);
  }

  /** An entry on the current text, and with it, where the server has it, its state there. @param {Entry} entry @param {Partial<Entry>} changes @param {any} theirs */
  carryOver(entry, changes, theirs) {
    Object.assign(entry, changes, { stamp: this.stamps.next() });
    if (theirs) this.meet(entry, theirs);
    this.note([entry]);
    this.pump();
  }

  /** Nobody can say where an entry belongs on the current text: the editor is asked. @param {Entry} entry @param {Unplaced} unplaced @param {any} theirs */
  unplace(entry, unplaced, theirs) {
    const { id, path, wanted: mine } = entry;
    this.setAside(path, id, mine, theirs ?? null, [], unplaced);
    if (theirs) this.know(theirs);
    this.drop(entry);
    this.note([entry]);
    this.tell();
  }
}
