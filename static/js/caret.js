// @ts-check
/**
 * The caret and the selection in a text that cannot be edited: moved by keys, set by mouse, pen and finger. The browser's selection
 * follows it, so that copying and reading aloud work as ever.
 *
 * @import { CodePoint } from "./types.js"
 * @import { Store } from "./store.js"
 * @import { TextView } from "./text.js"
 * @import { Boundaries, Unit } from "./article.js"
 */
import { afterFrame } from "./dom.js";
import { codePoint } from "./offsets.js";

const MARGIN = 96; // pixels kept free above and below the caret when the page scrolls after it
const BLINK = 550; // milliseconds that it is seen, and not
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

/** The selection was made: by pointer, or without an event by touch handles. @typedef {(event: MouseEvent | null) => void} Chosen */

export class Caret {
  /** Where ↑ and ↓ aim, in pixels from the left; null until one of them is pressed. @type {number | null} */
  #goal = null;
  /** Whether it is still to be drawn where it stands now, to be followed by the browser's selection, and by the page. */
  #due = false;
  #selects = false;
  #followed = false;
  #byTouch = false;
  /** @type {any} */
  #settling = null;
  #blinking = 0;

  /**
   * @param {TextView} view
   * @param {Store} store
   * @param {Boundaries} boundaries
   * @param {HTMLElement} mark the element that blinks
   * @param {Chosen} chosen
   * @param {() => void} soon has `settle` called
   */
  constructor(view, store, boundaries, mark, chosen, soon) {
    this.view = view;
    this.store = store;
    this.boundaries = boundaries;
    this.mark = mark;
    this.chosen = chosen;
    this.soon = soon;
    const { container } = view;
    container.addEventListener("pointerdown", (event) => {
      this.#byTouch = event.pointerType === "touch";
      view.pressed = !this.#byTouch;
      // Pressing on selected words would drag them away instead of selecting anew.
      if (!this.#byTouch && !event.shiftKey && event.button === 0) document.getSelection()?.removeAllRanges();
    });
    document.addEventListener("pointerup", (event) => {
      if (view.pressed) this.#readSelection(event);
      view.pressed = false;
    });
    document.addEventListener("pointercancel", () => {
      view.pressed = false;
    });
    container.addEventListener("click", (event) => {
      if (this.#byTouch && document.getSelection()?.isCollapsed) this.#tap(event);
    });
    document.addEventListener("selectionchange", () => {
      if (!this.#byTouch) return;
      clearTimeout(this.#settling);
      this.#settling = setTimeout(() => this.#readSelection(null), 250);
    });
    container.addEventListener("focus", () => this.draw());
    container.addEventListener("blur", () => this.draw());
    window.addEventListener("resize", () => this.draw());
    document.addEventListener("visibilitychange", () => this.#blink());
    STILL.addEventListener("change", () => this.#blink());
  }

  /** Take over what was selected with pointer or finger, widened to whole words unless Alt is held. @param {PointerEvent | null} event */
  #readSelection(event) {
    const selection = document.getSelection();
    const { container } = this.view;
    if (!selection || ![selection.anchorNode, selection.focusNode].some((node) => container.contains(node))) return;
    const anchor = this.view.position(selection.anchorNode, selection.anchorOffset) ?? this.#beyond(selection.anchorNode);
    // What a drag leaves the text for is beside it; the line that it came to counts.
    const focus = this.view.position(selection.focusNode, selection.focusOffset) ?? (event ? this.#beside(event) : this.#beyond(selection.focusNode));
    if (anchor === focus) {
      this.set(focus, focus, { scroll: false });
      if (event) this.chosen(event);
      return;
    }
    const [start, end] = anchor < focus ? [anchor, focus] : [focus, anchor];
    const snapped = event?.altKey ? this.store.article.trim(start, end) : this.boundaries.snap(start, end);
    if (!snapped) return;
    this.set(...(anchor < focus ? snapped : /** @type {[CodePoint, CodePoint]} */ ([snapped[1], snapped[0]])), { scroll: false });
    this.chosen(event);
  }

  /** The end of the text that is nearer to a node outside it. @param {Node | null} node */
  #beyond(node) {
    const { paragraphs } = this.store.article;
    const before = node && this.view.container.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_PRECEDING;
    return before ? paragraphs[0].start : paragraphs[paragraphs.length - 1].end;
  }

  /** The position level with a point outside the text. @param {{clientX: number, clientY: number}} point */
  #beside({ clientX, clientY }) {
    const { paragraphs } = this.store.article;
    const below = this.view.firstBelow(clientY);
    const index = this.view.paragraphs[below]?.getBoundingClientRect().top <= clientY ? below : below - 1;
    if (index < 0) return paragraphs[0].start;
    return this.#at(index, clientX, clientY) ?? paragraphs[index].end;
  }

  /** A tap, which leaves no selection. @param {MouseEvent} event */
  #tap(event) {
    const point = pointAt(event.clientX, event.clientY);
    const position = point && this.view.position(...point);
    if (position === null) return;
    this.set(position, position, { scroll: false });
    this.chosen(event);
  }

  /** @param {CodePoint} anchor @param {CodePoint} caret @param {{scroll?: boolean, goal?: boolean}} [how] */
  set(anchor, caret, { scroll = true, goal = false } = {}) {
    if (!goal) this.#goal = null;
    this.store.show({ anchor, caret });
    this.#followed ||= scroll;
    this.sync();
  }

  /** Draw it, and make the browser's selection ours. */
  sync() {
    this.#selects = true;
    this.draw();
  }

  #selectUnseen() {
    if (document.activeElement === this.view.container) this.#select();
  }

  /** Unless a press has begun to select anew. */
  #select() {
    if (this.view.pressed) return;
    const { anchor, caret } = this.store.view;
    const selection = document.getSelection();
    const [anchorNode, anchorOffset] = this.view.point(anchor, anchor <= caret);
    const [caretNode, caretOffset] = this.view.point(caret, caret < anchor);
    selection?.setBaseAndExtent(anchorNode, anchorOffset, caretNode, caretOffset);
  }

  focus() {
    // Asking for it costs a layout also where it is.
    if (document.activeElement !== this.view.container) this.view.container.focus({ preventScroll: true });
    this.sync();
  }

  /** Draw it as soon as all that a key or a press does is done: each look for its place costs a layout. */
  draw() {
    this.#due = true;
    this.soon();
  }

  /** Have caret and selection where the store says. */
  settle() {
    if (!this.#due) return;
    this.#due = false;
    const focused = document.activeElement === this.view.container;
    const { anchor, caret } = this.store.view;
    // Where no words are nor were selected nothing of it is seen, and to set it costs as much as to draw a card.
    const seen = anchor !== caret || !document.getSelection()?.isCollapsed;
    if (focused && this.#selects && seen) this.#select();
    else if (focused && this.#selects) afterFrame(() => this.#selectUnseen());
    this.#selects = false;
    if (this.#followed) this.#scroll();
    this.#followed = false;
    const rect = focused && this.rect();
    this.mark.hidden = !rect;
    this.#blink();
    if (!rect) return;
    const origin = this.view.container.getBoundingClientRect();
    this.mark.style.translate = `${rect.left - origin.left}px ${rect.top - origin.top}px`;
    this.mark.style.height = `${rect.height}px`;
  }

  /** Begin to blink anew, so that a caret that moves is seen. Not by an animation: as long as one runs, each frame costs the page 2 ms. */
  #blink() {
    clearInterval(this.#blinking);
    this.mark.classList.remove("dark");
    if (!this.mark.hidden && !document.hidden && !STILL.matches) this.#blinking = setInterval(() => this.mark.classList.toggle("dark"), BLINK);
  }

  /** Where the caret stands on the screen. @returns {DOMRect | undefined} */
  rect() {
    const [node, offset] = this.view.point(this.store.view.caret);
    const range = document.createRange();
    range.setStart(node, offset);
    range.collapse(true);
    const rects = range.getClientRects();
    return rects[rects.length - 1] ?? this.view.range(this.store.view.caret, codePoint(this.store.view.caret + 1)).getClientRects()[0];
  }

  #scroll() {
    const rect = this.rect();
    if (!rect) return;
    if (rect.top < MARGIN) window.scrollBy(0, rect.top - MARGIN);
    else if (rect.bottom > innerHeight - MARGIN) window.scrollBy(0, rect.bottom - innerHeight + MARGIN);
  }

  /** Which way in the text an arrow points that stands at a position: in a paragraph that is read from the right, ← goes on. @param {CodePoint} position @param {boolean} left @returns {1 | -1} */
  way(position, left) {
    return left === this.#isRightToLeft(this.store.article.paragraphAt(position)) ? 1 : -1;
  }

  /** @param {number} index of a paragraph */
  #isRightToLeft(index) {
    return getComputedStyle(this.view.paragraphs[index]).direction === "rtl";
  }

  /** By an arrow to the left or the right. @param {Unit} unit @param {boolean} left @param {boolean} extend */
  stepAside(unit, left, extend) {
    this.step(unit, this.way(this.store.view.caret, left), extend);
  }

  /** @param {Unit | "paragraph"} unit @param {1 | -1} direction @param {boolean} extend */
  step(unit, direction, extend) {
    const { anchor, caret } = this.store.view;
    const [start, end] = this.store.selection;
    // Without Shift, an arrow leaves the selection at the end it points to.
    if (unit === "grapheme" && !extend && start !== end) {
      const side = direction > 0 ? end : start;
      this.set(side, side);
      return;
    }
    const next = unit === "paragraph" ? this.boundaries.stepParagraph(caret, direction) : this.boundaries.step(caret, unit, direction);
    this.set(extend ? anchor : next, next);
  }

  /** To the line above or below, as near as can be to where the caret came from. @param {1 | -1} direction @param {boolean} extend */
  stepLine(direction, extend) {
    this.#scroll();
    const rect = this.rect();
    if (!rect) return;
    this.#goal ??= rect.left;
    const here = this.store.article.paragraphAt(this.store.view.caret);
    const height = parseFloat(getComputedStyle(this.view.paragraphs[here]).lineHeight);
    const middle = (rect.top + rect.bottom) / 2;
    const box = this.view.paragraphs[here].getBoundingClientRect();
    const within = middle + direction * height;
    let found = within > box.top && within < box.bottom ? this.#at(here, this.#goal, within) : null;
    if (found === null) {
      const next = this.view.paragraphs[here + direction]?.getBoundingClientRect();
      const { start, end } = this.store.article.paragraphs[here];
      found = next ? this.#at(here + direction, this.#goal, direction > 0 ? next.top + height / 2 : next.bottom - height / 2) : direction > 0 ? end : start;
    }
    if (found === null) return;
    this.set(extend ? this.store.view.anchor : found, found, { goal: true });
  }

  /** To the end or the beginning of the line. @param {1 | -1} direction @param {boolean} extend */
  stepLineEnd(direction, extend) {
    const rect = this.rect();
    if (!rect) return;
    const here = this.store.article.paragraphAt(this.store.view.caret);
    const box = this.view.paragraphs[here].getBoundingClientRect();
    const found = this.#at(here, direction > 0 !== this.#isRightToLeft(here) ? box.right - 1 : box.left + 1, (rect.top + rect.bottom) / 2);
    if (found !== null) this.set(extend ? this.store.view.anchor : found, found);
  }

  /** The position of a paragraph at a point of the screen. The browser answers beside the paragraph too: such answers count only when they lie in it. @param {number} index @param {number} x @param {number} y @returns {CodePoint | null} */
  #at(index, x, y) {
    const box = this.view.paragraphs[index].getBoundingClientRect();
    const point = pointAt(Math.min(Math.max(x, box.left + 1), box.right - 1), y);
    const found = point && this.view.paragraphs[index].contains(point[0]) ? this.view.position(...point) : null;
    return found;
  }
}

/** @param {number} x @param {number} y @returns {[Node, number] | null} */
function pointAt(x, y) {
  if (document.caretPositionFromPoint) {
    const position = document.caretPositionFromPoint(x, y);
    return position && [position.offsetNode, position.offset];
  }
  const range = document.caretRangeFromPoint(x, y);
  return range && [range.startContainer, range.startOffset];
}
