// @ts-check
/**
 * What is shown: by kind, by who it is about, by issue, by coder, by what needs a look. Within a group any of the pressed, across groups
 * all.
 *
 * @import { Annotation } from "./types.js"
 * @import { Store } from "./store.js"
 * @import { Phrases } from "./phrases.js"
 */
import { around, gettext, h, written } from "./dom.js";
import { GLYPHS, needsLook } from "./phrases.js";

/** @typedef {"kind" | "actor" | "issue" | "state" | "coder"} Group */
/** @typedef {{group: Group, value: string, label: string}} Choice */

const SHOWN = 12; // of each group, the most frequent; the others on demand
const PAUSE = 250; // milliseconds until the counts follow a change: what is stored by then never counts as waiting

const KIND_NAMES = { mention: gettext("Entities"), stance: gettext("Stances"), claim: gettext("Claims"), attribution: gettext("Quotations") };
/** @type {Record<Group, string>} */
const TITLES = { kind: gettext("Show"), actor: gettext("Who"), issue: gettext("Issues"), state: gettext("To look at"), coder: gettext("Coders") };
const GROUPS = /** @type {Group[]} */ (Object.keys(TITLES));

export class Filters {
  /** @type {Record<Group, Set<string>>} */
  #pressed = { kind: new Set(), actor: new Set(), issue: new Set(), state: new Set(), coder: new Set() };
  /** Groups in which something is pressed, by their place in GROUPS: only those are looked at for each of a text's thousands. @type {number[]} */
  #asked = [];
  /** What each annotation counts as: the values of each group, in the order of GROUPS. @type {Map<string, string[][]>} */
  #values = new Map();
  /** @type {Map<string, number>[]} */
  #counts = GROUPS.map(() => new Map());
  /** Groups that show all of their values. @type {Set<Group>} */
  #whole = new Set();
  /** Changed since the counts were drawn. @type {Set<string>} */
  #recent = new Set();
  #drawn = "";
  /** The buttons of what can be picked, with their counts. @type {{group: Group, value: string, button: HTMLElement, number: HTMLElement}[]} */
  #buttons = [];
  #all = h("button", { type: "button", class: "button small", "data-all": true, hidden: true }, gettext("Show all"));
  #drawing = 0;

  /**
   * @param {HTMLElement} place @param {Store} store @param {Phrases} phrases
   * @param {(id: string) => {pending: boolean, problem: unknown, conflicts: unknown[]}} standing how it stands with what was changed here
   * @param {(hidden: ((id: string) => boolean) | null) => void} changed null: everything is shown
   */
  constructor(place, store, phrases, standing, changed) {
    this.place = place;
    this.store = store;
    this.phrases = phrases;
    this.standing = standing;
    this.changed = changed;
    place.addEventListener("click", (event) => {
      const { group, value, more } = around(event, "button")?.dataset ?? {};
      if (group) this.#toggle(/** @type {Group} */ (group), value ?? "");
      else if (more) this.#unfold(/** @type {Group} */ (more));
      else if (around(event, "[data-all]")) this.clear();
    });
  }

