// @ts-check
/**
 * The composer: one sentence to fill, the choice that digits make, all else one fold down. It opens in the rail and changes the draft
 * alone; saving makes the command.
 *
 * @import { CodeValue, Kind } from "./types.js"
 * @import { Draft } from "./composing.js"
 * @import { Option } from "./combobox.js"
 * @import { Desk } from "./controls.js"
 */
import { Combobox } from "./combobox.js";
import { control } from "./controls.js";
import { button, h } from "./dom.js";
import { FIELDS, FIRST_CHOICE, PARTY } from "./fields.js";
import { fill, gettext } from "./i18n.js";
import { GLYPHS, KINDS } from "./phrases.js";

export class Composer {
  /** @type {Draft | null} */
  draft = null;
  /** @type {import("./types.js").Annotation | null} */
  #opened = null;
  #warned = false;

  /**
   * @param {HTMLElement} place
   * @param {object} tools
   * @param {import("./store.js").Store} tools.store
   * @param {import("./phrases.js").Phrases} tools.phrases
   * @param {import("./records.js").Registers} tools.registers
   * @param {import("./composing.js").Composing} tools.composing
   * @param {(draft: Draft) => void} tools.save
   * @param {() => void} tools.close
   * @param {(draft: Draft) => void} tools.remove
   * @param {(text: string) => void} tools.say
   */
  constructor(place, { store, phrases, registers, composing, save, close, remove, say }) {
    this.place = place;
    this.store = store;
    this.phrases = phrases;
    this.registers = registers;
    this.composing = composing;
    this.save = save;
    this.close = close;
    this.remove = remove;
    this.say = say;
    place.addEventListener("keydown", (event) => this.#key(event));
    place.addEventListener("submit", (event) => {
      event.preventDefault();
      this.finish();
    });
  }

  /** @param {Draft | null} draft */
  show(draft) {
    this.draft = draft;
    this.#opened = draft && structuredClone(draft.annotation);
    this.#warned = false;
    this.place.hidden = !draft;
    if (!draft) {
      this.place.replaceChildren();
      return;
    }
    this.#draw();
    this.focusFirst();
  }

  /** Where the digits act. */
  focusFirst() {
    const radio = /** @type {HTMLElement | null} */ (this.place.querySelector(".picks input:checked") ?? this.place.querySelector(".picks input"));
    radio?.focus({ preventScroll: true });
    this.place.scrollIntoView({ block: "nearest" });
  }

  /** Save, or say what is missing and go there. */
  finish() {
    const { draft } = this;
    if (!draft) return;
    draft.errors = this.composing.problems(draft);
    const [first] = Object.keys(draft.errors);
    if (!first) {
      this.save(draft);
      return;
    }
    if (!this.place.querySelector(`.sentence [data-field="${first}"], .picks[data-field="${first}"]`)) draft.unfolded = true;
    this.#draw();
    this.say(Object.values(draft.errors).join(" "));
    this.focusField(first);
  }

  /** Errors that the server found after saving. @param {Draft} draft */
  showErrors(draft) {
    draft.unfolded ||= !Object.keys(draft.errors).every((name) => name in { holder: 1, target: 1, position: 1, claimant: 1, wording: 1, claim_kind: 1, source: 1, mode: 1, type: 1, entity: 1, segments: 1 });
    this.#draw();
  }

  /** @param {string} name */
  focusField(name) {
    const field = this.place.querySelector(`[data-field="${name.split(".")[0]}"]`);
    const target = /** @type {HTMLElement | null} */ (field?.matches("input, textarea, select") ? field : field?.querySelector("input:checked, input, textarea, select, button"));
    target?.focus();
  }

  /** One step back: an open list closes by itself; then the composer, which asks once before typed words are lost. */
  back() {
    const { draft } = this;
    if (!draft) return;
    const typed = draft.annotation.wording !== this.#opened?.wording || draft.annotation.comment !== this.#opened?.comment;
    if (typed && !this.#warned) {
      this.#warned = true;
      this.place.querySelector(".warning")?.replaceChildren(gettext("Press Esc again to leave what you typed."));
      return;
    }
    this.close();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { draft } = this;
    if (!draft || event.isComposing) return;
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.key === "Enter" && !event.shiftKey && !(target instanceof HTMLButtonElement) && !target.matches("summary")) {
      event.preventDefault();
      this.finish();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || target.matches("textarea, select, input:not([type=radio], [type=checkbox])")) return;
    const name = FIRST_CHOICE[draft.annotation.kind];
    const value = this.#values(name).find(({ hotkey }) => hotkey && hotkey === event.key.toLowerCase());
    if (!value) return;
    event.preventDefault();
    this.#pick(name, value);
    this.#advance();
  }

