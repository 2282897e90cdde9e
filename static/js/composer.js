// @ts-check
/**
 * The composer: one sentence to fill, the choice that digits make, all else one fold down. It opens in the rail and changes the draft
 * alone; saving makes the command.
 *
 * @import { CodeValue } from "./types.js"
 * @import { Draft } from "./composing.js"
 * @import { Option } from "./combobox.js"
 * @import { Desk } from "./controls.js"
 */
import { control } from "./controls.js";
import { button, fill, gettext, h, quoted } from "./dom.js";
import { FIELDS, FIRST_CHOICE, PARTY } from "./fields.js";
import { digitOf } from "./keymap.js";
import { KINDS } from "./phrases.js";
import { placing } from "./placing.js";
import { choice, sentence, voice } from "./sentence.js";

export class Composer {
  /** @type {Draft | null} */
  draft = null;
  #warned = false;
  /** Whether the pointer is down. */
  #isPressing = false;

  /**
   * @param {HTMLElement} place
   * @param {object} tools
   * @param {import("./store.js").Store} tools.store
   * @param {import("./phrases.js").Phrases} tools.phrases
   * @param {import("./records.js").Registers} tools.registers
   * @param {import("./composing.js").Composing} tools.composing
   * @param {(draft: Draft) => void} tools.save
   * @param {() => void} tools.close leaves the draft for good
   * @param {(draft: Draft) => void} tools.changed the editor did something on it
   * @param {import("./placing.js").Reshape} tools.reshape
   * @param {(draft: Draft) => void} tools.remove
   * @param {(text: string) => void} tools.say
   */
  constructor(place, { store, phrases, registers, composing, save, close, changed, reshape, remove, say }) {
    this.place = place;
    this.store = store;
    this.phrases = phrases;
    this.registers = registers;
    this.composing = composing;
    this.save = save;
    this.close = close;
    this.changed = changed;
    this.reshape = reshape;
    this.remove = remove;
    this.say = say;
    place.addEventListener("keydown", (event) => this.#key(event));
    for (const type of ["pointerdown", "pointerup", "pointercancel"]) {
      document.addEventListener(type, () => (this.#isPressing = type === "pointerdown"), { capture: true });
    }
    place.addEventListener("submit", (event) => {
      event.preventDefault();
      this.finish();
    });
  }

  /** @param {Draft | null} draft */
  show(draft) {
    this.draft = draft;
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
    this.place.querySelector(".error")?.scrollIntoView({ block: "nearest" });
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
    if (this.composing.isWritten(draft) && !this.#warned) {
      this.#warned = true;
      this.place.querySelector(".warning")?.replaceChildren(gettext("Press Esc or Cancel again to leave what you typed."));
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
    const keys = [event.key.toLowerCase(), digitOf(event)];
    const value = keys.map((key) => this.#values(name).find(({ hotkey }) => hotkey && hotkey === key)).find(Boolean);
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
    draft.guessed.delete(name);
    if (name === "attribution" && draft.quotation && value !== draft.quotation.id) draft.quotation = null;
    delete draft.errors[name];
    this.changed(draft);
    if (redraw) this.redraw();
  }

  /** Draw again what the draft has become; the focus stays in its field. */
  redraw() {
    const focused = document.activeElement;
    const again = this.place.contains(focused) ? /** @type {HTMLElement | null} */ (focused)?.dataset.again : undefined;
    const within = this.place.contains(focused) ? /** @type {HTMLElement | null} */ (focused)?.closest("[data-field]") : null;
    this.#draw();
    const pressed = again && /** @type {HTMLElement | null} */ (this.place.querySelector(`[data-again="${again}"]`));
    if (pressed) pressed.focus();
    else if (within) this.focusField(/** @type {HTMLElement} */ (within).dataset.field ?? "");
  }

  /** Draw again when what the pointer is on has been pressed: by then it would not be there any more. */
  #redrawPressed() {
    const { draft } = this;
    const redraw = () => setTimeout(() => this.draft === draft && this.redraw());
    if (this.#isPressing) document.addEventListener("pointerup", redraw, { once: true });
    else redraw();
  }

  #draw() {
    const draft = /** @type {Draft} */ (this.draft);
    const { annotation } = draft;
    const title = fill(draft.before ? gettext("Change: %(kind)s") : gettext("New: %(kind)s"), { kind: KINDS[annotation.kind].toLowerCase() });
    this.place.setAttribute("aria-label", title);
    this.place.dataset.kind = annotation.kind;
    const desk = this.#desk(draft);
    this.hints = h("div", { class: "hint", "aria-live": "polite" });
    const chosen = this.#values(FIRST_CHOICE[annotation.kind]).find(({ value }) => value === annotation[FIRST_CHOICE[annotation.kind]]);
    this.place.replaceChildren(
      this.#head(title),
      sentence(desk),
      choice(desk),
      this.hints,
      voice(desk),
      this.#fold(desk),
      h("p", { class: "warning", role: "status" }, draft.errors[""] ?? ""),
      h(
        "div",
        { class: "foot" },
        draft.before && button(gettext("Delete"), () => this.remove(draft), "danger"),
        h("span", { class: "grow" }),
        button(gettext("Cancel"), () => this.back(), "quiet"),
        h("button", { type: "submit", class: "button primary" }, gettext("Save"), h("span", { "aria-hidden": "true" }, " ⏎")),
      ),
    );
    this.#hint(chosen);
  }

  /** @param {string} title */
  #head(title) {
    const draft = /** @type {Draft} */ (this.draft);
    const { annotation, errors } = draft;
    const words = this.store.article.exact(annotation.segments).join(" … ");
    return h(
      "div",
      { class: "words", "data-field": "segments" },
      h("h2", {}, title),
      quoted(words, words.length > 180 ? `${words.slice(0, 110)} … ${words.slice(-60)}` : words),
      errors.segments && h("span", { class: "error" }, errors.segments),
      placing(draft, this.store, this.composing.boundaries, this.reshape),
    );
  }

  /** @param {string} name @param {Option | null} option @param {boolean} left the editor has gone on to something else */
  #take(name, option, left) {
    const draft = /** @type {Draft} */ (this.draft);
    const { annotation } = draft;
    const id = option && this.registers.take(draft, option);
    if (name === "target" && option) annotation.target_kind = { issues: "issue", entities: "entity", propositions: "proposition" }[/** @type {string} */ (option.value.noun)];
    if (name === "entity" && option) {
      annotation.type = option.value.record.type;
      draft.guessed.delete("type");
      annotation.no_entity_reason = "";
    } else if (name === "entity") annotation.no_entity_reason = "unknown";
    // Who is made to say it is who holds or claims it, as long as the quotation is being made along.
    if (draft.quotation && name === PARTY[annotation.kind]) draft.quotation.source = id;
    const isShown = name === "entity" || name in draft.errors;
    this.#change(name, id, !left);
    if (left) {
      if (isShown) this.#redrawPressed();
      return;
    }
    const empty = annotation.kind === "stance" && (!annotation.position ? "position" : !annotation.holder ? "holder" : !annotation.target ? "target" : null);
    if (empty) this.focusField(empty);
    else if (annotation.kind === "claim" && !annotation.wording) this.focusField("wording");
    else this.focusField(name);
    const { record } = option?.value ?? {};
    if (record?.definition) this.#hint({ label: record.wording, definition: record.definition, positive_example: record.supporting_example, negative_example: "" });
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

  /** What the parts of the composer work with. @param {Draft} draft @returns {Desk} */
  #desk(draft) {
    const { store, phrases, registers } = this;
    return {
      draft,
      store,
      phrases,
      registers,
      change: (name, value, redraw) => this.#change(name, value, redraw),
      pick: (name, value) => this.#pick(name, value),
      take: (name, option, left) => this.#take(name, option, left),
      hint: (value) => this.#hint(value),
      focus: (name) => this.focusField(name),
    };
  }

  /** @param {Desk} desk */
  #fold(desk) {
    const { draft } = desk;
    const { annotation } = draft;
    const inUse = this.store.page.optional_fields;
    const shown = FIELDS[annotation.kind].filter(({ name, optional, when }) => (!optional || inUse.includes(`${annotation.kind}.${name}`)) && (!when || when(annotation)));
    const summary = h("summary", {}, gettext("More fields"));
    const fold = h("details", { class: "more", open: draft.unfolded }, summary, ...shown.map((field) => control(field, desk)));
    // Not on `toggle`, which comes later: a field may be changed, and all drawn anew, before it.
    summary.addEventListener("click", () => {
      draft.unfolded = !fold.open;
    });
    return fold;
  }
}
