// @ts-check
/**
 * The rail: a list with a card for each annotation, in text order, each a sentence; the selected one unfolded and level with its words.
 *
 * @import { Annotation, Conflict } from "./types.js"
 * @import { Store } from "./store.js"
 * @import { TextView } from "./text.js"
 * @import { Phrases } from "./phrases.js"
 */
import { around, h, idly, quoted } from "./dom.js";
import { gettext, ngettext } from "./i18n.js";
import { KINDS, needsLook, sourceChanged } from "./phrases.js";

const AT_ONCE = 60; // cards made before the page is shown; the others follow when the browser is idle

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
  /** @type {(id: string) => boolean} */
  #hidden = () => false;
  #round = 0;
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
    return this.store.ordered.filter(({ id }) => !this.#hidden(id));
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

  drawAll() {
    this.#round += 1;
    this.#cards.clear();
    this.list.replaceChildren();
    this.#append(0, AT_ONCE);
  }

  /** @param {number} from @param {number} size */
  #append(from, size) {
    const cards = document.createDocumentFragment();
    for (const annotation of this.store.ordered.slice(from, from + size)) {
      if (!this.#cards.has(annotation.id)) cards.append(this.#card(annotation));
    }
    this.list.append(cards);
    if (from === 0) this.#reachable(null);
    const round = this.#round;
    if (from + size < this.store.ordered.length) idly(() => round === this.#round && this.#append(from + size, AT_ONCE * 2));
    else this.#inOrder();
  }

  /** Make all cards that are still to be made, as before printing. */
  finish() {
    this.#append(0, Infinity);
  }

  /** Cards that came while others were still to be made stand where they belong. */
  #inOrder() {
    this.store.ordered.forEach(({ id }, index) => {
      const card = this.#cards.get(id);
      if (card && this.list.children[index] !== card) this.list.insertBefore(card, this.list.children[index] ?? null);
    });
  }

  /** @param {Iterable<string>} ids of annotations that came, went or changed */
  draw(ids) {
    for (const id of ids) {
      const old = this.#cards.get(id);
      const annotation = this.store.annotations.get(id);
      if (!annotation) {
        old?.remove();
        this.#cards.delete(id);
        continue;
      }
      const active = /** @type {HTMLElement | null} */ (document.activeElement);
      const focused = old?.contains(active) ? controls(old).indexOf(/** @type {HTMLElement} */ (active)) : -1;
      const card = this.#card(annotation);
      old?.remove();
      const after = this.store.ordered.slice(this.store.ordered.indexOf(annotation) + 1).find((other) => this.#cards.has(other.id));
      this.list.insertBefore(card, after ? (this.#cards.get(after.id) ?? null) : null);
      // A comment that is being written goes on in the new card, and what stands where a button stood has the focus that it had.
      if (focused >= 0) (controls(card)[focused] ?? controls(card)[0]).focus({ preventScroll: true });
    }
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
      { class: ["note", kind, annotation.position].filter(Boolean).join(" "), id: `a-${id}`, "data-id": id, hidden: this.#hidden(id) },
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
    this.#reachable(now ? (this.#cards.get(now) ?? null) : null);
  }

  /** One card at a time is a stop for the Tab key: the selected, else the first. @param {HTMLElement | null} card */
  #reachable(card) {
    const reached = card ?? this.#cards.get(this.store.view.selected ?? "") ?? /** @type {HTMLElement | null} */ (this.list.querySelector(".note:not([hidden])"));
    for (const say of this.list.querySelectorAll(".say[tabindex='0']")) if (say.parentElement !== reached) say.setAttribute("tabindex", "-1");
    reached?.querySelector(".say")?.setAttribute("tabindex", "0");
  }

  /** @param {string} [id] the card to focus; else the one the Tab key reaches */
  focus(id) {
    const say = /** @type {HTMLElement | null | undefined} */ (id ? this.#cards.get(id)?.querySelector(".say") : this.list.querySelector(".say[tabindex='0']"));
    say?.focus({ preventScroll: true });
    return Boolean(say);
  }

  /** @param {(id: string) => boolean} hidden */
  filter(hidden) {
    this.#hidden = hidden;
    for (const [id, card] of this.#cards) card.hidden = hidden(id);
    this.#reachable(null);
  }

  /** Bring a card level with its words, as far as the rail can go. @param {string} id */
  align(id) {
    const card = this.#cards.get(id);
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
