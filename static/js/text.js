// @ts-check
/**
 * The article as drawn: a paragraph's words in flat marks, redrawn only where something changed; positions to points of the page and
 * back; what passes (a selection kept while composing, the words of the selected card, search hits) as CSS highlights.
 *
 * @import { CodePoint, Segment } from "./types.js"
 * @import { Store } from "./store.js"
 * @import { Cover, Lane, Piece } from "./segments.js"
 */
import { hold, idly } from "./dom.js";
import { utf16 } from "./offsets.js";
import { LANES, flatten, isDrawn, isRoof, lanesOf } from "./segments.js";

/** What passes, in the order of painting. */
const HIGHLIGHTS = ["colleague", "source", "cue", "hedge", "target", "selected", "hit", "kept"];

const SLICE = 40; // milliseconds that drawing may take while the browser is idle

/** What is drawn of one piece of a paragraph: a node, and in it an element for each annotation that has a lane. @typedef {{node: ChildNode, elements: [string, HTMLElement][]}} Drawn */

export class TextView {
  /** Elements drawn for each annotation, by paragraph. @type {Map<string, HTMLElement[]>[]} */
  #drawn = [];
  /** What each paragraph is made of, by how it looks: a piece that looks as before is not made anew. @type {Map<string, Drawn>[]} */
  #pieces = [];
  /** @type {Map<string, Segment[]>} */
  #highlights = new Map();
  /** Names of highlights that are still to be shown. @type {Set<string>} */
  #unlit = new Set();
  /** @type {((id: string) => boolean) | null} */
  #hidden = null;
  /** Paragraphs that are still to be drawn for the first time. @type {Set<number>} */
  #late = new Set();
  /** Paragraphs in which something changed since they were drawn. @type {Set<number>} */
  #due = new Set();
  /** Whether words are being selected by a press: the browser's selection then outlives drawing. */
  pressed = false;
  /** Paragraphs off the screen whose marks are not yet hidden and shown as the filter says. @type {Set<number>} */
  #unfiltered = new Set();

