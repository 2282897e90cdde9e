// @ts-check
/**
 * A type-ahead over records (ARIA 1.2 combobox with a list): what is known first, what the server finds after, and what can be made
 * in place last. The text says what is picked; text that was left without picking stays, and whoever asked is told of it.
 */
import { fill, gettext, h, ngettext } from "./dom.js";
import { pressAgain } from "./held.js";

/** @typedef {{id: string, label: string, detail?: string, make?: boolean, value?: any}} Option */

const PAUSE = 120; // milliseconds in the typing after which the server is asked
const PATIENCE = 1500; // milliseconds for which what is to be made waits for what the server knows

let count = 0;

export class Combobox {
  /** @type {Option[]} */
  #options = [];
  #active = -1;
  #typed = false;
  /** Whether the arrows chose what is active. */
  #moved = false;
  /** As long as the server has not answered. @type {AbortController | null} */
  #asking = null;
  /** Keys that wait for its answer, after the Enter that would make what it may know. @type {KeyboardEvent[] | null} */
  #held = null;

  /**
   * @param {object} how
   * @param {string} how.label
   * @param {Option | null} how.chosen
   * @param {string} [how.placeholder] what stands in the empty field
   * @param {boolean} [how.optional] an emptied field is an answer
   * @param {string} [how.error]
   * @param {(query: string) => Option[]} how.search at hand
   * @param {(query: string, signal: AbortSignal) => Promise<Option[]>} [how.ask] from the server
   * @param {(query: string) => Option[]} [how.make] what could be made of the text
   * @param {(option: Option | null, left: boolean) => void} how.pick `left`: by going on to something else, which stays where it is
   * @param {string} [how.typed] text that was left in the field before
   * @param {(text: string) => void} [how.leave] is told what was left in it without picking; "": nothing
   */
  constructor({ label, placeholder = label, chosen, optional = false, error = "", search, ask, make, pick, typed = "", leave = () => {} }) {
    const id = `combobox-${(count += 1)}`;
    this.chosen = chosen;
    this.optional = optional;
    this.search = search;
    this.ask = ask;
    this.make = make;
    this.pick = pick;
    this.leave = leave;
    this.list = h("ul", { id: `${id}-list`, role: "listbox", "aria-label": label, class: "options", hidden: true });
    this.input = h("input", {
      id,
      type: "text",
      role: "combobox",
      autocomplete: "off",
      spellcheck: "false",
      dir: "auto",
      "aria-label": label,
      placeholder,
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": `${id}-list`,
      "aria-invalid": error ? "true" : null,
      "aria-describedby": error ? `${id}-error` : null,
    });
    this.input.value = typed || (chosen?.label ?? "");
    this.#typed = typed !== "";
    this.live = h("span", { class: "visually-hidden", role: "status" });
    this.element = h("span", { class: "combobox" }, this.input, this.list, this.live, error && h("span", { id: `${id}-error`, class: "error" }, error));
    this.input.addEventListener("input", () => {
      this.#typed = true;
      this.open();
    });
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("click", () => this.open());
    this.input.addEventListener("blur", () => this.#leave());
    this.input.addEventListener("keydown", (event) => this.#key(event));
    // Not on click: the field would lose the focus before.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target instanceof Element ? event.target.closest("[role=option]") : null;
      if (option) this.#choose(this.#options[[...this.list.children].indexOf(option)]);
    });
  }

  get isOpen() {
    return !this.list.hidden;
  }

  /** Show what fits the text; all that is at hand while the text still is what was picked. */
  open() {
    const query = this.#typed ? this.input.value.trim() : "";
    this.#forget();
    this.#show(this.search(query), query);
    if (this.ask && query) this.#ask(this.ask, query);
  }

  /** @param {(query: string, signal: AbortSignal) => Promise<Option[]>} ask @param {string} query */
  async #ask(ask, query) {
    const asking = (this.#asking = new AbortController());
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    const found = asking.signal.aborted ? [] : await ask(query, asking.signal);
    if (asking.signal.aborted || !this.isOpen) return;
    this.#asking = null;
    const known = this.search(query);
    this.#show([...known, ...found.filter(({ id }) => !known.some((option) => option.id === id))], query);
    this.#goOn();
  }

