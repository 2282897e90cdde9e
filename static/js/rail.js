// @ts-check
/**
 * The rail: a list with a card for each annotation, in text order, each a sentence; the selected one unfolded and level with its words.
 *
 * @import { Annotation } from "./types.js"
 * @import { CardActs, Phrases } from "./phrases.js"
 * @import { Store } from "./store.js"
 * @import { TextView } from "./text.js"
 */
import { afterFrame, around, h, hold, idly } from "./dom.js";
import { gettext } from "./i18n.js";
import { Cards, sourceChanged } from "./phrases.js";
import { inTextOrder } from "./segments.js";

const MORE = 8; // cards made whenever one comes to the last of them, and on each side of one that is far from them
const AHEAD = 8; // cards that are kept ready below and above the screen: the browser lays out and paints all that are there
const ROOM = 5.75; // rem that are kept for a card that is not made, as in the style sheet

export class Rail {
  /** @type {Map<string, HTMLElement>} */
  #cards = new Map();
  /** @type {((id: string) => boolean) | null} */
  #hidden = null;
  /** What it lets through, as far as that is known. @type {Annotation[] | null} */
  #through = null;
  /** How many of those that are shown have no card yet, before the first and after the last that is made. */
  #before = 0;
  #after = 0;
  #counted = false;
  #counting = false;
  #going = false;
  /** Where the list began on the screen, and the pixels that are kept for a card that is not made, when that was last looked at. */
  #top = 0;
  #room = ROOM * 16;
  /** Ids of annotations whose cards are still as they were; whether they came, went or changed, or are just selected or no more. @type {Map<string, boolean>} */
  #due = new Map();
  /** Ids of annotations whose cards are there, and do not show yet what stands below the sentence. @type {Set<string>} */
  #folded = new Set();
  /** Id of the card that is to be there, however far it is from the others. @type {string | null} */
  #wanted = null;
  /** Id of the card that is to be level with its words. @type {string | null} */
  #aligned = null;
  /** Id of the one that was last brought so, before it was unfolded. @type {string | null} */
  #level = null;
  /** What the Tab key stops at. @type {Element | null} */
  #stop = null;
  /** Id of the card that the last press of the pointer was on. @type {string | null} */
  #pressed = null;
  /** @type {HTMLElement[]} */
  #adrift = [];

