// @ts-check
/**
 * Which cards there are: of the thousands that a text may have, a run of those on the screen and a few around them, in text order. For
 * all others their room is kept, and a screen reader counts them. As one scrolls the run grows, or another takes its place.
 *
 * @import { Annotation } from "./types.js"
 */
import { afterFrame, hold, idly } from "./dom.js";
import { inTextOrder, placeIn } from "./segments.js";

const MORE = 8; // cards made whenever one comes to the last of them, and on each side of one that is far from them
const AHEAD = 8; // cards that are kept ready below and above the screen: the browser lays out and paints all that are there
const ROOM = 5.75; // rem that are kept for a card that is not made, as in the style sheet

export class Run {
  /** @type {Map<string, HTMLElement>} */
  #cards = new Map();
  /** How many of those that are shown have no card yet, before the first and after the last that is made. */
  #before = 0;
  #after = 0;
  #counted = false;
  #counting = false;
  #going = false;
  /** Where the list began on the screen, and the pixels that are kept for a card that is not made, when that was last looked at. */
  #top = 0;
  #room = ROOM * 16;

  /**
   * @param {HTMLElement} list
   * @param {object} rail
   * @param {(id: string) => Annotation | undefined} rail.find
   * @param {() => Annotation[]} rail.shown annotations that the filter lets through, in text order
   * @param {(annotation: Annotation) => HTMLElement} rail.make
   * @param {() => void} rail.settle has the cards that are there as the store says
   * @param {() => void} rail.replaced is told when other cards are there
   */
  constructor(list, { find, shown, make, settle, replaced }) {
    this.list = list;
    this.find = find;
    this.shown = shown;
    this.makeOne = make;
    this.settle = settle;
    this.replaced = replaced;
  }

  /** @param {string} id */
  get(id) {
    return this.#cards.get(id);
  }

  /** @param {string} id */
  remove(id) {
    this.#cards.get(id)?.remove();
    this.#cards.delete(id);
  }

  /** Make all cards anew, or at first those that can be seen. */
  renew() {
    const made = this.#cards.size;
    this.#cards.clear();
    this.#make(this.#before, this.#before + Math.max(this.#atOnce, made));
  }

