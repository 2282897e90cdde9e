// @ts-check
/**
 * How overlapping spans lie over a paragraph: flat pieces, and for every annotation the lane its line is drawn in.
 *
 * @import { Annotation, CodePoint, Kind } from "./types.js"
 */
import { codePoint } from "./offsets.js";

/** Lanes drawn below the words, and above them (quotations); what lies beyond is counted. */
export const LANES = 4;
export const ROOFS = 2;

/** `look`: the classes that its elements have. @typedef {{id: string, kind: Kind, lane: number, look: string, start: CodePoint, end: CodePoint, first: boolean}} Cover */
/** @typedef {{start: CodePoint, end: CodePoint, covers: Cover[], begin: Cover[], more: number}} Piece */

/** @param {Kind} kind */
export const isRoof = (kind) => kind === "attribution";

/** @param {Cover} cover */
export const isDrawn = (cover) => cover.lane < (isRoof(cover.kind) ? ROOFS : LANES);

/**
 * Cut covers into pieces that do not nest: at each piece the same covers hold throughout. Words without cover make no piece.
 * @param {Cover[]} covers of one paragraph
 * @returns {Piece[]} in text order; `covers` by lane, `begin` those whose annotation begins here, `more` those without a lane to draw
 */
export function flatten(covers) {
  const edges = [...new Set(covers.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b);
  const waiting = covers.filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start);
  /** @type {Piece[]} */
  const pieces = [];
  /** @type {Cover[]} */
  let open = [];
  let next = 0;
  for (let edge = 0; edge < edges.length - 1; edge += 1) {
    const start = edges[edge];
    open = open.filter(({ end }) => end > start);
    /** @type {Cover[]} */
    const begin = [];
    for (; next < waiting.length && waiting[next].start === start; next += 1) {
      open.push(waiting[next]);
      if (waiting[next].first) begin.push(waiting[next]);
    }
    if (!open.length) continue;
    const ordered = [...open].sort((a, b) => a.lane - b.lane);
    pieces.push({ start, end: edges[edge + 1], covers: ordered, begin, more: ordered.filter((cover) => !isDrawn(cover)).length });
  }
  return pieces;
}

/** A lane of a piece, and the classes of its element. @typedef {{id: string, look: string}} Lane */

/** The lanes of a piece, the innermost first. @param {Piece} piece @returns {Lane[]} */
export function lanesOf(piece) {
  const covers = piece.covers.filter(isDrawn);
  // Quotations lie outside, so that their tint is behind the lines.
  const outward = [...covers.filter(({ kind }) => !isRoof(kind)), ...covers.filter(({ kind }) => isRoof(kind))];
  return outward.map((cover) => {
    const first = piece.begin.includes(cover) ? " first" : "";
    const last = cover.end === piece.end ? " last" : "";
    return { id: cover.id, look: cover.look + first + last };
  });
}

/** @param {Annotation} annotation */
const begin = ({ segments }) => segments[0]?.[0] ?? codePoint(0);

/** @param {Annotation} annotation */
const end = ({ segments }) => segments[segments.length - 1]?.[1] ?? codePoint(0);

/** From the first to the last character of an annotation. @param {Annotation} annotation @returns {[CodePoint, CodePoint]} */
export const hull = (annotation) => [begin(annotation), end(annotation)];

const KIND_ORDER = { mention: 0, stance: 1, claim: 2, attribution: 3 };

/**
 * Text order: what begins first, of those the longer, then by kind and id. One order for rail, keys and lists.
 * @param {Annotation} a
 * @param {Annotation} b
 */
export function inTextOrder(a, b) {
  return begin(a) - begin(b) || end(b) - end(a) || KIND_ORDER[a.kind] - KIND_ORDER[b.kind] || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Where an annotation stands, or would stand, among others in text order. @param {Annotation[]} ordered @param {Annotation} annotation */
export function placeIn(ordered, annotation) {
  let low = 0;
  for (let high = ordered.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (inTextOrder(ordered[middle], annotation) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @param {Annotation} a @param {Annotation} b */
const shorterFirst = (a, b) => end(a) - begin(a) - (end(b) - begin(b)) || inTextOrder(a, b);

/**
 * Lanes for annotations of one family (all above or all below the words). The shorter lies nearer to the words, so that what is
 * inside stays inside; annotations that share words never share a lane. The answer depends on the set alone, not on the order of work.
 * @param {Annotation[]} annotations
 * @returns {Map<string, number>}
 */
export function assignLanes(annotations) {
  const lanes = new Map();
  const ordered = [...annotations].sort(inTextOrder);
  for (let first = 0; first < ordered.length; ) {
    let reach = hull(ordered[first])[1];
    let last = first + 1;
    while (last < ordered.length && hull(ordered[last])[0] < reach) {
      reach = codePoint(Math.max(reach, hull(ordered[last])[1]));
      last += 1;
    }
    assignCluster(ordered.slice(first, last).sort(shorterFirst), lanes);
    first = last;
  }
  return lanes;
}

/** @param {Annotation[]} cluster shorter first @param {Map<string, number>} lanes */
function assignCluster(cluster, lanes) {
  /** @type {[number, number][][]} hulls by lane */
  const taken = [];
  for (const annotation of cluster) {
    const [start, end] = hull(annotation);
    let lane = taken.findIndex((hulls) => hulls.every(([from, to]) => to <= start || end <= from));
    if (lane < 0) lane = taken.push([]) - 1;
    taken[lane].push([start, end]);
    lanes.set(annotation.id, lane);
  }
}
