// @ts-check
/**
 * The composer's sentence: its slots, the choice that digits make, and whose words they are.
 *
 * @import { RecordNoun, Segment } from "./types.js"
 * @import { Desk } from "./controls.js"
 */
import { Combobox } from "./combobox.js";
import { button, fill, gettext, h, quoted } from "./dom.js";
import { FIRST_CHOICE, PARTY } from "./fields.js";
import { GLYPHS, apart } from "./phrases.js";
import { unpicked } from "./records.js";

/** @param {Desk} desk */
export function sentence(desk) {
  const { annotation } = desk.draft;
  const sentence = h("div", { class: "sentence" });
  switch (annotation.kind) {
    case "mention":
      sentence.append(h("span", {}, gettext("names")), slot(desk, "entity", gettext("Which entity"), { optional: true }));
      break;
    case "attribution":
      sentence.append(slot(desk, "source", gettext("Who")), h("span", {}, annotation.negated ? gettext("denies this") : gettext("says this")));
      break;
    case "stance":
      sentence.append(
        slot(desk, "holder", gettext("Who")),
        h("span", { class: `verb ${annotation.position}` }, annotation.position ? `${GLYPHS[annotation.position]} ${desk.phrases.verb(annotation.position)}` : "…"),
        slot(desk, "target", gettext("What")),
      );
      break;
    case "claim":
      sentence.append(slot(desk, "claimant", gettext("Who")), h("span", {}, gettext("claims that")), wordingSlot(desk));
  }
  return sentence;
}

/** @param {Desk} desk */
function wordingSlot({ draft: { annotation }, store, change, focus }) {
  const area = h("textarea", { rows: 3, dir: "auto", maxlength: 2000, "aria-label": gettext("Wording"), placeholder: gettext("one self-contained sentence: names and dates resolved, hedges kept") });
  area.value = annotation.wording;
  area.addEventListener("input", () => change("wording", area.value.replace(/\n/g, " ")));
  return h(
    "span",
    { class: "wording", "data-field": "wording" },
    area,
    !annotation.wording &&
      button(gettext("Begin with the words"), () => {
        change("wording", store.article.exact(annotation.segments).join(" ").replace(/\s+/g, " "), true);
        focus("wording");
      }),
  );
}

/** A slot of the sentence. @param {Desk} desk @param {string} name @param {string} label @param {{optional?: boolean}} [how] */
function slot({ draft, store, registers, take }, name, label, { optional = false } = {}) {
  const { annotation } = draft;
  const party = name === PARTY[annotation.kind];
  /** @type {RecordNoun[]} */
  const nouns = name === "target" ? ["issues", "entities", "propositions"] : ["entities"];
  /** @type {Record<string, RecordNoun>} */
  const tables = { issue: "issues", entity: "entities", proposition: "propositions" };
  const noun = name === "target" ? tables[annotation.target_kind] : "entities";
  const words = store.article.exact(annotation.segments).join(" ");
  const combobox = new Combobox({
    label,
    optional,
    error: draft.errors[name],
    chosen: registers.chosen(draft, noun, annotation[name]),
    search: (query) => registers.search(nouns, query, party ? registers.voices() : []),
    ask: (query, signal) => registers.ask(nouns, query, signal),
    make: (query) => (name === "target" ? registers.makeWorded("issues", query) : registers.makeEntity(query, name === "entity" ? annotation.type : "PER")),
    pick: (option, left) => take(name, option, left),
    ...unpicked(draft, name),
  });
  if (name === "entity" && !annotation[name]) combobox.input.placeholder = words;
  return h("span", { class: "slot", "data-field": name }, combobox.element);
}

/** The first choice, one radio a value with its key. @param {Desk} desk */
export function choice({ draft: { annotation, errors, guessed }, phrases, pick, hint }) {
  const name = FIRST_CHOICE[annotation.kind];
  const values = phrases.values(`${annotation.kind}.${name}`, [], annotation[name]);
  const group = h("div", { class: `picks of-${name}${guessed.has(name) ? " guessed" : ""}`, "aria-describedby": guessed.has(name) ? "guessed" : null, role: "radiogroup", "aria-label": CHOICE_NAMES[name], "data-field": name, "aria-invalid": errors[name] ? "true" : null });
  for (const value of values) {
    const radio = h("input", { type: "radio", name: `draft-${name}`, value: value.value, checked: annotation[name] === value.value, class: "visually-hidden" });
    radio.addEventListener("change", () => pick(name, value));
    radio.addEventListener("focus", () => hint(value));
    group.append(
      h("label", { class: `pick ${name === "position" ? value.value : ""}` }, radio, h("span", { class: "key", "aria-hidden": "true" }, [value.hotkey, name === "position" && GLYPHS[value.value]].filter(Boolean).join(" ")), h("span", {}, value.label)),
    );
  }
  const guess = guessed.has(name) && h("p", { class: "guess", id: "guessed" }, gettext("Guessed from how the words look: mend it where it is wrong."));
  return h("div", {}, group, guess, errors[name] && h("p", { class: "error" }, errors[name]));
}

/** Whose words they are, as the text shows it. @param {Desk} desk */
export function voice({ draft, store, phrases, registers, change }) {
  const { annotation, quotation } = draft;
  if (annotation.kind !== "stance" && annotation.kind !== "claim") return "";
  const attribution = quotation ?? (annotation.attribution ? store.annotations.get(annotation.attribution) : null);
  if (!attribution) return "";
  const cue = attribution.cue_span?.[0] ? store.article.slice(.../** @type {Segment} */ (attribution.cue_span[0])) : "";
  const source = registers.chosen(draft, "entities", attribution.source)?.label ?? "";
  const parts = [phrases.label("attribution.mode", attribution.mode).toLowerCase(), fill(gettext("said by %(source)s"), { source: apart(source) })];
  return h(
    "p",
    { class: "voice" },
    h("span", { "aria-hidden": "true" }, "“ "),
    parts.join(" · "),
    cue && " · ",
    cue && quoted(cue),
    " ",
    button(gettext("No, the article’s own voice"), () => change("attribution", null, true)),
  );
}

/** @type {Record<string, string>} */
const CHOICE_NAMES = { type: gettext("Type"), position: gettext("Position"), claim_kind: gettext("Kind of claim"), mode: gettext("How it is reported") };
