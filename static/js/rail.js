// @ts-check
/**
 * The rail: a list with a card for each annotation, in text order, each a sentence; the selected one unfolded and level with its words.
 *
 * @import { Annotation, Conflict } from "./types.js"
 * @import { Store } from "./store.js"
 * @import { TextView } from "./text.js"
 * @import { Phrases } from "./phrases.js"
 */
import { around, h, quoted } from "./dom.js";
import { gettext, ngettext } from "./i18n.js";
import { KINDS, needsLook, sourceChanged } from "./phrases.js";

const AT_ONCE = 60; // cards made at first, and whenever one comes to the last of them
const ROOM = 5.75; // rem that are kept for a card that is not made, as in the style sheet

/**
 * @typedef {object} CardActs
 * @property {(id: string, scroll: boolean) => void} select
 * @property {(annotation: Annotation) => void} open
 * @property {(id: string) => {pending: boolean, problem: import("./types.js").Problem | null, conflicts: Conflict[]}} standing
 * @property {(annotation: Annotation, selected: boolean) => Node[]} unfold what stands below a card's sentence: of the selected all, of another what waits for an answer
 */

export class Rail {
  /** @type {Map<string, HTMLElement>} */
  #cards = new Map();
  /** @type {((id: string) => boolean) | null} */
  #hidden = null;
  /** How many of those that are shown have no card yet, before the first and after the last that is made. */
  #before = 0;
  #after = 0;
  #counted = false;
  #going = 0;
  /** Id of the card that the last press of the pointer was on. @type {string | null} */
  #pressed = null;
  /** @type {HTMLElement[]} */
  #adrift = [];

  /** @param {HTMLElement} list @param {HTMLElement} scroller @param {Store} store @param {TextView} view @param {Phrases} phrases @param {CardActs} acts */
  constructor(list, scroller, store, view, phrases, acts) {
    this.list = list;
    this.scroller = scroller;
    this.store = store;
    this.view = view;
    this.phrases = phrases;
    this.acts = acts;
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
    return this.#cards.get(id);
  }

  /** Annotations that the filter lets through, in text order. */
  shown() {
    const hidden = this.#hidden;
    return hidden ? this.store.ordered.filter(({ id }) => !hidden(id)) : this.store.ordered;
  }

