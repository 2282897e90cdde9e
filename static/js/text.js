// @ts-check
/**
 * The article as drawn: a paragraph's words in flat marks, redrawn only where something changed; positions to points of the page and
 * back; what passes (a selection kept while composing, the words of the selected card, search hits) as CSS highlights.
 *
 * @import { CodePoint, Segment } from "./types.js"
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
const AGAIN = 40;

export class TextView {
  /** Elements drawn for each annotation, by paragraph. @type {Map<string, HTMLElement[]>[]} */
  #drawn = [];
  /** @type {Map<string, Segment[]>} */
  #highlights = new Map();
  /** @type {((id: string) => boolean) | null} */
  #hidden = null;
  /** Paragraphs that are still to be drawn. @type {Set<number>} */
  #late = new Set();
  /** Paragraphs off the screen whose marks are not hidden and shown as the filter says. @type {Set<number>} */
  #unfiltered = new Set();

  /** @param {HTMLElement} container whose text is the article's @param {Store} store */
  constructor(container, store) {
    this.container = container;
    this.store = store;
    this.paragraphs = /** @type {HTMLElement[]} */ ([...container.querySelectorAll("p")]);
    this.#drawn = this.paragraphs.map(() => new Map());
    container.addEventListener(
      "contentvisibilityautostatechange",
      ({ target }) => {
        const index = this.paragraphs.indexOf(/** @type {HTMLElement} */ (target));
        if (this.#unfiltered.has(index)) this.#filterParagraph(index);
      },
      { capture: true },
    );
    if (CSS.highlights) HIGHLIGHTS.forEach((name, priority) => CSS.highlights.set(name, Object.assign(new Highlight(), { priority })));
  }

  /** Draw everything, what is on the screen first. What takes longer than a moment follows when the browser is idle. */
  drawAll() {
    this.#late = new Set(this.#visibleFirst());
    this.#work(FIRST);
  }

  /** @returns {number[]} indexes of all paragraphs: from the first on the screen to the last, then those before it */
  #visibleFirst() {
    const indexes = [...this.paragraphs.keys()];
    let low = 0;
    for (let high = indexes.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (this.paragraphs[middle].getBoundingClientRect().bottom < 0) low = middle + 1;
      else high = middle;
    }
    return [...indexes.slice(low), ...indexes.slice(0, low)];
  }

  /** Do what waits for as long as nobody notices, and go on later. @param {number} milliseconds */
  #work(milliseconds) {
    const until = performance.now() + milliseconds;
    for (const index of this.#late) {
      this.#drawParagraph(index);
      if (performance.now() > until) break;
    }
    for (const [name, segments] of this.#highlights) this.highlight(name, segments);
    if (this.#late.size) idly(() => this.#work(AGAIN));
    else performance.mark("drawn");
  }

  /** Do all that waits, as before printing. */
  finish() {
    for (const index of this.#late) this.#drawParagraph(index);
    for (const index of this.#unfiltered) this.#filterParagraph(index);
  }

  /** @param {Iterable<number>} indexes of paragraphs */
  draw(indexes) {
    for (const index of indexes) this.#drawParagraph(index);
    for (const [name, segments] of this.#highlights) this.highlight(name, segments);
  }

  /** @param {number} index */
  #drawParagraph(index) {
    this.#late.delete(index);
    this.#unfiltered.delete(index);
    const paragraph = this.store.article.paragraphs[index];
    const drawn = /** @type {Map<string, HTMLElement[]>} */ (new Map());
    this.#drawn[index] = drawn;
    /** @type {Cover[]} */
    const covers = [];
    /** @type {Map<string, string>} */
    const looks = new Map();
    for (const annotation of this.store.inParagraph(index)) {
      const { id, kind, position, origin } = annotation;
      const lane = this.store.lane(id);
      looks.set(id, `lane ${kind} l${lane}${position ? ` ${position}` : ""}${origin === "suggested" ? " ghost" : ""}`);
      annotation.segments.forEach(([start, end], place) => {
        const from = /** @type {CodePoint} */ (Math.max(start, paragraph.start));
        const to = /** @type {CodePoint} */ (Math.min(end, paragraph.end));
        if (from < to) covers.push({ id, kind, lane, start: from, end: to, first: place === 0 && start === from });
      });
    }
    const nodes = [];
    let at = paragraph.start;
    for (const piece of flatten(covers)) {
      if (piece.start > at) nodes.push(this.#words(paragraph, at, piece.start));
      nodes.push(this.#mark(piece, this.#words(paragraph, piece.start, piece.end), looks, drawn));
      at = piece.end;
    }
    if (at < paragraph.end) nodes.push(this.#words(paragraph, at, paragraph.end));
    const element = this.paragraphs[index];
    element.replaceChildren(...nodes);
    const deepest = covers.reduce((most, { kind, lane }) => (isRoof(kind) ? most : Math.max(most, Math.min(lane, LANES - 1))), -1);
    if (deepest > 1) element.dataset.lanes = String(deepest + 1);
    else delete element.dataset.lanes;
  }

  /** @param {import("./article.js").Paragraph} paragraph @param {CodePoint} start @param {CodePoint} end */
  #words(paragraph, start, end) {
    return document.createTextNode(paragraph.text.slice(paragraph.unitAt(start), paragraph.unitAt(end)));
  }

  /**
   * One flat mark: an element a lane, the outermost of them the `mark`.
   * @param {Piece} piece @param {Node} words @param {Map<string, string>} looks classes by annotation @param {Map<string, HTMLElement[]>} drawn
   */
  #mark(piece, words, looks, drawn) {
    const covers = piece.covers.filter(({ kind, lane }) => lane < (isRoof(kind) ? ROOFS : LANES));
    // Quotations lie outside, so that their tint is behind the lines.
    const outward = [...covers.filter(({ kind }) => !isRoof(kind)), ...covers.filter(({ kind }) => isRoof(kind))];
    let inner = words;
    outward.forEach((cover, depth) => {
      const element = document.createElement(depth === outward.length - 1 ? "mark" : "span");
      const first = piece.begin.includes(cover) ? " first" : "";
      const last = cover.end === piece.end ? " last" : "";
      element.className = `${looks.get(cover.id)}${first}${last}${this.#hidden?.(cover.id) ? " off" : ""}`;
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

  /** Hide the marks of annotations without drawing anew: at once where they can be seen, elsewhere when they come near. @param {((id: string) => boolean) | null} hidden null: none */
  filter(hidden) {
    this.#hidden = hidden;
    this.paragraphs.forEach((paragraph, index) => {
      // What is still to be drawn is drawn as it is now.
      if (this.#late.has(index)) return;
      // It is what stands in a paragraph that is skipped, not the paragraph.
      if (paragraph.firstElementChild?.checkVisibility?.({ contentVisibilityAuto: true }) ?? true) this.#filterParagraph(index);
      else this.#unfiltered.add(index);
    });
  }

  /** @param {number} index */
  #filterParagraph(index) {
    this.#unfiltered.delete(index);
    for (const [id, elements] of this.#drawn[index]) {
      const off = this.#hidden?.(id) ?? false;
      // What is as it should be is not touched: most are.
      if (elements[0].classList.contains("off") !== off) for (const element of elements) element.classList.toggle("off", off);
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
