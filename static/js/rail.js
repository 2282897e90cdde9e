// @ts-check
/**
 * The rail: a list with a card for each annotation, in text order, each a sentence; the selected one unfolded and level with its words.
 * Which of the cards there are, says run.js; how one looks, phrases.js.
 *
 * @import { Annotation } from "./types.js"
 * @import { CardActs, Phrases } from "./phrases.js"
 * @import { Store } from "./store.js"
 * @import { TextView } from "./text.js"
 */
import { afterFrame, around, gettext, h } from "./dom.js";
import { Cards, sourceChanged } from "./phrases.js";
import { Run } from "./run.js";
import { placeIn } from "./segments.js";

const GAP = 12; // pixels between the composer and the card below it, as between two cards

export class Rail {
  /** @type {((id: string) => boolean) | null} */
  #hidden = null;
  /** What it lets through, as far as that is known. @type {Annotation[] | null} */
  #through = null;
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
    this.run = new Run(list, {
      find: (id) => store.annotations.get(id),
      shown: () => this.shown(),
      make: (annotation) => this.#make(annotation),
      settle: () => this.settle(),
      replaced: () => this.#reachable(null),
    });
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
    for (const scrolling of [scroller, window]) scrolling.addEventListener("scroll", () => this.run.goOnSoon(), { passive: true });
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
    const from = this.store.annotations.get(around(event, ".note")?.dataset.id ?? "");
    const next = from && this.shown()[placeIn(this.shown(), from) + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    this.acts.select(next.id, true);
    this.focus(next.id);
  }

  /** @param {string} id */
  element(id) {
    this.settle();
    this.#unfold();
    return this.run.get(id);
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
    this.run.renew();
  }

  /** @param {Annotation} annotation */
  #make(annotation) {
    if (this.cards.isOpen(annotation)) this.#unfoldSoon(annotation.id);
    return this.cards.make(annotation);
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
      const [card, annotation] = [this.run.get(id), this.store.annotations.get(id)];
      if (card && annotation && this.cards.isOpen(annotation)) this.cards.unfold(card, annotation);
      // There is more to scroll now.
      if (id === this.#level) this.align(id);
    }
    this.#level = null;
  }

  /** Make all cards that are still to be made, as before printing. */
  finish() {
    this.settle();
    this.run.finish();
    this.#unfold();
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
    if (this.#wanted) this.run.reach(this.#wanted);
    this.#wanted = null;
  }

  #drawDue() {
    const active = /** @type {HTMLElement | null} */ (document.activeElement);
    const wasHere = this.list.contains(active);
    const due = [...this.#due].filter(([id]) => this.run.get(id));
    const mayMove = [...this.#due.values()].includes(true);
    this.#due.clear();
    for (const [id, changed] of due) {
      const card = /** @type {HTMLElement} */ (this.run.get(id));
      const annotation = this.store.annotations.get(id);
      if (!annotation || this.#hidden?.(id)) {
        this.run.remove(id);
        continue;
      }
      if (changed) this.cards.draw(card, annotation);
      else this.cards.turn(card, annotation);
      if (this.cards.isOpen(annotation)) this.#unfoldSoon(id);
    }
    if (mayMove) this.run.mend(due.map(([id]) => id));
    this.#reachable(null);
    // Who moves in the list loses it; where its card went, it goes to the text.
    if (wasHere && active !== document.activeElement) (active?.isConnected ? active : this.view.container).focus({ preventScroll: true });
  }

  /** @param {string | null} before @param {string | null} now */
  select(before, now) {
    for (const id of [before, now]) if (id && !this.#due.has(id)) this.#due.set(id, false);
    this.#wanted = now;
    this.soon();
  }

  /** The composer takes the selected annotation, or gives it back: its card leaves out what the composer has. */
  turnSelected() {
    const { selected } = this.store.view;
    if (!selected) return;
    this.select(null, selected);
    this.align(selected);
  }

  /** One card at a time is a stop for the Tab key: the one that has the focus, else the selected, else the first. @param {HTMLElement | null} card */
  #reachable(card) {
    const focused = this.list.contains(document.activeElement) ? document.activeElement?.closest(".note") : null;
    const reached = card ?? focused ?? this.run.get(this.store.view.selected ?? "") ?? this.list.firstElementChild;
    const stop = reached?.querySelector(".say") ?? null;
    if (this.#stop !== stop) this.#stop?.setAttribute("tabindex", "-1");
    this.#stop = stop;
    stop?.setAttribute("tabindex", "0");
  }

  /** @param {string} [id] the card to focus; else the one the Tab key reaches */
  focus(id) {
    this.settle();
    const say = /** @type {HTMLElement | null | undefined} */ (id ? this.run.reach(id)?.querySelector(".say") : this.list.querySelector(".say[tabindex='0']"));
    say?.focus({ preventScroll: true });
    return Boolean(say);
  }

  /** @param {((id: string) => boolean) | null} hidden null: all are shown */
  filter(hidden) {
    this.#hidden = hidden;
    this.#through = null;
    const { selected } = this.store;
    const annotation = selected && !hidden?.(selected.id) ? selected : undefined;
    this.run.begin(annotation);
    if (annotation) this.align(annotation.id);
  }

  /** Bring a card level with its words, as far as the rail can go, when all that a key or a press does is done. @param {string} id */
  align(id) {
    this.#wanted = id;
    this.#aligned = id;
    this.soon();
  }

  /** Bring the card that is to be so level with its words, or below the composer where that lies over them. @returns {number | null} where a card that comes from below covers the page from */
  alignNow() {
    const id = this.#aligned;
    this.#aligned = null;
    const card = id && this.run.get(id);
    const words = card && this.view.place(id);
    if (!card || !words) return null;
    if (this.#folded.has(id)) this.#level = id;
    const { top, height } = card.getBoundingClientRect();
    if (getComputedStyle(card).position === "fixed") return height ? top : null;
    const distance = top - Math.max(words.top, this.#composed);
    if (Math.abs(distance) >= 2) this.scroller.scrollTop += distance;
    return null;
  }

  /** Where cards begin to be seen below the composer, when that stays at the top. */
  get #composed() {
    const composer = [...this.scroller.children].find((each) => each.matches(".composer:not([hidden])"));
    return composer instanceof HTMLElement ? this.scroller.getBoundingClientRect().top + composer.offsetHeight + GAP : 0;
  }
}