  /** Begin where an annotation is, else at the top: others are shown now. @param {Annotation | undefined} annotation */
  begin(annotation) {
    if (annotation) this.#make(...this.#near(placeIn(this.shown(), annotation)));
    else this.#make(0, this.#atOnce);
    // Before the frame is painted, and no more than it shows: where one has scrolled down, others are on the screen.
    if (this.#top < 0) requestAnimationFrame(() => this.#goOn(0, 0));
  }

  /** The card of an annotation that is shown, made with those around it where it is far from the others. @param {string} id */
  reach(id) {
    const annotation = this.#cards.has(id) ? undefined : this.find(id);
    const index = annotation ? placeIn(this.shown(), annotation) : -1;
    if (this.shown()[index]?.id === id) this.#make(...this.#near(index));
    return this.#cards.get(id);
  }

  /** Have cards for all that are shown within the run, and in their order. @param {string[]} changed ids of annotations that may stand elsewhere now */
  mend(changed) {
    const there = new Map(this.#cards);
    if (!this.#isInOrder()) for (const id of changed) this.remove(id);
    if (!this.list.childElementCount) {
      this.#make(this.#before, this.#before + this.#atOnce);
      return;
    }
    const shown = this.shown();
    const from = this.#before ? this.#placeOf(this.list.firstElementChild) : 0;
    const to = this.#after ? this.#placeOf(this.list.lastElementChild) + 1 : shown.length;
    for (let index = to - 1; index >= from; index -= 1) {
      if (this.#cards.has(shown[index].id)) continue;
      this.list.insertBefore(this.#card(shown[index], there), this.#cards.get(shown[index + 1]?.id) ?? null);
    }
    this.#tellRest();
  }

  /** Make all cards that are still to be made, as before printing. */
  finish() {
    if (this.#counted) this.#make(0, Infinity);
  }

  /** There are cards ahead: the next are made when the frame is painted. */
  goOnSoon() {
    if (this.#going) return;
    this.#going = true;
    afterFrame(() => {
      this.#going = false;
      this.#goOn();
      idly(() => this.#prepare());
    });
  }

  /** As many cards as can be seen, and a few more. */
  get #atOnce() {
    return Math.ceil(innerHeight / this.#room) + 2;
  }

  /** The run around a card: as many at the ends of the list as in its middle. @param {number} index @returns {[number, number]} */
  #near(index) {
    const from = Math.max(0, Math.min(index - MORE, this.shown().length - 2 * MORE));
    return [from, from + 2 * MORE];
  }

  /** Have cards for the annotations `[from, to)` of those shown, and for no others. @param {number} from @param {number} to */
  #make(from, to) {
    const there = this.#cards;
    this.#cards = new Map();
    hold(this.list, this.#of(from, to, there));
    this.replaced();
    this.#tellRest();
    idly(() => this.#prepare());
  }

  /** @param {number} from @param {number} to @param {Map<string, HTMLElement>} [there] cards that are made */
  #of(from, to, there) {
    return this.shown().slice(Math.max(0, from), Math.max(0, to)).map((annotation) => this.#card(annotation, there));
  }

  /** @param {Annotation} annotation @param {Map<string, HTMLElement>} [there] */
  #card(annotation, there) {
    const card = there?.get(annotation.id) ?? this.makeOne(annotation);
    this.#cards.set(annotation.id, card);
    return card;
  }

  /** @param {Element | null} card */
  #annotationOf(card) {
    return /** @type {Annotation} */ (this.find(card?.getAttribute("data-id") ?? ""));
  }

  /** @param {Element | null} card */
  #placeOf(card) {
    return placeIn(this.shown(), this.#annotationOf(card));
  }

  /** Whether the cards stand as their annotations do in the text. */
  #isInOrder() {
    const standing = [...this.list.children].map((card) => this.#annotationOf(card));
    return standing.every((annotation, index) => !index || inTextOrder(standing[index - 1], annotation) < 0);
  }

  /** Keep the room of the cards that are not made, and have a screen reader count them. */
  #tellRest() {
    const { childElementCount: made, firstElementChild: first } = this.list;
    this.#before = first ? this.#placeOf(first) : 0;
    this.#after = this.shown().length - this.#before - made;
    // Not by a custom property: all that is in the list would be styled anew.
    this.list.style.paddingBlock = `${this.#before * ROOM}rem ${this.#after * ROOM}rem`;
    const counted = this.#before + this.#after > 0;
    if ((counted || this.#counted) && !this.#counting) {
      this.#counting = true;
      afterFrame(() => this.#count());
    }
    this.#counted = counted;
  }

  #count() {
    this.#counting = false;
    const size = String(this.shown().length);
    for (const [index, card] of [...this.list.children].entries()) {
      card.setAttribute("aria-setsize", size);
      card.setAttribute("aria-posinset", String(this.#before + index + 1));
    }
  }

  /** Make some more while nothing else is to be done, so that there are always some below and above those on the screen. */
  #prepare() {
    this.settle();
    const [from, to] = [this.#before, this.#before + this.list.childElementCount];
    const { top, bottom } = this.list.getBoundingClientRect();
    const above = -top / this.#room - from;
    const below = (bottom - innerHeight) / this.#room - this.#after;
    if (this.#after && below < AHEAD) this.list.append(...this.#of(to, to + MORE));
    else if (from && above < AHEAD) this.list.prepend(...this.#of(from - MORE, from));
    else return;
    this.#tellRest();
    idly(() => this.#prepare());
  }

  /** Make cards where the made ones come to their end, or where one has scrolled past them. @param {number} [below] pixels below the screen that are to have cards @param {number} [above] */
  #goOn(below = innerHeight / 4, above = innerHeight) {
    this.settle();
    const [from, to] = [this.#before, this.#before + this.list.childElementCount];
    if (!this.#counted) {
      this.#top = 0;
      return;
    }
    const { top, bottom } = this.list.getBoundingClientRect();
    const room = ROOM * parseFloat(getComputedStyle(document.documentElement).fontSize);
    this.#top = top;
    this.#room = room;
    const first = top + from * room;
    const last = bottom - this.#after * room;
    if (first > innerHeight) this.#make(...this.#near(Math.floor(-top / room)));
    else if (last < 0) this.#make(...this.#near(to + Math.floor(-last / room)));
    else if (this.#after && last < innerHeight + below) this.list.append(...this.#of(to, to + MORE));
    else if (from && first > -above) this.list.prepend(...this.#of(from - MORE, from));
    this.#tellRest();
  }
}
