// @ts-check
/**
 * Two editors changed one annotation: what both wrote, field by field, against the state both began from.
 *
 * @import { Annotation } from "./types.js"
 */
import { differing, same } from "./commands.js";

/**
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
