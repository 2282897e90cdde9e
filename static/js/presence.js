// @ts-check
/**
 * Who else is in the article and where: initials in the bar, a name beside the paragraph and on the card that they change, a tint on
 * the words that they have selected. Best effort: it is said again every twenty seconds, and forgotten after a minute.
 *
 * @import { Presence } from "./live.js"
 * @import { Screen } from "./screen.js"
 * @import { CodePoint, Segment } from "./types.js"
 */
import { fill, find, gettext, h } from "./dom.js";

const AGAIN = 20_000; // milliseconds
const FORGOTTEN = 60_000;
const SETTLED = 400; // a caret that moves is told when it stays
const COLOURS = 6;
const SHOWN = 6; // as many as annotate.css has room for in the bar

/** @typedef {Presence & {heardAt: number}} Colleague */

export class Colleagues {
  /** @type {Map<string, Colleague>} */
  #there = new Map();
  /** @type {any} */
  #telling = null;
  /** @type {any} */
  #again = null;
  #told = "";

  /** @param {Screen} screen @param {(where: object) => Promise<{status: number}>} send */
  constructor(screen, send) {
    this.screen = screen;
    this.send = send;
    this.place = find("[data-people]");
    screen.store.subscribe(({ ids, paragraphs, view }) => {
      if (view.has("caret") || view.has("anchor") || view.has("draft")) this.#tellSoon();
      if (paragraphs.size) this.#tint();
      if (ids.size) this.#markCards();
    });
    this.place.addEventListener("click", (event) => {
      const pressed = event.target instanceof Element ? event.target.closest("button") : null;
      const colleague = this.#there.get(pressed?.dataset.username ?? "");
      if (colleague) this.#goTo(colleague);
    });
    setInterval(() => this.#forget(), AGAIN / 2);
  }

  /** Say that one is here, to who has not heard it yet. */
  show() {
    this.#told = "";
    this.#tellSoon();
  }

  /** @param {Presence} presence */
  meet(presence) {
    const known = this.#there.get(presence.username);
    if (presence.away) this.#there.delete(presence.username);
    else this.#there.set(presence.username, { ...presence, heardAt: Date.now() });
    // Who has just come does not know who is here.
    if (!presence.away && !known) this.show();
    this.#draw();
  }

  /* What the others hear of me */

  #tellSoon() {
    clearTimeout(this.#telling);
    this.#telling = setTimeout(() => this.#tell(), SETTLED * (1 + Math.random()));
  }

  #tell() {
    if (document.visibilityState !== "visible" || !navigator.onLine) return;
    const { store, article, page } = this.screen;
    const [start, end] = store.selection;
    const where = {
      paragraph: article.paragraphAt(store.view.caret) + 1,
      revision: page.revision.number,
      selection: start < end ? [start, end] : null,
      annotation: store.view.draft?.before?.id ?? null,
    };
    const said = JSON.stringify(where);
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.show(), AGAIN);
    if (said === this.#told) return;
    this.#told = said;
    void this.send(where);
  }

  /* What I see of the others */

  #forget() {
    const before = this.#there.size;
    for (const [username, { heardAt }] of this.#there) if (Date.now() - heardAt > FORGOTTEN) this.#there.delete(username);
    if (this.#there.size !== before) this.#draw();
  }

  #draw() {
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.username : undefined;
    const chips = [...this.#there.values()].map((colleague) => {
      const says = this.#where(colleague);
      return h("li", {}, h("button", { type: "button", class: `person c${colour(colleague.username)}`, "data-username": colleague.username, title: says }, h("span", { "aria-hidden": "true" }, initials(colleague.name)), h("span", { class: "visually-hidden" }, says)));
    });
    this.place.replaceChildren(...chips);
    this.place.hidden = !chips.length;
    // Those that find no room in the bar are counted, on a telephone all but one.
    this.place.dataset.more = chips.length > SHOWN ? `+${chips.length - SHOWN}` : "";
    this.place.dataset.others = chips.length > 1 ? `+${chips.length - 1}` : "";
    const again = focused && this.place.querySelector(`[data-username="${CSS.escape(focused)}"]`);
    if (focused) (again instanceof HTMLElement ? again : this.screen.container).focus({ preventScroll: true });
    this.#markParagraphs();
    this.#markCards();
    this.#tint();
  }

  /** @param {Colleague} colleague */
  #where({ name, paragraph, annotation, selection }) {
    if (annotation) return fill(gettext("%(name)s changes an annotation"), { name });
    if (selection) return fill(gettext("%(name)s selects words in paragraph %(number)s"), { name, number: paragraph ?? "" });
    if (paragraph) return fill(gettext("%(name)s is at paragraph %(number)s"), { name, number: paragraph });
    return fill(gettext("%(name)s is here"), { name });
  }

  #markParagraphs() {
    const { paragraphs } = this.screen.view;
    for (const paragraph of paragraphs) delete paragraph.dataset.here;
    for (const { paragraph, name } of this.#there.values()) {
      const shown = paragraph ? paragraphs[paragraph - 1] : undefined;
      if (shown) shown.dataset.here = [shown.dataset.here, initials(name)].filter(Boolean).join(" ");
    }
  }

  #markCards() {
    for (const card of /** @type {NodeListOf<HTMLElement>} */ (this.screen.rail.querySelectorAll(".note[data-busy]"))) delete card.dataset.busy;
    for (const { annotation, name } of this.#there.values()) {
      const card = annotation && document.getElementById(`a-${annotation}`);
      if (card) card.dataset.busy = fill(gettext("%(name)s is changing this"), { name });
    }
  }

  #tint() {
    const { page, view, article } = this.screen;
    const last = article.paragraphs[article.paragraphs.length - 1].end;
    const segments = [...this.#there.values()].flatMap(({ selection, revision }) => (selection && revision === page.revision.number && selection[1] <= last ? [/** @type {Segment} */ (selection)] : []));
    view.highlight("colleague", segments);
  }

  /** @param {Colleague} colleague */
  #goTo({ paragraph, annotation }) {
    const { screen } = this;
    const { article } = screen;
    if (annotation && screen.store.annotations.has(annotation)) screen.select(annotation, true);
    else if (paragraph && article.paragraphs[paragraph - 1]) screen.reveal(/** @type {CodePoint} */ (article.paragraphs[paragraph - 1].start));
  }
}

/** "Rita Vale" → "RV" @param {string} name */
export function initials(name) {
  const words = name.split(/[\s-]+/).filter(Boolean);
  const first = (/** @type {string} */ word) => [...new Intl.Segmenter().segment(word)][0]?.segment.toLocaleUpperCase() ?? "";
  return words.length > 1 ? first(words[0]) + first(words[words.length - 1]) : first(words[0] ?? "?");
}

/** One of a few colours, always the same for a user. @param {string} username */
function colour(username) {
  return [...username].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973, 7) % COLOURS;
}
