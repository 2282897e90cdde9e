// @ts-check
/**
 * What colleagues did, in words: once for all that came in a moment, for who cannot see it come.
 *
 * @import { Happening } from "./live.js"
 * @import { Screen } from "./screen.js"
 */
import { fill, find, gettext, h, ngettext } from "./dom.js";
import { KINDS } from "./phrases.js";

const QUIET = 1_200; // milliseconds without news after which it is said what came

export class News {
  /** @type {Happening[]} */
  #unsaid = [];
  /** @type {any} */
  #saying = null;

  /** @param {Screen} screen @param {(username: string) => string} name */
  constructor(screen, name) {
    this.screen = screen;
    this.name = name;
  }

  /** @param {Happening} happening */
  add(happening) {
    this.#unsaid.push(happening);
    clearTimeout(this.#saying);
    this.#saying = setTimeout(() => this.#speak(), QUIET);
  }

  /** Not over what the editor is just told. */
  #speak() {
    const { status } = this.screen;
    if (status.live.textContent && !status.live.classList.contains("unseen")) {
      this.#saying = setTimeout(() => this.#speak(), QUIET);
      return;
    }
    const unsaid = this.#unsaid;
    this.#unsaid = [];
    const who = [...new Set(unsaid.map(({ by }) => this.name(by)))].join(", ");
    const of = new Set(unsaid.map((happening) => happening.thing_id));
    status.say(of.size > 1 ? fill(ngettext("%(who)s: %(count)s change", "%(who)s: %(count)s changes", of.size), { who, count: of.size }) : `${who}: ${this.#sentence(unsaid[unsaid.length - 1])}`, true);
  }

  /** @param {Happening} happening */
  #sentence({ thing, thing_id: id }) {
    if (thing === "comment") return gettext("a comment");
    const annotation = this.screen.store.annotations.get(id);
    const kind = KINDS[/** @type {keyof typeof KINDS} */ (thing)];
    if (!annotation) return fill(gettext("%(kind)s deleted"), { kind });
    return `${kind}: ${this.screen.phrases.plain(annotation, this.screen.article.exact(annotation.segments))}`;
  }

  /** A line above the text that stays until the page is loaded again. @param {string} text @param {string} again what the button says that loads it; "": there is none */
  show(text, again) {
    const place = find("[data-news]");
    const load = h("button", { type: "button", class: "button small" }, again);
    load.addEventListener("click", () => location.reload());
    place.replaceChildren(text, ...(again ? [" ", load] : []));
    place.hidden = false;
  }
}
