// @ts-check
/**
 * Where an annotation stands, changed piece by piece: a boundary by a word, a segment added or dropped. And the same in the composer, for
 * mouse and finger.
 *
 * @import { ArticleText, Boundaries } from "./article.js"
 * @import { Draft } from "./composing.js"
 * @import { CodePoint, Segment } from "./types.js"
 */
import { button, fill, gettext, h, quoted } from "./dom.js";

/** Index of the segment at a position, else of the nearest. @param {Segment[]} segments @param {CodePoint} position */
export function nearest(segments, position) {
  const distances = segments.map(([start, end]) => Math.max(start - position, position - end, 0));
  return distances.indexOf(Math.min(...distances));
}

/**
 * One boundary of a segment moved by a word; a segment that meets its neighbour becomes one with it.
 * @param {Boundaries} boundaries @param {Segment[]} segments @param {number} index
 * @param {0 | 1} side 0: where it begins, 1: where it ends @param {1 | -1} direction
 * @returns {Segment[] | null} null: nothing would be left of it
 */
export function moved(boundaries, segments, index, side, direction) {
  const { article } = boundaries;
  const segment = segments[index];
  const to = boundaries.step(segment[side], "word", direction);
  const trimmed = side ? article.trim(segment[0], to) : article.trim(to, segment[1]);
  return trimmed && article.join(without(segments, index), trimmed);
}

/** @param {Segment[]} segments @param {number} index */
export const without = (segments, index) => segments.filter((_, at) => at !== index);

/** The selection as a further segment; null where nothing is selected. @param {ArticleText} article @param {Segment[]} segments @param {Segment} selection */
export function withSelection(article, segments, [start, end]) {
  const added = start < end ? article.trim(start, end) : null;
  return added && article.join(segments, added);
}

/** Does something with the segments as they are. @typedef {(change: (segments: Segment[]) => Segment[] | null) => void} Reshape */

/**
 * The segments of a draft, each with what moves its boundaries.
 * @param {Draft} draft
 * @param {import("./store.js").Store} store
 * @param {Boundaries} boundaries
 * @param {Reshape} reshape
 */
export function placing(draft, store, boundaries, reshape) {
  const { article } = store;
  const { segments } = draft.annotation;
  const summary = h("summary", {}, gettext("Change the words"));
  const lines = segments.map((segment, index) => {
    const words = article.slice(...segment);
    /** @param {0 | 1} side @param {1 | -1} direction */
    const move = (side, direction) => {
      const grows = side ? direction > 0 : direction < 0;
      const made = button(grows ? "+" : "−", () => reshape((before) => moved(boundaries, before, index, side, direction)));
      made.setAttribute("aria-label", fill(MOVES[`${side} ${direction}`], { words }));
      made.dataset.again = `${index} ${side} ${direction}`;
      return made;
    };
    const drop = segments.length > 1 && button("×", () => reshape((before) => without(before, index)));
    if (drop) drop.setAttribute("aria-label", `${gettext("Drop")} “${words}”`);
    return h("div", { class: "segment", role: "group", "aria-label": words }, move(0, -1), move(0, 1), quoted(words, words.length > 60 ? `${words.slice(0, 28)} … ${words.slice(-28)}` : words), move(1, -1), move(1, 1), drop);
  });
  const add = button(segments.length ? gettext("Add the selection") : gettext("Take the selection"), () => reshape((before) => withSelection(article, before, store.selection)));
  add.dataset.again = "add";
  const fold = h("details", { class: "place", open: draft.placing || !segments.length }, summary, ...lines, add);
  // Not on `toggle`, which comes later: the place may be changed, and all drawn anew, before it.
  summary.addEventListener("click", () => {
    draft.placing = !fold.open;
  });
  return fold;
}

/** @type {Record<string, string>} */
const MOVES = {
  "0 -1": gettext("Begin a word earlier: %(words)s"),
  "0 1": gettext("Begin a word later: %(words)s"),
  "1 -1": gettext("End a word earlier: %(words)s"),
  "1 1": gettext("End a word later: %(words)s"),
};
