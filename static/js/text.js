// @ts-check
/**
 * The article as drawn: a paragraph's words in flat marks, redrawn only where something changed; positions to points of the page and
 * back; what passes (a selection kept while composing, the words of the selected card, search hits) as CSS highlights.
 *
 * @import { Annotation, CodePoint, Segment } from "./types.js"
 * @import { Store } from "./store.js"
 * @import { Cover, Piece } from "./segments.js"
 */
import { idly } from "./dom.js";
import { utf16 } from "./offsets.js";
import { LANES, ROOFS, flatten, isRoof } from "./segments.js";

/** What passes, in the order of painting. */
const HIGHLIGHTS = ["colleague", "source", "cue", "hedge", "target", "selected", "hit", "kept"];

// Milliseconds that drawing may take before the rest is left for later.
const FIRST = 20;
const AGAIN = 6;

export class TextView {
  /** Elements drawn for each annotation, by paragraph. @type {Map<string, HTMLElement[]>[]} */
  #drawn = [];
  /** @type {Map<string, Segment[]>} */
  #highlights = new Map();
  /** @type {(id: string) => boolean} */
  #hidden = () => false;
  /** What is still to be done, by paragraph. @type {Map<number, (index: number) => void>} */
  #late = new Map();

  /** @param {HTMLElement} container whose text is the article's @param {Store} store */
  constructor(container, store) {
    this.container = container;
    this.store = store;
    this.paragraphs = /** @type {HTMLElement[]} */ ([...container.querySelectorAll("p")]);
    this.#drawn = this.paragraphs.map(() => new Map());
    if (CSS.highlights) HIGHLIGHTS.forEach((name, priority) => CSS.highlights.set(name, Object.assign(new Highlight(), { priority })));
  }

  /** Draw everything, what is on the screen first. What takes longer than a moment follows when the browser is idle. */
  drawAll() {
    this.#late = new Map(this.#visibleFirst().map((index) => [index, (/** @type {number} */ at) => this.#drawParagraph(at)]));
    this.#work(FIRST);
  }