  /** The values of each group, in the order of GROUPS. @param {Annotation} annotation @returns {string[][]} */
  #valuesOf(annotation) {
    const { id, kind, entity, source, holder, claimant, voiced_by, target_kind, target, created_by } = annotation;
    const { pending, problem, conflicts } = this.standing(id);
    const open = this.store.comments.get(id)?.some(({ resolved }) => !resolved);
    return [
      [kind],
      present(entity, source, holder, claimant, voiced_by, target_kind === "entity" && target),
      present(target_kind === "issue" && target),
      present(needsLook(annotation), open && gettext("open comment"), conflicts.length ? gettext("to decide") : problem ? gettext("refused") : pending && gettext("not stored yet")),
      present(created_by),
    ];
  }

  /** Count annotations that came, went or changed. @param {Iterable<string>} ids */
  count(ids) {
    for (const id of ids) {
      this.#recent.add(id);
      this.#countOne(id);
    }
    clearTimeout(this.#drawing);
    if (this.#drawn) this.#drawing = setTimeout(() => this.#catchUp(), PAUSE);
    else {
      this.#recent.clear();
      this.draw();
    }
  }

  /** @param {string} id */
  #countOne(id) {
    const before = this.#values.get(id);
    if (before) this.#add(before, -1);
    this.#values.delete(id);
    const annotation = this.store.annotations.get(id);
    if (!annotation) return;
    const values = this.#valuesOf(annotation);
    this.#add(values, 1);
    this.#values.set(id, values);
  }

  /** @param {string[][]} values by group @param {number} by */
  #add(values, by) {
    for (let group = 0; group < values.length; group += 1) {
      const counts = this.#counts[group];
      for (const value of values[group]) {
        const count = (counts.get(value) ?? 0) + by;
        if (count) counts.set(value, count);
        else counts.delete(value);
      }
    }
  }

  /** What was changed a moment ago has been sent by now, or waits. */
  #catchUp() {
    this.#recent.forEach((id) => this.#countOne(id));
    this.#recent.clear();
    if (this.#pressed.state.size) this.changed((id) => this.hides(id));
    this.draw();
  }

  /** @param {string} id */
  hides(id) {
    const values = this.#values.get(id);
    return values !== undefined && this.#asked.some((group) => !values[group].some((value) => this.#pressed[GROUPS[group]].has(value)));
  }

  get active() {
    return Object.values(this.#pressed).reduce((sum, pressed) => sum + pressed.size, 0);
  }

  clear() {
    Object.values(this.#pressed).forEach((pressed) => pressed.clear());
    this.#tell();
    // What is among the frequent only because it was pressed goes.
    this.draw();
  }

  /** @param {Group} group @param {string} value */
  #toggle(group, value) {
    if (!this.#pressed[group].delete(value)) this.#pressed[group].add(value);
    this.#tell();
  }

  /** @param {Group} group */
  #unfold(group) {
    if (!this.#whole.delete(group)) this.#whole.add(group);
    this.draw();
  }

  #tell() {
    this.#asked = [...GROUPS.keys()].filter((group) => this.#pressed[GROUPS[group]].size);
    // Before the buttons change: which paragraphs are on the screen is asked, and costs nothing as long as the page is as it was.
    this.changed(this.active ? (id) => this.hides(id) : null);
    this.#drawPressed();
  }

  /** @param {Group} group @param {string} value */
  #label(group, value) {
    if (group === "kind") return KIND_NAMES[/** @type {keyof typeof KIND_NAMES} */ (value)];
    if (group === "actor") return this.phrases.party(value);
    return group === "issue" ? (this.store.records.issues[value]?.wording ?? "") : value;
  }

  /** What can be picked in a group, the most frequent first. @param {Group} group @returns {Choice[]} */
  #choices(group) {
    const counts = this.#counts[GROUPS.indexOf(group)];
    const values = group === "kind" ? Object.keys(KIND_NAMES) : [...new Set([...counts.keys(), ...this.#pressed[group]])];
    const choices = values.map((value) => ({ group, value, label: this.#label(group, value) }));
    if (group === "kind") return choices;
    return choices.sort((a, b) => (counts.get(b.value) ?? 0) - (counts.get(a.value) ?? 0) || (a.label < b.label ? -1 : 1));
  }

  /** The groups with their counts; made anew only where others can be picked, and the focus stays. */
  draw() {
    const groups = GROUPS.map((group) => this.#choices(group));
    const drawn = JSON.stringify([groups, [...this.#whole]]);
    if (drawn !== this.#drawn) {
      const focused = document.activeElement instanceof HTMLElement && this.place.contains(document.activeElement) ? document.activeElement.dataset : null;
      this.#buttons = [];
      this.place.replaceChildren(...groups.flatMap((choices) => this.#group(choices)), this.#all);
      if (focused) {
        const again = [...this.place.querySelectorAll("button")].find(({ dataset }) => dataset.group === focused.group && dataset.value === focused.value && dataset.more === focused.more);
        (again ?? this.#buttons[0]?.button)?.focus();
      }
    }
    this.#drawn = drawn;
    for (const { group, value, number } of this.#buttons) {
      const count = written(this.#counts[GROUPS.indexOf(group)].get(value) ?? 0);
      if (number.textContent !== count) number.textContent = count;
    }
    this.#drawPressed();
  }

  /** What is pressed, on the buttons that are there. */
  #drawPressed() {
    for (const { group, value, button } of this.#buttons) {
      const pressed = String(this.#pressed[group].has(value));
      if (button.getAttribute("aria-pressed") !== pressed) button.setAttribute("aria-pressed", pressed);
    }
    if (!this.active && document.activeElement === this.#all) this.#buttons[0]?.button.focus();
    this.#all.hidden = !this.active;
  }

  /** @param {Choice[]} choices */
  #group(choices) {
    const [{ group } = { group: null }] = choices;
    if (!group || (group === "coder" && choices.length < 2)) return [];
    const whole = this.#whole.has(group);
    const shown = choices.filter(({ value }, index) => whole || index < SHOWN || this.#pressed[group].has(value));
    const list = h("ul", { "aria-label": TITLES[group] });
    for (const { value, label } of shown) {
      const glyph = group === "kind" && h("span", { class: `glyph ${value}`, "aria-hidden": "true" }, GLYPHS[value === "stance" ? "oppose" : value]);
      const number = h("span", { class: "number" });
      const button = h("button", { type: "button", "data-group": group, "data-value": value }, glyph, h("span", { class: "name", dir: "auto" }, label), " ", number);
      this.#buttons.push({ group, value, button, number });
      list.append(h("li", {}, button));
    }
    const more = choices.length > SHOWN && h("button", { type: "button", class: "button quiet small", "data-more": group, "aria-expanded": String(whole) }, whole ? gettext("fewer") : gettext("more…"));
    return [h("h2", {}, TITLES[group]), list, ...(more ? [more] : [])];
  }
}

/** What there is of some values, each once. @param {...(string | false | undefined | null)} values */
const present = (...values) => /** @type {string[]} */ ([...new Set(values)].filter(Boolean));