  /** To the first slot that is still empty; else it stays where Enter saves. */
  #advance() {
    const draft = /** @type {Draft} */ (this.draft);
    const { kind } = draft.annotation;
    const names = [PARTY[kind], kind === "stance" && "target", kind === "claim" && "wording"].filter(Boolean);
    const empty = names.find((name) => !draft.annotation[/** @type {string} */ (name)]);
    if (empty) this.focusField(/** @type {string} */ (empty));
  }

  /** @param {string} name @returns {CodeValue[]} */
  #values(name) {
    const annotation = /** @type {Draft} */ (this.draft).annotation;
    return this.phrases.values(`${annotation.kind}.${name}`, [], annotation[name]);
  }

  /** @param {string} name @param {CodeValue} value */
  #pick(name, value) {
    this.#change(name, value.value);
    const { annotation, records } = /** @type {Draft} */ (this.draft);
    if (name === "type") {
      annotation.subtype = "";
      if (value.value !== "GPE") annotation.role = "";
      // An entity made along with the mention is of its type.
      const made = records.find(({ record }) => record.id === annotation.entity);
      if (made) made.record = { ...made.record, type: value.value, subtype: "" };
    }
    if (name === "position" && (value.value === "neutral" || value.value === "unclear")) annotation.intensity = null;
    if (name === "claim_kind" && value.value === "opinion" && annotation.check_worthiness) annotation.check_worthiness = "NFS";
    const focused = document.activeElement instanceof HTMLInputElement && document.activeElement.type === "radio";
    this.#draw();
    if (focused) this.focusFirst();
    this.#hint(value);
  }

  /** @param {string} name @param {any} value @param {boolean} [redraw] */
  #change(name, value, redraw = false) {
    const draft = /** @type {Draft} */ (this.draft);
    draft.annotation[name] = value;
    if (name === "attribution" && draft.quotation && value !== draft.quotation.id) draft.quotation = null;
    delete draft.errors[name];
    if (redraw) this.redraw();
  }

  /** Draw again what the draft has become; the focus stays in its field. */
  redraw() {
    const focused = document.activeElement;
    const within = this.place.contains(focused) ? /** @type {HTMLElement | null} */ (focused)?.closest("[data-field]") : null;
    this.#draw();
    if (within) this.focusField(/** @type {HTMLElement} */ (within).dataset.field ?? "");
  }

  #draw() {
    const draft = /** @type {Draft} */ (this.draft);
    const { annotation } = draft;
    const title = fill(draft.before ? gettext("Change: %(kind)s") : gettext("New: %(kind)s"), { kind: KINDS[annotation.kind].toLowerCase() });
    this.place.setAttribute("aria-label", title);
    this.place.dataset.kind = annotation.kind;
    this.hints = h("div", { class: "hint", "aria-live": "polite" });
    const chosen = this.#values(FIRST_CHOICE[annotation.kind]).find(({ value }) => value === annotation[FIRST_CHOICE[annotation.kind]]);
    this.place.replaceChildren(
      this.#head(title),
      this.#sentence(annotation.kind),
      this.#choice(),
      this.hints,
      this.#voice(),
      this.#fold(),
      h("p", { class: "warning", role: "status" }, draft.errors[""] ?? ""),
      h(
        "div",
        { class: "foot" },
        draft.before && button(gettext("Delete"), () => this.remove(draft), "danger"),
        h("span", { class: "grow" }),
        button(gettext("Cancel"), () => this.close(), "quiet"),
        h("button", { type: "submit", class: "button primary" }, gettext("Save"), h("span", { "aria-hidden": "true" }, " ⏎")),
      ),
    );
    this.#hint(chosen);
  }

  /** @param {string} title */
  #head(title) {
    const { annotation, errors } = /** @type {Draft} */ (this.draft);
    const words = this.store.article.exact(annotation.segments).join(" … ");
    return h(
      "div",
      { class: "words", "data-field": "segments" },
      h("h2", {}, title),
      h("q", { dir: "auto", title: words }, words.length > 180 ? `${words.slice(0, 110)} … ${words.slice(-60)}` : words),
      errors.segments && h("span", { class: "error" }, errors.segments),
    );
  }

  /** @param {Kind} kind */
  #sentence(kind) {
    const { annotation } = /** @type {Draft} */ (this.draft);
    const sentence = h("div", { class: "sentence" });
    switch (kind) {
      case "mention":
        sentence.append(h("span", {}, gettext("names")), this.#slot("entity", gettext("Which entity"), { optional: true }));
        break;
      case "attribution":
        sentence.append(this.#slot("source", gettext("Who")), h("span", {}, annotation.negated ? gettext("denies this") : gettext("says this")));
        break;
      case "stance":
        sentence.append(
          this.#slot("holder", gettext("Who")),
          h("span", { class: `verb ${annotation.position}` }, annotation.position ? `${GLYPHS[annotation.position]} ${this.phrases.verb(annotation.position)}` : "…"),
          this.#slot("target", gettext("What")),
        );
        break;
      case "claim":
        sentence.append(this.#slot("claimant", gettext("Who")), h("span", {}, gettext("claims that")), this.#wording());
    }
    return sentence;
  }

  #wording() {
    const { annotation } = /** @type {Draft} */ (this.draft);
    const area = h("textarea", { rows: 3, dir: "auto", maxlength: 2000, "aria-label": gettext("Wording"), placeholder: gettext("one self-contained sentence: names and dates resolved, hedges kept") });
    area.value = annotation.wording;
    area.addEventListener("input", () => this.#change("wording", area.value.replace(/\n/g, " ")));
    return h(
      "span",
      { class: "wording", "data-field": "wording" },
      area,
      !annotation.wording &&
        button(gettext("Begin with the words"), () => {
          this.#change("wording", this.store.article.exact(annotation.segments).join(" ").replace(/\s+/g, " "), true);
          this.focusField("wording");
        }),
    );
  }

  /** A slot of the sentence. @param {string} name @param {string} label @param {{optional?: boolean}} [how] */
  #slot(name, label, { optional = false } = {}) {
    const draft = /** @type {Draft} */ (this.draft);
    const { annotation } = draft;
    const { registers } = this;
    const party = name === PARTY[annotation.kind];
    /** @type {import("./types.js").RecordNoun[]} */
    const nouns = name === "target" ? ["issues", "entities", "propositions"] : ["entities"];
    /** @type {Record<string, import("./types.js").RecordNoun>} */
    const tables = { issue: "issues", entity: "entities", proposition: "propositions" };
    const noun = name === "target" ? tables[annotation.target_kind] : "entities";
    const words = this.store.article.exact(annotation.segments).join(" ");
    const combobox = new Combobox({
      label,
      optional,
      error: draft.errors[name],
      chosen: registers.chosen(draft, noun, annotation[name]),
      search: (query) => registers.search(nouns, query, party ? registers.voices() : []),
      ask: (query, signal) => registers.ask(nouns, query, signal),
      make: (query) => (name === "target" ? registers.makeWorded("issues", query) : registers.makeEntity(query, name === "entity" ? annotation.type : "PER")),
      pick: (option) => this.#take(name, option),
    });
    if (name === "entity" && !annotation[name]) combobox.input.placeholder = words;
    return h("span", { class: "slot", "data-field": name }, combobox.element);
  }

  /** @param {string} name @param {Option | null} option */
  #take(name, option) {
    const draft = /** @type {Draft} */ (this.draft);
    const { annotation } = draft;
    const id = option && this.registers.take(draft, option);
    if (name === "target" && option) annotation.target_kind = { issues: "issue", entities: "entity", propositions: "proposition" }[/** @type {string} */ (option.value.noun)];
    if (name === "entity" && option) {
      annotation.type = option.value.record.type;
      annotation.no_entity_reason = "";
    } else if (name === "entity") annotation.no_entity_reason = "unknown";
    // Who is made to say it is who holds or claims it, as long as the quotation is being made along.
    if (draft.quotation && name === PARTY[annotation.kind]) draft.quotation.source = id;
    this.#change(name, id, true);
    const empty = annotation.kind === "stance" && (!annotation.position ? "position" : !annotation.holder ? "holder" : !annotation.target ? "target" : null);
    if (empty) this.focusField(empty);
    else if (annotation.kind === "claim" && !annotation.wording) this.focusField("wording");
    else this.focusField(name);
    const { record } = option?.value ?? {};
    if (record?.definition) this.#hint({ label: record.wording, definition: record.definition, positive_example: record.supporting_example, negative_example: "" });
  }

  /** The first choice, one radio a value with its key. */
  #choice() {
    const { annotation, errors } = /** @type {Draft} */ (this.draft);
    const name = FIRST_CHOICE[annotation.kind];
    const values = this.#values(name);
    const group = h("div", { class: `picks of-${name}`, role: "radiogroup", "aria-label": CHOICE_NAMES[name], "data-field": name, "aria-invalid": errors[name] ? "true" : null });
    for (const value of values) {
      const radio = h("input", { type: "radio", name: `draft-${name}`, value: value.value, checked: annotation[name] === value.value, class: "visually-hidden" });
      radio.addEventListener("change", () => this.#pick(name, value));
      radio.addEventListener("focus", () => this.#hint(value));
      group.append(
        h("label", { class: `pick ${name === "position" ? value.value : ""}` }, radio, h("span", { class: "key", "aria-hidden": "true" }, [value.hotkey, name === "position" && GLYPHS[value.value]].filter(Boolean).join(" ")), h("span", {}, SHORT[value.value] ?? value.label)),
      );
    }
    return h("div", {}, group, errors[name] && h("p", { class: "error" }, errors[name]));
  }

  /** What the codebook says of a value. @param {Pick<CodeValue, "label" | "definition" | "positive_example" | "negative_example"> | undefined} value */
  #hint(value) {
    if (!this.hints) return;
    this.hints.replaceChildren();
    if (!value?.definition) return;
    this.hints.append(h("p", {}, h("b", {}, value.label), ` – ${value.definition}`));
    if (value.positive_example) this.hints.append(h("p", { class: "instance" }, h("span", { class: "sign", "aria-label": gettext("An example:") , role: "img" }, "✓"), h("span", {}, value.positive_example)));
    if (value.negative_example) this.hints.append(h("p", { class: "instance" }, h("span", { class: "sign", "aria-label": gettext("Not an example:"), role: "img" }, "✗"), h("span", {}, value.negative_example)));
  }

  /** Whose words they are, as the text shows it. */
  #voice() {
    const draft = /** @type {Draft} */ (this.draft);
    const { annotation, quotation } = draft;
    if (annotation.kind !== "stance" && annotation.kind !== "claim") return "";
    const attribution = quotation ?? (annotation.attribution ? this.store.annotations.get(annotation.attribution) : null);
    if (!attribution) return "";
    const cue = attribution.cue_span?.[0] ? this.store.article.slice(.../** @type {import("./types.js").Segment} */ (attribution.cue_span[0])) : "";
    const source = this.registers.chosen(draft, "entities", attribution.source)?.label ?? "";
    const parts = [this.phrases.label("attribution.mode", attribution.mode).toLowerCase(), fill(gettext("said by %(source)s"), { source })];
    return h(
      "p",
      { class: "voice" },
      h("span", { "aria-hidden": "true" }, "“ "),
      parts.join(" · "),
      cue && " · ",
      cue && h("q", {}, cue),
      " ",
      button(gettext("No, the article’s own voice"), () => this.#change("attribution", null, true)),
    );
  }

  #fold() {
    const draft = /** @type {Draft} */ (this.draft);
    const { annotation } = draft;
    const inUse = this.store.page.optional_fields;
    const shown = FIELDS[annotation.kind].filter(({ name, optional, when }) => (!optional || inUse.includes(`${annotation.kind}.${name}`)) && (!when || when(annotation)));
    /** @type {Desk} */
    const desk = { draft, store: this.store, phrases: this.phrases, registers: this.registers, change: (name, value, redraw) => this.#change(name, value, redraw), hint: (value) => this.#hint(value) };
    const fold = h("details", { class: "more", open: draft.unfolded }, h("summary", {}, gettext("More fields")), ...shown.map((field) => control(field, desk)));
    fold.addEventListener("toggle", () => {
      draft.unfolded = fold.open;
    });
    return fold;
  }
}

/** @type {Record<string, string>} */
const CHOICE_NAMES = { type: gettext("Type"), position: gettext("Position"), claim_kind: gettext("Kind of claim"), mode: gettext("How it is reported") };

/** Labels that are too long for a button of the grid. @type {Record<string, string>} */
const SHORT = { GPE: gettext("State, city"), NORP: gettext("Group"), ORG: gettext("Organisation"), event: gettext("Event"), quote: gettext("Quote"), rule: gettext("Rule"), experience: gettext("Experience"), causal: gettext("Cause") };