  /** @param {HTMLElement} container whose text is the article's @param {Store} store @param {() => void} soon has `settle` called */
  constructor(container, store, soon) {
    this.container = container;
    this.store = store;
    this.soon = soon;
    this.paragraphs = /** @type {HTMLElement[]} */ ([...container.querySelectorAll("p")]);
    this.#drawn = this.paragraphs.map(() => new Map());
    this.#pieces = this.paragraphs.map(() => new Map());
    container.addEventListener(
      "contentvisibilityautostatechange",
      ({ target }) => {
        for (const index of this.#unfiltered) if (/** @type {Node} */ (target).contains(this.paragraphs[index])) this.#filterParagraph(index);
      },
      { capture: true },
    );
    const inherited = this.paragraphs[0] && getComputedStyle(this.paragraphs[0], "::highlight(selected)").backgroundColor;
    container.classList.toggle("uninherited", !inherited || inherited === "rgba(0, 0, 0, 0)");
    if (CSS.highlights) HIGHLIGHTS.forEach((name, priority) => CSS.highlights.set(name, Object.assign(new Highlight(), { priority })));
  }

  /** Draw what is on the screen; all that is further down or up follows when the browser is idle. */
  drawAll() {
    const { seen, others } = this.#split();
    this.#late = new Set(others);
    for (const index of seen) this.#drawParagraph(index);
    idly(() => this.#work());
  }

  /** Indexes of the paragraphs that are on the screen or near, and of the others, what is below before what is above. */
  #split() {
    const indexes = [...this.paragraphs.keys()];
    const first = this.firstBelow(-innerHeight / 4);
    const last = this.firstBelow(innerHeight * 1.25);
    return { seen: indexes.slice(first, last + 1), others: [...indexes.slice(last + 1), ...indexes.slice(0, first)] };
  }

  /** The index of the first paragraph that ends below a line of the window. Stretches first: to ask a paragraph of one that is not seen lays it out. @param {number} line */
  firstBelow(line) {
    const stretches = [...this.container.children];
    const stretch = stretches[firstOf(stretches, line)];
    if (!stretch) return this.paragraphs.length;
    const within = /** @type {HTMLElement[]} */ ([...stretch.children]);
    return this.paragraphs.indexOf(within[0]) + firstOf(within, line);
  }

  /** Do what waits for as long as nobody notices, and go on later. */
  #work() {
    const until = performance.now() + SLICE;
    const drawing = this.#late.size > 0;
    for (const index of this.#late) {
      this.#drawParagraph(index);
      if (performance.now() > until) break;
    }
    if (drawing) this.#light();
    for (const index of this.#unfiltered) {
      if (performance.now() > until) break;
      this.#filterParagraph(index);
    }
    if (this.#late.size + this.#unfiltered.size) idly(() => this.#work());
    else performance.mark("drawn");
  }

  /** Do all that waits, as before printing. */
  finish() {
    for (const index of this.#late) this.#drawParagraph(index);
    for (const index of this.#unfiltered) this.#filterParagraph(index);
  }

  /** Draw paragraphs anew when all that a key or a press does is done, or as soon as a point in the text is asked for. @param {Iterable<number>} indexes */
  draw(indexes) {
    for (const index of indexes) this.#due.add(index);
    this.soon();
  }

  /** Have the text as the store says. */
  settle() {
    if (this.#due.size) this.#light();
    const selectAgain = this.pressed && this.#due.size ? this.#selecting() : null;
    for (const index of this.#due) this.#drawParagraph(index);
    this.#due.clear();
    selectAgain?.();
    const unlit = [...this.#unlit];
    this.#unlit.clear();
    for (const name of unlit) this.#show(name);
  }

  /** Where the browser's selection begins and ends, to be put there again: the words that it stands in are made anew. */
  #selecting() {
    const selection = document.getSelection();
    const [anchor, focus] = selection ? [this.position(selection.anchorNode, selection.anchorOffset), this.position(selection.focusNode, selection.focusOffset)] : [null, null];
    return anchor === null || focus === null ? null : () => selection?.setBaseAndExtent(...this.point(anchor), ...this.point(focus));
  }

  /** Have all highlights shown anew: their words may stand in other elements now. */
  #light() {
    for (const name of this.#highlights.keys()) this.#unlit.add(name);
    this.soon();
  }

  /** @param {number} index */
  #drawParagraph(index) {
    this.#late.delete(index);
    const paragraph = this.store.article.paragraphs[index];
    /** @type {Cover[]} */
    const covers = [];
    for (const { id, kind, position, origin, segments } of this.store.inParagraph(index)) {
      const lane = this.store.lane(id);
      const look = `lane ${kind} l${lane}${position ? ` ${position}` : ""}${origin === "suggested" ? " ghost" : ""}`;
      segments.forEach(([start, end], place) => {
        const from = /** @type {CodePoint} */ (Math.max(start, paragraph.start));
        const to = /** @type {CodePoint} */ (Math.min(end, paragraph.end));
        if (from < to) covers.push({ id, kind, lane, look, start: from, end: to, first: place === 0 && start === from });
      });
    }
    const before = this.#pieces[index];
    const pieces = /** @type {Map<string, Drawn>} */ (new Map());
    const put = (/** @type {string} */ key, /** @type {() => Drawn} */ make) => pieces.set(key, before.get(key) ?? make());
    const putWords = (/** @type {CodePoint} */ start, /** @type {CodePoint} */ end) => {
      if (start < end) put(`${start} ${end}`, () => ({ node: this.#words(paragraph, start, end), elements: [] }));
    };
    let at = paragraph.start;
    for (const piece of flatten(covers)) {
      putWords(at, piece.start);
      const lanes = lanesOf(piece);
      let key = `${piece.start} ${piece.end} ${piece.more}`;
      for (const { id } of piece.covers) key += ` ${id}`;
      for (const { look } of lanes) key += ` ${look}`;
      put(key, () => this.#mark(piece, lanes, this.#words(paragraph, piece.start, piece.end)));
      at = piece.end;
    }
    putWords(at, paragraph.end);
    this.#pieces[index] = pieces;
    const drawn = /** @type {Map<string, HTMLElement[]>} */ (new Map());
    this.#drawn[index] = drawn;
    for (const { elements } of pieces.values()) {
      for (const [id, element] of elements) {
        const of = drawn.get(id);
        if (of) of.push(element);
        else drawn.set(id, [element]);
      }
    }
    const element = this.paragraphs[index];
    hold(element, [...pieces.values()].map(({ node }) => node));
    if (this.#unfiltered.has(index)) this.#filterParagraph(index);
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
   * @param {Piece} piece @param {Lane[]} lanes @param {ChildNode} words @returns {Drawn}
   */
  #mark(piece, lanes, words) {
    /** @type {Drawn["elements"]} */
    const elements = [];
    let inner = words;
    lanes.forEach(({ id, look }, depth) => {
      const element = document.createElement(depth === lanes.length - 1 ? "mark" : "span");
      element.className = `${look}${this.#hidden?.(id) ? " off" : ""}`;
      element.append(inner);
      inner = element;
      elements.push([id, element]);
    });
    if (!lanes.length) {
      const mark = document.createElement("mark");
      mark.append(words);
      inner = mark;
    }
    const mark = /** @type {HTMLElement} */ (inner);
    mark.dataset.ids = piece.covers.map(({ id }) => id).join(" ");
    if (piece.more && piece.begin.some((cover) => !isDrawn(cover))) mark.dataset.more = `+${piece.more}`;
    return { node: mark, elements };
  }

  /** Hide the marks of annotations without drawing anew: at once where they can be seen, elsewhere when they come near or when the browser is idle. @param {((id: string) => boolean) | null} hidden null: none */
  filter(hidden) {
    const { seen, others } = this.#split();
    this.#hidden = hidden;
    // What is still to be drawn is drawn as it is now.
    this.#unfiltered = new Set(others.filter((index) => !this.#late.has(index)));
    for (const index of seen) if (!this.#late.has(index)) this.#filterParagraph(index);
    idly(() => this.#work());
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
    if (!segments.length && !this.#highlights.has(name)) return;
    if (segments.length) this.#highlights.set(name, segments);
    else this.#highlights.delete(name);
    this.#unlit.add(name);
    this.soon();
  }

  /** @param {string} name */
  #show(name) {
    const highlight = CSS.highlights?.get(name);
    highlight?.clear();
    for (const [start, end] of this.#highlights.get(name) ?? []) highlight?.add(this.range(start, end));
  }

  /** A point of the page for a position; at the border of two marks the end of the first, unless `after`. @param {CodePoint} position @param {boolean} [after] @returns {[Node, number]} */
  point(position, after = false) {
    this.settle();
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

/** The index of the first element that ends below a line of the window; how many there are, where none does. @param {Element[]} elements one below the other @param {number} line */
function firstOf(elements, line) {
  let low = 0;
  for (let high = elements.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (elements[middle].getBoundingClientRect().bottom < line) low = middle + 1;
    else high = middle;
  }
  return low;
}
