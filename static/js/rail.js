// @ts-check
/**
 * The rail: a list with a card for each annotation, in text order, each a sentence; the selected one unfolded and level with its words.
 *
 * @import { Annotation, Conflict } from "./types.js"
 * @import { Store } from "./store.js"
 * @import { TextView } from "./text.js"
 * @import { Phrases } from "./phrases.js"
 */
import { around, button, h, idly } from "./dom.js";
import { FIELDS, SPAN_FIELDS } from "./fields.js";
import { fill, gettext } from "./i18n.js";
import { KINDS, needsLook } from "./phrases.js";

const AT_ONCE = 60; // cards made before the page is shown; the others follow when the browser is idle

/**
 * @typedef {object} CardActs
 * @property {(id: string, scroll: boolean) => void} select
 * @property {(annotation: Annotation) => void} open
 * @property {(annotation: Annotation) => void} remove
 * @property {(annotation: Annotation) => boolean} mayChange
 * @property {(id: string) => {pending: boolean, problem: import("./types.js").Problem | null, conflict: Conflict | undefined}} standing
 * @property {(id: string, keep: "mine" | "theirs" | "both") => void} settle
 * @property {(id: string) => void} discard
 * @property {(annotation: Annotation) => (Node | null)[]} extra further controls on the selected card
 */