  /**
   * Those whose words a revision changed, above all others: they have no place in this text until somebody finds it.
   * @param {HTMLElement} section @param {Annotation[]} annotations with their former words @param {string} review address of the page that finds places
   */
  drawAdrift(section, annotations, review) {
    section.hidden = !annotations.length;
    this.#adrift = annotations.map((annotation) => {
      const { id, kind, exact } = annotation;
      const link = h("a", { class: "say", href: `${review}${kind}/${id}/` }, ...this.#sentence(annotation, exact));
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

  /** Draw anew the cards that are made, or at first the first of them. */
  drawAll() {
    this.#make(this.#before, this.#before + Math.max(AT_ONCE, this.list.childElementCount));
  }

  /** Have cards for the annotations `[from, to)` of those shown, and for no others. @param {number} from @param {number} to */
  #make(from, to) {
    this.#cards.clear();
    this.list.replaceChildren(...this.#of(from, to));
    this.#reachable(null);
    this.#tellRest();
  }

  /** @param {number} from @param {number} to */
  #of(from, to) {
    return this.shown().slice(Math.max(0, from), Math.max(0, to)).map((annotation) => this.#card(annotation));
  }

  /** Keep the room of the cards that are not made, and have a screen reader count them. */
  #tellRest() {
    const shown = this.shown();
    const first = this.list.firstElementChild?.getAttribute("data-id");
    this.#before = Math.max(0, shown.findIndex(({ id }) => id === first));
    this.#after = shown.length - this.#before - this.list.childElementCount;
    this.list.style.setProperty("--before", String(this.#before));
    this.list.style.setProperty("--after", String(this.#after));
    const counted = this.#before + this.#after > 0;
    for (const [index, card] of counted || this.#counted ? [...this.list.children].entries() : []) {
      card.setAttribute("aria-setsize", String(shown.length));
      card.setAttribute("aria-posinset", String(this.#before + index + 1));
    }
    this.#counted = counted;
  }

  /** Make all cards that are still to be made, as before printing. */
  finish() {
    if (this.#counted) this.#make(0, Infinity);
  }

  /** Make cards where the made ones come to their end, or where one has scrolled past them. */
  #goOn() {
    const [from, to] = [this.#before, this.#before + this.list.childElementCount];
    if (!this.#counted) return;
    const { top, bottom } = this.list.getBoundingClientRect();
    const room = ROOM * parseFloat(getComputedStyle(document.documentElement).fontSize);
    const first = top + from * room;
    const last = bottom - this.#after * room;
    if (first > innerHeight) this.#make(...this.#near(Math.floor(-top / room)));
    else if (last < 0) this.#make(...this.#near(to + Math.floor(-last / room)));
    else if (this.#after && last < innerHeight * 2) this.list.append(...this.#of(to, to + AT_ONCE));
    else if (from && first > -innerHeight) this.list.prepend(...this.#of(from - AT_ONCE, from));
    this.#tellRest();
  }

  /** The run of cards around one: as many at the ends of the list as in its middle. @param {number} index @returns {[number, number]} */
  #near(index) {
    const from = Math.max(0, Math.min(index - AT_ONCE / 2, this.shown().length - AT_ONCE));
    return [from, from + AT_ONCE];
  }

  #goOnSoon() {
    cancelAnimationFrame(this.#going);
    this.#going = requestAnimationFrame(() => this.#goOn());
  }

  /** The card of an annotation, made with those around it where it is far from the others. @param {string} id */
  #reach(id) {
    const index = this.#cards.has(id) ? -1 : this.shown().findIndex((annotation) => annotation.id === id);
    if (index >= 0) this.#make(...this.#near(index));
    return this.#cards.get(id);
  }

  /** @param {Iterable<string>} ids of annotations that came, went or changed */
  draw(ids) {
    const active = /** @type {HTMLElement | null} */ (document.activeElement);
    let focused = /** @type {{id: string, nth: number} | null} */ (null);
    for (const id of ids) {
      const old = this.#cards.get(id);
      if (old?.contains(active)) focused = { id, nth: controls(old).indexOf(/** @type {HTMLElement} */ (active)) };
      old?.remove();
      this.#cards.delete(id);
    }
    this.#fill();
    const card = focused && this.#cards.get(focused.id);
    // A comment that is being written goes on in the new card, and what stands where a button stood has the focus that it had.
    if (focused && card) (controls(card)[focused.nth] ?? controls(card)[0]).focus({ preventScroll: true });
  }

  /** Make what is missing between the first and the last card, and at the ends of the list where they were on it. */
  #fill() {
    if (!this.list.childElementCount) {
      this.#make(this.#before, this.#before + AT_ONCE);
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

  /** @param {Annotation} annotation */
  #card(annotation) {
    const { id, kind } = annotation;
    const exact = this.store.article.exact(annotation.segments);
    const selected = this.store.view.selected === id;
    const { pending, problem, conflicts } = this.acts.standing(id);
    const say = h("button", { type: "button", class: "say", "aria-expanded": String(selected), tabindex: selected ? 0 : -1 }, ...this.#sentence(annotation, exact));
    const card = h(
      "li",
      { class: ["note", kind, annotation.position].filter(Boolean).join(" "), id: `a-${id}`, "data-id": id },
      say,
      this.#facts(annotation, pending),
    );
    if (annotation.origin === "suggested") card.classList.add("ghost");
    if (selected) card.setAttribute("aria-current", "true");
    if (selected || problem || conflicts.length) card.append(...this.acts.unfold(annotation, selected));
    this.#cards.set(id, card);
    return card;
  }

  /** @param {Annotation} annotation @param {string[]} exact */
  #sentence(annotation, exact) {
    const parts = this.phrases.sentence(annotation, exact).map(({ text, as, position }) => {
      if (as === "words") return quoted(text, shortened(text));
      if (as === "strong") return h("b", { dir: "auto" }, shortened(text));
      return as ? h("span", { class: [as, position].filter(Boolean).join(" ") }, text) : text;
    });
    return [h("span", { class: "visually-hidden" }, `${KINDS[annotation.kind]}: `), ...parts];
  }

  /** @param {Annotation} annotation @param {boolean} pending */
  #facts(annotation, pending) {
    const facts = this.phrases.facts(annotation, (id) => this.store.annotations.get(id));
    const line = h("p", { class: "meta" }, facts.join(" · "));
    const why = needsLook(annotation);
    if (why) line.append(facts.length ? " · " : "", h("span", { class: "look" }, why));
    const changed = sourceChanged(this.store.page.source_changed[annotation.id]);
    if (changed) line.append(line.textContent ? " · " : "", h("span", { class: "look" }, changed));
    const comments = this.store.comments.get(annotation.id) ?? [];
    const open = comments.filter(({ resolved }) => !resolved).length;
    if (comments.length) line.append(line.textContent ? " · " : "", h("span", { class: open ? "comments open" : "comments" }, open ? ngettext("%(count)s comment", "%(count)s comments", open) : gettext("comments settled")));
    if (pending) line.append(h("span", { class: "pending", title: gettext("not stored yet") }, " ↻", h("span", { class: "visually-hidden" }, ` ${gettext("not stored yet")}`)));
    return line;
  }

  /** @param {string | null} before @param {string | null} now */
  select(before, now) {
    this.draw([before, now].filter((id) => id !== null));
    this.#reachable((now && this.#reach(now)) || null);
  }

  /** One card at a time is a stop for the Tab key: the selected, else the first. @param {HTMLElement | null} card */
  #reachable(card) {
    const reached = card ?? this.#cards.get(this.store.view.selected ?? "") ?? /** @type {HTMLElement | null} */ (this.list.firstElementChild);
    for (const say of this.list.querySelectorAll(".say[tabindex='0']")) if (say.parentElement !== reached) say.setAttribute("tabindex", "-1");
    reached?.querySelector(".say")?.setAttribute("tabindex", "0");
  }

  /** @param {string} [id] the card to focus; else the one the Tab key reaches */
  focus(id) {
    const say = /** @type {HTMLElement | null | undefined} */ (id ? this.#reach(id)?.querySelector(".say") : this.list.querySelector(".say[tabindex='0']"));
    say?.focus({ preventScroll: true });
    return Boolean(say);
  }

  /** @param {((id: string) => boolean) | null} hidden null: all are shown */
  filter(hidden) {
    this.#hidden = hidden;
    const { selected } = this.store.view;
    this.#make(0, AT_ONCE);
    if (selected) this.#reach(selected);
    this.#goOnSoon();
  }

  /** Bring a card level with its words, as far as the rail can go. @param {string} id */
  align(id) {
    const card = this.#reach(id);
    const words = this.view.place(id);
    if (!card || !words || getComputedStyle(card).position === "fixed") return;
    // Cards that were never on the screen have a guessed height: after a step their true one is known.
    for (let round = 0; round < 3; round += 1) {
      const distance = card.getBoundingClientRect().top - words.top;
      if (Math.abs(distance) < 2) return;
      const before = this.scroller.scrollTop;
      this.scroller.scrollTop += distance;
      if (this.scroller.scrollTop === before) return;
    }
  }
}

/** What can have the focus on a card. @param {Element} card @returns {HTMLElement[]} */
const controls = (card) => [...card.querySelectorAll(/** @type {"button"} */ ("button, a, textarea"))];

/** @param {string} text */
const shortened = (text) => (text.length > 160 ? `${text.slice(0, 159)}…` : text);
