// @ts-check
/**
 * What is shown: by kind, by who speaks, by issue, by coder, by what needs a look. Within a group any of the pressed, across groups all.
 *
 * @import { Annotation } from "./types.js"
 * @import { Store } from "./store.js"
 * @import { Phrases } from "./phrases.js"
 */
import { around, h } from "./dom.js";
import { gettext } from "./i18n.js";
import { GLYPHS, needsLook } from "./phrases.js";

/** @typedef {"kind" | "actor" | "issue" | "coder" | "state"} Group */

const SHOWN = 12; // of each group, the most frequent

const KIND_NAMES = { mention: gettext("Entities"), stance: gettext("Stances"), claim: gettext("Claims"), attribution: gettext("Quotations") };

export class Filters {
  /** @type {Record<Group, Set<string>>} */
  #pressed = { kind: new Set(), actor: new Set(), issue: new Set(), coder: new Set(), state: new Set() };

  /** @param {HTMLElement} place @param {Store} store @param {Phrases} phrases @param {(hidden: (id: string) => boolean, active: number) => void} changed */
  constructor(place, store, phrases, changed) {
    this.place = place;
    this.store = store;
    this.phrases = phrases;
    this.changed = changed;
    place.addEventListener("click", (event) => {
      const pressed = around(event, "button[data-group]");
      if (pressed) this.#toggle(/** @type {Group} */ (pressed.dataset.group), pressed.dataset.value ?? "");
      else if (around(event, "button[data-all]")) this.clear();
    });
  }

  /** What of a group an annotation belongs to. @param {Annotation} annotation @param {Group} group @returns {string[]} */
  #values(annotation, group) {
    switch (group) {
      case "kind":
        return [annotation.kind];
      case "actor":
        return [annotation.holder ?? annotation.claimant ?? annotation.source].filter(Boolean);
      case "issue":
        return annotation.target_kind === "issue" && annotation.target ? [annotation.target] : [];
      case "coder":
        return annotation.created_by ? [annotation.created_by] : [];
      case "state":
        return [needsLook(annotation), this.store.comments.get(annotation.id)?.some(({ resolved }) => !resolved) ? gettext("open comment") : ""].filter(Boolean);
    }
  }

  /** @param {string} id */
  hides(id) {
    const annotation = this.store.annotations.get(id);
    if (!annotation) return false;
    return /** @type {Group[]} */ (Object.keys(this.#pressed)).some((group) => {
      const pressed = this.#pressed[group];
      return pressed.size > 0 && !this.#values(annotation, group).some((value) => pressed.has(value));
    });
  }

  get active() {
    return Object.values(this.#pressed).reduce((sum, pressed) => sum + pressed.size, 0);
  }

  clear() {
    Object.values(this.#pressed).forEach((pressed) => pressed.clear());
    this.#tell();
  }

  /** @param {Group} group @param {string} value */
  #toggle(group, value) {
    if (!this.#pressed[group].delete(value)) this.#pressed[group].add(value);
    this.#tell();
  }

  #tell() {
    this.draw();
    this.changed((id) => this.hides(id), this.active);
  }

  /** The groups with their counts, drawn anew where the focus is not lost. */
  draw() {
    const focused = document.activeElement instanceof HTMLElement && this.place.contains(document.activeElement) ? document.activeElement.dataset : null;
    /** @type {[Group, string, (value: string) => string][]} */
    const groups = [
      ["kind", gettext("Show"), (value) => KIND_NAMES[/** @type {keyof typeof KIND_NAMES} */ (value)]],
      ["actor", gettext("Who speaks"), (value) => this.phrases.party(value)],
      ["issue", gettext("Issues"), (value) => this.store.records.issues[value]?.wording ?? ""],
      ["state", gettext("To look at"), (value) => value],
      ["coder", gettext("Coders"), (value) => value],
    ];
    const counts = this.#counts();
    this.place.replaceChildren(...groups.flatMap(([group, title, label]) => this.#group(group, title, label, counts[group])));
    if (this.active) this.place.append(h("button", { type: "button", class: "button small", "data-all": true }, gettext("Show all")));
    if (focused) {
      const again = [...this.place.querySelectorAll("button")].find(({ dataset }) => dataset.group === focused.group && dataset.value === focused.value);
      (again ?? this.place.querySelector("button"))?.focus();
    }
  }

  /** @param {Group} group @param {string} title @param {(value: string) => string} label @param {Map<string, number>} counts */
  #group(group, title, label, counts) {
    const values = group === "kind" ? Object.keys(KIND_NAMES) : [...counts].sort((a, b) => b[1] - a[1] || (label(a[0]) < label(b[0]) ? -1 : 1)).slice(0, SHOWN).map(([value]) => value);
    if (!values.length || (group === "coder" && values.length < 2)) return [];
    const list = h("ul", { "aria-label": title });
    for (const value of values) {
      const glyph = group === "kind" && h("span", { class: `glyph ${value}`, "aria-hidden": "true" }, GLYPHS[value === "stance" ? "oppose" : value]);
      list.append(
        h("li", {}, h("button", { type: "button", "data-group": group, "data-value": value, "aria-pressed": String(this.#pressed[group].has(value)) }, glyph, h("span", { class: "name", dir: "auto" }, label(value)), " ", h("span", { class: "number" }, counts.get(value) ?? 0))),
      );
    }
    return [h("h2", {}, title), list];
  }

  /** @returns {Record<Group, Map<string, number>>} */
  #counts() {
    const counts = { kind: new Map(), actor: new Map(), issue: new Map(), coder: new Map(), state: new Map() };
    for (const annotation of this.store.ordered) {
      for (const group of /** @type {Group[]} */ (Object.keys(counts))) {
        for (const value of this.#values(annotation, group)) counts[group].set(value, (counts[group].get(value) ?? 0) + 1);
      }
    }
    return counts;
  }
}