  /** Do what waited for an answer: it came, or it takes too long. */
  #goOn() {
    const keys = this.#held;
    if (!keys) return;
    this.#choose(this.#options[this.#active]);
    pressAgain(keys);
  }

  /** Let go of what was asked, and of who waited for it. */
  #forget() {
    this.#asking?.abort();
    this.#asking = null;
    this.#held = null;
    this.#moved = false;
  }

  /** @param {Option[]} found @param {string} query */
  #show(found, query) {
    const active = this.#options[this.#active]?.id;
    const exact = found.some(({ label }) => label.toLowerCase() === query.toLowerCase());
    this.#options = [...found, ...(query && !exact && this.make ? this.make(query) : [])];
    this.list.replaceChildren(
      ...this.#options.map((option, index) =>
        h(
          "li",
          { id: `${this.list.id}-${index}`, role: "option", class: option.make ? "make" : null, "aria-selected": "false" },
          h("span", { class: "name", dir: "auto" }, option.label),
          option.detail && h("span", { class: "detail" }, option.detail),
        ),
      ),
    );
    this.list.hidden = !this.#options.length;
    this.input.setAttribute("aria-expanded", String(this.isOpen));
    const kept = this.#moved ? this.#options.findIndex(({ id }) => id === active) : -1;
    this.#activate(kept >= 0 ? kept : this.#options.length && (query || this.chosen) ? 0 : -1);
    if (query) this.live.textContent = this.#options.length ? ngettext("%(count)s to pick from", "%(count)s to pick from", this.#options.length) : fill(gettext("Nothing found for “%(query)s”"), { query });
  }

  close() {
    this.#forget();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.#activate(-1);
  }

  /** @param {number} index */
  #activate(index) {
    this.#active = index;
    [...this.list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    const active = this.list.children[index];
    if (active) {
      this.input.setAttribute("aria-activedescendant", active.id);
      active.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing) return;
    if (this.#held && event.key !== "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.#held.push(event);
      return;
    }
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves && !event.altKey && !event.ctrlKey) {
      event.preventDefault();
      if (!this.isOpen) this.open();
      const size = this.#options.length;
      this.#moved = true;
      if (size) this.#activate((this.#active + moves[/** @type {"ArrowDown" | "ArrowUp"} */ (event.key)] + size) % size);
    } else if (event.key === "Enter" && this.isOpen && this.#active >= 0) {
      event.preventDefault();
      event.stopPropagation();
      // What is to be made may be there: nobody means a second one.
      if (this.#asking && !this.#moved && this.#options[this.#active].make) this.#wait();
      else this.#choose(this.#options[this.#active]);
    } else if (event.key === "Escape" && this.isOpen) {
      event.preventDefault();
      event.stopPropagation();
      this.#restore();
    } else if (event.key === "Tab" && this.isOpen && this.#typed && this.#active >= 0) this.#choose(this.#options[this.#active]);
  }

  #wait() {
    const held = (this.#held = /** @type {KeyboardEvent[]} */ ([]));
    setTimeout(() => held === this.#held && this.#goOn(), PATIENCE);
  }

  /** @param {Option} option @param {boolean} [left] */
  #choose(option, left = false) {
    this.chosen = option;
    this.#restore();
    this.pick(option, left);
  }

  #restore() {
    this.#typed = false;
    this.leave("");
    this.input.value = this.chosen?.label ?? "";
    this.close();
  }

  #leave() {
    const text = this.input.value.trim();
    if (this.#typed && !text && this.optional && this.chosen) {
      this.chosen = null;
      this.pick(null, true);
    } else if (this.#typed && text) {
      const meant = this.#options.find(({ label, make }) => !make && label.toLowerCase() === text.toLowerCase());
      if (!meant && text !== this.chosen?.label) {
        this.leave(text);
        this.close();
        return;
      }
      if (meant && meant.id !== this.chosen?.id) this.#choose(meant, true);
    }
    this.#restore();
  }
}

/**
 * How well a query fits the names of a record: 0 begins with it, 1 a word begins with it, 2 holds it; null does not.
 * @param {string} query
 * @param {string[]} names
 */
export function fit(query, names) {
  const sought = fold(query);
  if (!sought) return 0;
  let best = null;
  for (const name of names) {
    const at = fold(name).indexOf(sought);
    if (at < 0) continue;
    const rank = at === 0 ? 0 : /[\s(/-]/.test(fold(name)[at - 1]) ? 1 : 2;
    if (best === null || rank < best) best = rank;
  }
  return best;
}

/** Without accents and case, so that "olafs" finds "Ólafsdóttir". @param {string} text */
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
