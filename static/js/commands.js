// @ts-check
/**
 * What the editor does, as changes that can be taken back. A command holds each annotation before and after; its inverse is made
 * when it is undone, field by field, so that what a colleague changed since stays.
 *
 * @import { Annotation, Change, Command } from "./types.js"
 */

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
 * The change that takes `done` back from the state `current`.
 *
 * What was made is removed, what was removed is made again, and of the changed fields those go back that still are as `done` left them.
 * @param {Change} done
 * @param {Annotation | null} current
 * @returns {Change | null} null when nothing is left to take back
 */
export function inverse({ before, after }, current) {
  if (!before) return current ? { before: current, after: null } : null;
  if (!after) return current ? null : { before: null, after: before };
  if (!current) return null;
  const mine = differing(before, after).filter((name) => same(current[name], after[name]));
  if (!mine.length) return null;
  return { before: current, after: { ...current, ...Object.fromEntries(mine.map((name) => [name, before[name]])) } };
}

/** Own commands, to be undone and done again. */
export class History {
  /** @type {Command[]} */
  undone = [];
  /** @type {Command[]} */
  done = [];

  /**
   * @param {(id: string) => Annotation | null} find the state of an annotation now
   * @param {(command: Command) => void} perform makes a command happen: on the screen and, later, on the server
   */
  constructor(find, perform) {
    this.find = find;
    this.perform = perform;
  }

  /** @param {Command} command */
  execute(command) {
    const changes = command.changes.filter(({ before, after }) => !equal(before, after));
    if (!changes.length) return;
    this.done.push({ ...command, changes });
    this.undone = [];
    this.perform({ ...command, changes });
  }

  /** Take back the last command of which something is left to take back. @returns {string | null} its label */
  undo() {
    return this.#turn(this.done, this.undone);
  }

  /** @returns {string | null} label of what was done again */
  redo() {
    return this.#turn(this.undone, this.done);
  }

  /** @param {Command[]} from @param {Command[]} to */
  #turn(from, to) {
    for (let command = from.pop(); command; command = from.pop()) {
      const changes = command.changes
        .map((change) => inverse(change, this.find(/** @type {Annotation} */ (change.after ?? change.before).id)))
        .filter((change) => change !== null)
        .reverse();
      if (!changes.length) continue;
      to.push({ label: command.label, changes });
      this.perform({ label: command.label, changes });
      return command.label;
    }
    return null;
  }
}