  /** @returns {number[]} indexes of all paragraphs */
  #visibleFirst() {
    const indexes = [...this.paragraphs.keys()];
    const tops = this.paragraphs.map((paragraph) => paragraph.getBoundingClientRect());
    /** @param {number} index */
    const off = (index) => (tops[index].bottom < 0 || tops[index].top > innerHeight ? 1 : 0);
    return indexes.sort((a, b) => off(a) - off(b) || a - b);
  }

  /** Do what waits for as long as nobody notices, and go on later. @param {number} milliseconds */
  #work(milliseconds) {
    const until = performance.now() + milliseconds;
    for (const [index, act] of this.#late) {
      this.#late.delete(index);
      act(index);
      if (performance.now() > until) break;
    }
    for (const [name, segments] of this.#highlights) this.highlight(name, segments);
    if (this.#late.size) idly(() => this.#work(AGAIN));
  }

  /** Do all that waits, as before printing. */
  finish() {
    for (const [index, act] of this.#late) act(index);
    this.#late.clear();
  }

  /** @param {Iterable<number>} indexes of paragraphs */
  draw(indexes) {
    for (const index of indexes) {
      this.#late.delete(index);
      this.#drawParagraph(index);
    }
    for (const [name, segments] of this.#highlights) this.highlight(name, segments);
  }

  /** @param {number} index */
  #drawParagraph(index) {
    const paragraph = this.store.article.paragraphs[index];
    const annotations = this.store.inParagraph(index);
    const drawn = /** @type {Map<string, HTMLElement[]>} */ (new Map());
    this.#drawn[index] = drawn;
    /** @type {Cover[]} */
    const covers = [];
    for (const annotation of annotations) {
      const lane = this.store.lane(annotation.id);
      annotation.segments.forEach(([start, end], place) => {
        const from = /** @type {CodePoint} */ (Math.max(start, paragraph.start));
        const to = /** @type {CodePoint} */ (Math.min(end, paragraph.end));
        if (from < to) covers.push({ id: annotation.id, kind: annotation.kind, lane, start: from, end: to, first: place === 0 && start === from });
      });
    }
    const nodes = [];
    let at = paragraph.start;
    for (const piece of flatten(covers)) {
      if (piece.start > at) nodes.push(this.#words(paragraph, at, piece.start));
      nodes.push(this.#mark(piece, this.#words(paragraph, piece.start, piece.end), drawn));
      at = piece.end;
    }
    if (at < paragraph.end) nodes.push(this.#words(paragraph, at, paragraph.end));
    const element = this.paragraphs[index];
    element.replaceChildren(...nodes);
    const deepest = Math.max(-1, ...covers.filter(({ kind }) => !isRoof(kind)).map(({ lane }) => Math.min(lane, LANES - 1)));
    if (deepest > 1) element.dataset.lanes = String(deepest + 1);
    else delete element.dataset.lanes;
  }

  /** @param {import("./article.js").Paragraph} paragraph @param {CodePoint} start @param {CodePoint} end */
  #words(paragraph, start, end) {
    return document.createTextNode(paragraph.text.slice(paragraph.unitAt(start), paragraph.unitAt(end)));
  }

  /** One flat mark: an element a lane, the outermost of them the `mark`. @param {Piece} piece @param {Node} words @param {Map<string, HTMLElement[]>} drawn */
  #mark(piece, words, drawn) {
    const covers = piece.covers.filter(({ kind, lane }) => lane < (isRoof(kind) ? ROOFS : LANES));
    // Quotations lie outside, so that their tint is behind the lines.
    const outward = [...covers.filter(({ kind }) => !isRoof(kind)), ...covers.filter(({ kind }) => isRoof(kind))];
    let inner = words;
    outward.forEach((cover, depth) => {
      const element = document.createElement(depth === outward.length - 1 ? "mark" : "span");
      const annotation = /** @type {Annotation} */ (this.store.annotations.get(cover.id));
      element.className = `lane ${cover.kind} l${cover.lane}`;
      if (annotation.position) element.classList.add(annotation.position);
      if (annotation.origin === "suggested") element.classList.add("ghost");
      if (piece.begin.includes(cover)) element.classList.add("first");
      if (cover.end === piece.end) element.classList.add("last");
      if (this.#hidden(cover.id)) element.classList.add("off");
      element.append(inner);
      inner = element;
      const elements = drawn.get(cover.id);
      if (elements) elements.push(element);
      else drawn.set(cover.id, [element]);
    });
    if (!outward.length) {
      const mark = document.createElement("mark");
      mark.append(words);
      inner = mark;
    }
    const mark = /** @type {HTMLElement} */ (inner);
    mark.dataset.ids = piece.covers.map(({ id }) => id).join(" ");
    if (piece.more && piece.begin.some((cover) => !covers.includes(cover))) mark.dataset.more = `+${piece.more}`;
    return mark;
  }

  /** Hide the marks of annotations without drawing anew. @param {(id: string) => boolean} hidden */
  filter(hidden) {
    this.#hidden = hidden;
    for (const index of this.#visibleFirst()) {
      if (!this.#late.has(index)) this.#late.set(index, (at) => this.#filterParagraph(at));
    }
    this.#work(AGAIN);
  }

  /** @param {number} index */
  #filterParagraph(index) {
    for (const [id, elements] of this.#drawn[index]) {
      const off = this.#hidden(id);
      for (const element of elements) element.classList.toggle("off", off);
    }
  }

  /** @param {string} name one of HIGHLIGHTS @param {Segment[]} segments */
  highlight(name, segments) {
    const highlight = CSS.highlights?.get(name);
    if (!highlight) return;
    if (segments.length) this.#highlights.set(name, segments);
    else this.#highlights.delete(name);
    highlight.clear();
    for (const [start, end] of segments) highlight.add(this.range(start, end));
  }

  /** A point of the page for a position; at the border of two marks the end of the first, unless `after`. @param {CodePoint} position @param {boolean} [after] @returns {[Node, number]} */
  point(position, after = false) {
    const index = this.store.article.paragraphAt(position);
    let unit = this.store.article.paragraphs[index].unitAt(position);
    const walker = document.createTreeWalker(this.paragraphs[index], NodeFilter.SHOW_TEXT);
    let last = /** @type {[Node, number]} */ ([this.paragraphs[index], 0]);
    for (let node = /** @type {Text | null} */ (walker.nextNode()); node; node = /** @type {Text | null} */ (walker.nextNode())) {
      if (after ? unit < node.length : unit <= node.length) return [node, unit];
      last = [node, node.length];
      unit = utf16(unit - node.length);
    }
    return last;
  }

  /** @param {CodePoint} start @param {CodePoint} end */
  range(start, end) {
    const range = document.createRange();
    range.setStart(...this.point(start, true));
    range.setEnd(...this.point(end));
    return range;
  }

  /** The position of a point of the page; null outside the text. @param {Node | null} node @param {number} offset @returns {CodePoint | null} */
  position(node, offset) {
    if (!node || !this.container.contains(node)) return null;
    const element = /** @type {HTMLElement | null} */ ((node instanceof Element ? node : node.parentElement)?.closest("p"));
    const index = element ? this.paragraphs.indexOf(element) : -1;
    if (!element || index < 0) return this.#besideParagraphs(node, offset);
    const before = document.createRange();
    before.setStart(element, 0);
    before.setEnd(node, offset);
    return this.store.article.paragraphs[index].positionAt(utf16(before.toString().length));
  }

  /** A point between paragraphs belongs to the beginning of the next. @param {Node} node @param {number} offset */
  #besideParagraphs(node, offset) {
    const point = document.createRange();
    point.setStart(node, offset);
    const next = this.paragraphs.findIndex((paragraph) => point.comparePoint(paragraph, 0) >= 0);
    const { paragraphs } = this.store.article;
    return next >= 0 ? paragraphs[next].start : paragraphs[paragraphs.length - 1].end;
  }

  /** Where an annotation begins on the screen; null when it is not drawn. @param {string} id @returns {DOMRect | null} */
  place(id) {
    const annotation = this.store.annotations.get(id);
    if (!annotation) return null;
    const [start, end] = annotation.segments[0];
    return this.range(start, end).getClientRects()[0] ?? null;
  }

  /** Annotations under an element of the text, the shortest first. @param {Element} element */
  idsAt(element) {
    const mark = /** @type {HTMLElement | null} */ (element.closest("mark"));
    const ids = mark?.dataset.ids?.split(" ") ?? [];
    const position = this.position(element, 0);
    return position === null || !ids.length ? [] : this.store.touching(position, position).map(({ id }) => id).filter((id) => ids.includes(id));
  }
}
