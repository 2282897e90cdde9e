// @ts-check
/**
 * The rail: a list with a card for each annotation, in text order, each a sentence; the selected one unfolded and level with its words.
 *
 * @import { Annotation } from "./types.js"
 * @import { CardActs, Phrases } from "./phrases.js"
 * @import { Store } from "./store.js"
 * @import { TextView } from "./text.js"
 */
import { around, h, hold, idly } from "./dom.js";
import { gettext } from "./i18n.js";
import { Cards, sourceChanged } from "./phrases.js";

const MORE = 16; // cards made whenever one comes to the last of them
const AHEAD = 15; // cards that are kept ready below and above the screen
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
  #going = 0;
  /** Where the list began on the screen, and the pixels that are kept for a card that is not made, when that was last looked at. */
  #top = 0;
  #room = ROOM * 16;
  /** Ids of annotations that came, went or changed, and whose cards are still as they were. @type {Set<string>} */
  #due = new Set();
  /** Id of the card that is to be there, however far it is from the others. @type {string | null} */
  #wanted = null;
  /** Id of the card that is to be level with its words. @type {string | null} */
  #aligned = null;
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
    const card = there?.get(annotation.id) ?? this.cards.make(annotation);
    this.#cards.set(annotation.id, card);
    return card;
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
    for (const [index, card] of counted || this.#counted ? [...this.list.children].entries() : []) {
      card.setAttribute("aria-setsize", String(shown.length));
      card.setAttribute("aria-posinset", String(this.#before + index + 1));
    }
    this.#counted = counted;
  }

  /** Make all cards that are still to be made, as before printing. */
  finish() {
    this.settle();
    if (this.#counted) this.#make(0, Infinity);
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
    const from = Math.max(0, Math.min(index - MORE / 2, this.shown().length - MORE));
    return [from, from + MORE];
  }

  #goOnSoon() {
    cancelAnimationFrame(this.#going);
    this.#going = requestAnimationFrame(() => {
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
    for (const id of ids) this.#due.add(id);
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
    let focused = /** @type {{id: string, nth: number} | null} */ (null);
    for (const id of this.#due) {
      const old = this.#cards.get(id);
      if (old?.contains(active)) focused = { id, nth: controls(old).indexOf(/** @type {HTMLElement} */ (active)) };
      old?.remove();
      this.#cards.delete(id);
    }
    this.#due.clear();
    this.#fill();
    this.#reachable(null);
    const card = focused && this.#cards.get(focused.id);
    // A comment that is being written goes on in the new card, and what stands where a button stood has the focus that it had.
    const again = focused && card && (card.contains(active) ? active : (controls(card)[focused.nth] ?? controls(card)[0]));
    again?.focus({ preventScroll: true });
  }

  /** Make what is missing between the first and the last card, and at the ends of the list where they were on it. */
  #fill() {
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
      this.list.insertBefore(this.#card(shown[index]), this.#cards.get(shown[index + 1]?.id) ?? null);
    }
    this.#tellRest();
  }

  /** @param {string | null} before @param {string | null} now */
  select(before, now) {
    this.draw([before, now].filter((id) => id !== null));
    this.#wanted = now;
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
    if (this.#top < 0) this.#goOnSoon();
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
  }
}

/** What can have the focus on a card. @param {Element} card @returns {HTMLElement[]} */
const controls = (card) => [...card.querySelectorAll(/** @type {"button"} */ ("button, a, textarea"))];