export class Rail {
  /** @type {Map<string, HTMLElement>} */
  #cards = new Map();
  /** @type {(id: string) => boolean} */
  #hidden = () => false;
  #round = 0;

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
      if (id && !around(event, "button:not(.say), a")) acts.select(id, true);
    });
    list.addEventListener("dblclick", (event) => {
      const annotation = store.annotations.get(around(event, ".say")?.parentElement?.dataset.id ?? "");
      if (annotation) acts.open(annotation);
    });
    list.addEventListener("keydown", (event) => this.#key(event));
    list.addEventListener("focusin", (event) => this.#reachable(around(event, ".note")));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !(event.key === "ArrowDown" || event.key === "ArrowUp")) return;
    const card = around(event, ".note");
    const shown = this.shown();
    const next = shown[shown.findIndex(({ id }) => id === card?.dataset.id) + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    this.acts.select(next.id, true);
    this.focus(next.id);
  }

  /** Annotations that the filter lets through, in text order. */
  shown() {
    return this.store.ordered.filter(({ id }) => !this.#hidden(id));
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
      const focused = old?.contains(document.activeElement);
      const card = this.#card(annotation);
      old?.remove();
      const after = this.store.ordered.slice(this.store.ordered.indexOf(annotation) + 1).find((other) => this.#cards.has(other.id));
      this.list.insertBefore(card, after ? (this.#cards.get(after.id) ?? null) : null);
      if (focused) this.focus(id);
    }
  }

  /** @param {Annotation} annotation */
  #card(annotation) {
    const { id, kind } = annotation;
    const exact = this.store.article.exact(annotation.segments);
    const selected = this.store.view.selected === id;
    const { pending, problem, conflict } = this.acts.standing(id);
    const say = h("button", { type: "button", class: "say", "aria-expanded": String(selected), tabindex: selected ? 0 : -1 }, h("span", { class: "visually-hidden" }, `${KINDS[kind]}: `));
    for (const { text, as, position } of this.phrases.sentence(annotation, exact)) {
      const part = as === "words" ? h("q", { dir: "auto", class: /^["“«„‘]/.test(text) ? "quoted" : null }, shortened(text)) : as === "strong" ? h("b", { dir: "auto" }, shortened(text)) : as ? h("span", { class: [as, position].filter(Boolean).join(" ") }, text) : text;
      say.append(part);
    }
    const card = h(
      "li",
      { class: ["note", kind, annotation.position].filter(Boolean).join(" "), id: `a-${id}`, "data-id": id, hidden: this.#hidden(id) },
      say,
      this.#facts(annotation, pending),
    );
    if (annotation.origin === "suggested") card.classList.add("ghost");
    if (selected) card.setAttribute("aria-current", "true");
    if (problem) card.append(this.#problem(annotation, problem));
    if (conflict) card.append(this.#conflict(id, conflict));
    if (selected) card.append(...this.#details(annotation, exact));
    this.#cards.set(id, card);
    return card;
  }

  /** @param {Annotation} annotation @param {boolean} pending */
  #facts(annotation, pending) {
    const facts = this.phrases.facts(annotation, (id) => this.store.annotations.get(id));
    const line = h("p", { class: "meta" }, facts.join(" · "));
    const why = needsLook(annotation);
    if (why) line.append(facts.length ? " · " : "", h("span", { class: "look" }, why));
    if (pending) line.append(h("span", { class: "pending", title: gettext("not stored yet") }, " ↻", h("span", { class: "visually-hidden" }, ` ${gettext("not stored yet")}`)));
    return line;
  }

  /** What the selected card shows beside its sentence. @param {Annotation} annotation @param {string[]} exact */
  #details(annotation, exact) {
    const facts = h("dl", {});
    for (const { name, label } of FIELDS[annotation.kind]) {
      const value = this.#value(annotation, name);
      if (value) facts.append(h("div", {}, h("dt", {}, label), h("dd", { dir: "auto", class: SPAN_FIELDS.includes(name) ? name : null }, value)));
    }
    // The interface's English is British.
    const locale = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
    const by = annotation.changed_by ?? annotation.created_by;
    const when = annotation.changed_at ? new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(annotation.changed_at)) : "";
    const acts = h("div", { class: "acts" });
    if (this.acts.mayChange(annotation)) {
      acts.append(button(gettext("Change"), () => this.acts.open(annotation), "small"), button(gettext("Delete"), () => this.acts.remove(annotation), "quiet small"), ...this.acts.extra(annotation).filter((control) => control !== null));
    }
    const closing = button("×", () => this.acts.select("", false), "quiet small close");
    closing.setAttribute("aria-label", gettext("Close"));
    const quoted = annotation.kind === "stance" || annotation.kind === "claim";
    return [
      quoted && h("blockquote", { dir: "auto" }, exact.join(" … ")),
      facts.children.length > 0 && facts,
      by && h("p", { class: "who" }, [by, when].filter(Boolean).join(", ")),
      acts,
      closing,
    ].filter((part) => part instanceof Node);
  }

  /** A field in words; nothing where it says nothing that the card does not say. @param {Annotation} annotation @param {string} name @returns {string} */
  #value(annotation, name) {
    const value = annotation[name];
    if (value == null || value === "" || value === false || (Array.isArray(value) && !value.length)) return "";
    if (/^(class|level|explicitness|modality|certainty_of_coder|subtype|no_entity_reason)$/.test(name)) return "";
    if (SPAN_FIELDS.includes(name)) return this.store.article.exact(value).map((words) => `“${words}”`).join(", ");
    if (name === "affiliation" || name === "voiced_by") return this.phrases.entity(value);
    if (name === "proposition") return this.store.records.propositions[value]?.wording ?? "";
    if (name === "attribution") return "";
    if (name === "parent") return this.phrases.party(this.store.annotations.get(value)?.source ?? null);
    if (name === "quantities") return value.map((/** @type {any} */ quantity) => this.#quantity(quantity)).join("; ");
    if (Array.isArray(value)) return value.map((one) => this.phrases.label(`${annotation.kind}.${name}`, one)).join(", ");
    if (value === true) return gettext("yes");
    return this.phrases.label(`${annotation.kind}.${name}`, value);
  }

  /** @param {import("./types.js").Quantity} quantity */
  #quantity({ comparator, low, high, unit, certainty }) {
    const number = low === high || high == null ? low : low == null ? high : `${low}–${high}`;
    return [this.phrases.label("claim.comparator", comparator), number ?? "", unit, certainty && `(${this.phrases.label("claim.certainty", certainty)})`].filter((part) => part !== "").join(" ");
  }

  /** @param {Annotation} annotation @param {import("./types.js").Problem} problem */
  #problem(annotation, problem) {
    const reasons = (problem.errors ?? []).map(({ message }) => message).join(" ") || problem.detail || problem.title || fill(gettext("The server answered %(status)s."), { status: problem.status });
    return h("div", { class: "trouble" }, h("p", {}, h("b", {}, gettext("Not saved.")), ` ${reasons}`), button(gettext("Mend"), () => this.acts.open(annotation), "small"), button(gettext("Leave it"), () => this.acts.discard(annotation.id)));
  }

  /** @param {string} id @param {Conflict} conflict */
  #conflict(id, { mine, theirs, fields }) {
    const who = theirs?.changed_by ?? gettext("Somebody else");
    const mineSays = mine ? this.phrases.plain(mine, this.store.article.exact(mine.segments)) : gettext("deleted");
    return h(
      "div",
      { class: "trouble", role: "group", "aria-label": gettext("Two versions") },
      h("p", {}, h("b", {}, fill(theirs ? gettext("%(who)s changed this too.") : gettext("%(who)s deleted this."), { who })), " ", fields.length ? fill(gettext("Both changed: %(fields)s."), { fields: fields.join(", ").replaceAll("_", " ") }) : ""),
      h("p", { class: "mine" }, `${gettext("Yours:")} `, h("q", { dir: "auto" }, mineSays)),
      button(gettext("Keep mine"), () => this.acts.settle(id, "mine"), "small"),
      button(gettext("Keep theirs"), () => this.acts.settle(id, "theirs"), "small"),
      mine && theirs && button(gettext("Keep both"), () => this.acts.settle(id, "both"), "small"),
    );
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

/** @param {string} text */
const shortened = (text) => (text.length > 160 ? `${text.slice(0, 159)}…` : text);