  /** @param {HTMLElement} list @param {HTMLElement} scroller @param {Store} store @param {TextView} view @param {Phrases} phrases @param {CardActs} acts @param {() => void} soon has `settle` called */
  constructor(list, scroller, store, view, phrases, acts, soon) {
    this.list = list;
    this.scroller = scroller;
    this.store = store;
    this.view = view;
    this.cards = new Cards(store, phrases, acts);
    this.acts = acts;
    this.soon = soon;
    list.addEventListener("click", (event) => {
      const id = around(event, ".note")?.dataset.id;
      if (!id || around(event, "button:not(.say), a, .talk, .write")) return;
      this.#pressed = id;
      acts.select(id, true);
    });
    scroller.addEventListener("click", (event) => this.#pressAgain(event), { capture: true });
    list.addEventListener("keydown", (event) => this.#key(event));
    list.addEventListener("focusin", (event) => this.#reachable(around(event, ".note")));
    // The rail scrolls by itself; on a narrow screen it is the window that scrolls.
    for (const scrolling of [scroller, window]) scrolling.addEventListener("scroll", () => this.#goOnSoon(), { passive: true });
  }

  /** The first press brings a card level with its words, and unfolds it: a second is meant for that card, wherever it lands. @param {MouseEvent} event */
  #pressAgain(event) {
    const annotation = event.detail === 2 ? this.store.annotations.get(this.#pressed ?? "") : undefined;
    this.#pressed = null;
    if (!annotation) return;
    event.preventDefault();
    event.stopPropagation();
    this.acts.open(annotation);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !(event.key === "ArrowDown" || event.key === "ArrowUp")) return;
    if (event.target instanceof HTMLTextAreaElement) return;
    const card = around(event, ".note");
    const shown = this.shown();
    const next = shown[shown.findIndex(({ id }) => id === card?.dataset.id) + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    this.acts.select(next.id, true);
    this.focus(next.id);
  }

  /** @param {string} id */
  element(id) {
    this.settle();
    this.#unfold();
    return this.#cards.get(id);
  }

  /** Annotations that the filter lets through, in text order. */
  shown() {
    const hidden = this.#hidden;
    return hidden ? (this.#through ??= this.store.ordered.filter(({ id }) => !hidden(id))) : this.store.ordered;
  }

  /**
   * Those whose words a revision changed, above all others: they have no place in this text until somebody finds it.
   * @param {HTMLElement} section @param {Annotation[]} annotations with their former words @param {string} review address of the page that finds places
   */
  drawAdrift(section, annotations, review) {
    section.hidden = !annotations.length;
    this.#adrift = annotations.map((annotation) => {
      const { id, kind, exact } = annotation;
      const link = h("a", { class: "say", href: `${review}${kind}/${id}/` }, ...this.cards.sentence(annotation, exact));
      const assessed = sourceChanged(this.store.page.source_changed[id]);
      const meta = h("p", { class: "meta" }, h("span", { class: "look" }, gettext("its words changed")), ` · ${gettext("find its place")}`, assessed && ` · ${assessed}`);
      section.querySelector("ol")?.append(h("li", { class: ["note", "lost", kind, annotation.position].filter(Boolean).join(" "), id: `a-${id}` }, link, meta));
      return link;
    });
  }

  get isAdrift() {
    return this.#adrift.some((link) => link === document.activeElement);
  }

  /** Focus the next of those without a place; false after the last. */
  stepAdrift() {
    const next = this.#adrift[this.#adrift.findIndex((link) => link === document.activeElement) + 1];
    next?.focus();
    return Boolean(next);
  }

  /** Draw anew the cards that are made, or at first those that can be seen. */
  drawAll() {
    const made = this.#cards.size;
    this.#cards.clear();
    this.#make(this.#before, this.#before + Math.max(this.#atOnce, made));
  }

  /** As many cards as can be seen, and a few more. */
  get #atOnce() {
    return Math.ceil(innerHeight / this.#room) + 2;
  }

  /** Have cards for the annotations `[from, to)` of those shown, and for no others. @param {number} from @param {number} to */
  #make(from, to) {
    const there = this.#cards;
    this.#cards = new Map();
    hold(this.list, this.#of(from, to, there));
    this.#reachable(null);
    this.#tellRest();
    idly(() => this.#prepare());
  }

  /** @param {number} from @param {number} to @param {Map<string, HTMLElement>} [there] cards that are made */
  #of(from, to, there) {
    return this.shown().slice(Math.max(0, from), Math.max(0, to)).map((annotation) => this.#card(annotation, there));
  }

  /** @param {Annotation} annotation @param {Map<string, HTMLElement>} [there] */
  #card(annotation, there) {
    const made = there?.get(annotation.id);
    const card = made ?? this.cards.make(annotation);
    this.#cards.set(annotation.id, card);
    if (!made && this.cards.isOpen(annotation)) this.#unfoldSoon(annotation.id);
    return card;
  }

  /** @param {string} id */
  #unfoldSoon(id) {
    this.#folded.add(id);
    if (this.#folded.size === 1) afterFrame(() => this.#unfold());
  }

  /** Show what stands below the sentence on the cards that were made for it: who presses a key sees the card first. */
  #unfold() {
    const folded = [...this.#folded];
    this.#folded.clear();
    for (const id of folded) {
      const [card, annotation] = [this.#cards.get(id), this.store.annotations.get(id)];
      if (card && annotation && this.cards.isOpen(annotation)) this.cards.unfold(card, annotation);
      // There is more to scroll now.
      if (id === this.#level) this.align(id);
    }
    this.#level = null;
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

  /** Keep the room of the cards that are not made, and have a screen reader count them. */
  #tellRest() {
    const shown = this.shown();
    const first = this.list.firstElementChild?.getAttribute("data-id");
    this.#before = Math.max(0, shown.findIndex(({ id }) => id === first));
    this.#after = shown.length - this.#before - this.list.childElementCount;
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

  /** Make all cards that are still to be made, as before printing. */
  finish() {
    this.settle();
    if (this.#counted) this.#make(0, Infinity);
    this.#unfold();
  }

  /** Make cards where the made ones come to their end, or where one has scrolled past them. */
  #goOn() {
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
    else if (this.#after && last < innerHeight * 1.25) this.list.append(...this.#of(to, to + MORE));
    else if (from && first > -innerHeight) this.list.prepend(...this.#of(from - MORE, from));
    this.#tellRest();
  }

  /** The run of cards around one: as many at the ends of the list as in its middle. @param {number} index @returns {[number, number]} */
  #near(index) {
    const from = Math.max(0, Math.min(index - MORE, this.shown().length - 2 * MORE));
    return [from, from + 2 * MORE];
  }

  /** There are cards ahead: the next are made when the frame is painted. */
  #goOnSoon() {
    if (this.#going) return;
    this.#going = true;
    afterFrame(() => {
      this.#going = false;
      this.#goOn();
      idly(() => this.#prepare());
    });
  }

  /** The card of an annotation, made with those around it where it is far from the others. @param {string} id */
  #reach(id) {
    const index = this.#cards.has(id) ? -1 : this.shown().findIndex((annotation) => annotation.id === id);
    if (index >= 0) this.#make(...this.#near(index));
    return this.#cards.get(id);
  }

  /** Draw the cards anew when all that a key or a press does is done, or as soon as one of them is asked for. @param {Iterable<string>} ids of annotations that came, went or changed */
  draw(ids) {
    for (const id of ids) this.#due.set(id, true);
    this.#through = null;
    this.soon();
  }

  /** Have the cards as the store says. */
  settle() {
    if (this.#due.size) this.#drawDue();
    if (this.#wanted) this.#reach(this.#wanted);
    this.#wanted = null;
  }

  #drawDue() {
    const active = /** @type {HTMLElement | null} */ (document.activeElement);
    const due = [...this.#due.keys()].filter((id) => this.#cards.has(id));
    const mayMove = [...this.#due.values()].includes(true);
    for (const id of due) {
      const card = /** @type {HTMLElement} */ (this.#cards.get(id));
      const annotation = this.store.annotations.get(id);
      if (!annotation || this.#hidden?.(id)) {
        card.remove();
        this.#cards.delete(id);
        continue;
      }
      if (this.#due.get(id)) this.cards.draw(card, annotation);
      else this.cards.turn(card, annotation);
      if (this.cards.isOpen(annotation)) this.#unfoldSoon(id);
    }
    this.#due.clear();
    const moved = !mayMove || this.#isInOrder() ? [] : due.filter((id) => this.#cards.has(id));
    const there = new Map(this.#cards);
    for (const id of moved) {
      this.#cards.get(id)?.remove();
      this.#cards.delete(id);
    }
    this.#fill(there);
    this.#reachable(null);
    // Who moves in the list loses it.
    if (active !== document.activeElement && this.list.contains(active)) active?.focus({ preventScroll: true });
  }

  /** Whether the cards stand as their annotations do in the text. */
  #isInOrder() {
    const standing = [...this.list.children].map((card) => this.store.annotations.get(card.getAttribute("data-id") ?? ""));
    return standing.every((annotation, index) => !index || inTextOrder(/** @type {Annotation} */ (standing[index - 1]), /** @type {Annotation} */ (annotation)) < 0);
  }

  /** Make what is missing between the first and the last card, and at the ends of the list where they were on it. @param {Map<string, HTMLElement>} there cards that are made, and may have left the list */
  #fill(there) {
    if (!this.list.childElementCount) {
      this.#make(this.#before, this.#before + this.#atOnce);
      return;
    }
    const shown = this.shown();
    const place = (/** @type {Element | null} */ card) => shown.findIndex(({ id }) => id === card?.getAttribute("data-id"));
    const from = this.#before ? place(this.list.firstElementChild) : 0;
    const to = this.#after ? place(this.list.lastElementChild) + 1 : shown.length;
    for (let index = to - 1; index >= Math.max(0, from); index -= 1) {
      if (this.#cards.has(shown[index].id)) continue;
      this.list.insertBefore(this.#card(shown[index], there), this.#cards.get(shown[index + 1]?.id) ?? null);
    }
    this.#tellRest();
  }

  /** @param {string | null} before @param {string | null} now */
  select(before, now) {
    for (const id of [before, now]) if (id && !this.#due.has(id)) this.#due.set(id, false);
    this.#wanted = now;
    this.soon();
  }

  /** One card at a time is a stop for the Tab key: the one that has the focus, else the selected, else the first. @param {HTMLElement | null} card */
  #reachable(card) {
    const focused = this.list.contains(document.activeElement) ? document.activeElement?.closest(".note") : null;
    const reached = card ?? focused ?? this.#cards.get(this.store.view.selected ?? "") ?? this.list.firstElementChild;
    const stop = reached?.querySelector(".say") ?? null;
    if (this.#stop !== stop) this.#stop?.setAttribute("tabindex", "-1");
    this.#stop = stop;
    stop?.setAttribute("tabindex", "0");
  }

  /** @param {string} [id] the card to focus; else the one the Tab key reaches */
  focus(id) {
    this.settle();
    const say = /** @type {HTMLElement | null | undefined} */ (id ? this.#reach(id)?.querySelector(".say") : this.list.querySelector(".say[tabindex='0']"));
    say?.focus({ preventScroll: true });
    return Boolean(say);
  }

  /** @param {((id: string) => boolean) | null} hidden null: all are shown */
  filter(hidden) {
    this.#hidden = hidden;
    this.#through = null;
    const selected = this.shown().findIndex(({ id }) => id === this.store.view.selected);
    if (selected < 0) this.#make(0, this.#atOnce);
    else {
      this.#make(...this.#near(selected));
      this.align(this.shown()[selected].id);
    }
    // Before the frame is painted: where one has scrolled down, others are on the screen.
    if (this.#top < 0) requestAnimationFrame(() => this.#goOn());
  }

  /** Bring a card level with its words, as far as the rail can go, when all that a key or a press does is done. @param {string} id */
  align(id) {
    this.#wanted = id;
    this.#aligned = id;
    this.soon();
  }

  /** Bring the card that is to be so level with its words. */
  alignNow() {
    const id = this.#aligned;
    this.#aligned = null;
    const card = id && this.#cards.get(id);
    const words = card && this.view.place(id);
    if (!card || !words || getComputedStyle(card).position === "fixed") return;
    const distance = card.getBoundingClientRect().top - words.top;
    if (Math.abs(distance) >= 2) this.scroller.scrollTop += distance;
    if (this.#folded.has(id)) this.#level = id;
  }
}
