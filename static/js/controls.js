// @ts-check
/**
 * The controls below the composer's sentence: one a field, made from the table of fields.
 *
 * @import { Annotation, CodeValue, Quantity, Segment } from "./types.js"
 * @import { Option } from "./combobox.js"
 * @import { Draft } from "./composing.js"
 * @import { Field } from "./fields.js"
 * @import { Phrases } from "./phrases.js"
 * @import { Registers } from "./records.js"
 * @import { Store } from "./store.js"
 */
import { Combobox } from "./combobox.js";
import { button, gettext, h, quoted } from "./dom.js";
import { unpicked } from "./records.js";

/**
 * What the parts of the composer work with.
 * @typedef {object} Desk
 * @property {Draft} draft
 * @property {Store} store
 * @property {Phrases} phrases
 * @property {Registers} registers
 * @property {(name: string, value: any, redraw?: boolean) => void} change a field
 * @property {(name: string, value: CodeValue) => void} pick the choice that digits make
 * @property {(name: string, option: Option | null, left: boolean) => void} take what a slot's type-ahead offered; `left`: while going on to something else
 * @property {(value: CodeValue | undefined) => void} hint explains a value
 * @property {(name: string) => void} focus
 */

let count = 0;

/** A field with its label. @param {Field} field @param {Desk} desk @returns {HTMLElement} */
export function control(field, desk) {
  const id = `field-${(count += 1)}`;
  const error = desk.draft.errors[field.name];
  const row = h("div", { class: `row ${field.control}`, "data-field": field.name });
  const made = CONTROLS[field.control](field, desk, id);
  const label = made instanceof HTMLInputElement || made instanceof HTMLSelectElement || made instanceof HTMLTextAreaElement ? h("label", { for: id }, field.label) : h("span", { class: "label", id: `${id}-label` }, field.label);
  if (error) {
    made.setAttribute("aria-invalid", "true");
    made.setAttribute("aria-describedby", `${id}-error`);
  }
  row.append(label, made);
  if (error) row.append(h("span", { class: "error", id: `${id}-error` }, error));
  return row;
}

/** @type {Record<Field["control"], (field: Field, desk: Desk, id: string) => HTMLElement>} */
const CONTROLS = {
  choice({ name, values, required }, { draft: { annotation }, phrases, change, hint }, id) {
    const field = `${annotation.kind}.${name}`;
    const known = phrases.values(field, values, annotation[name]).filter(({ parent }) => !parent || parent === annotation.type);
    const select = h("select", { id }, !required && h("option", { value: "" }, "—"));
    for (const { value, label } of known) select.append(h("option", { value, selected: String(annotation[name] ?? "") === value }, label));
    const explain = () => hint(known.find(({ value }) => value === select.value));
    select.addEventListener("change", () => {
      change(name, name === "intensity" ? (select.value ? Number(select.value) : null) : select.value, true);
      explain();
    });
    select.addEventListener("focus", explain);
    return select;
  },

  choices({ name, label }, { draft: { annotation }, phrases, change, hint }, id) {
    const group = h("div", { role: "group", "aria-label": label, class: "choices", id });
    for (const known of phrases.values(`${annotation.kind}.${name}`)) {
      const box = h("input", { type: "checkbox", checked: (annotation[name] ?? []).includes(known.value) });
      box.addEventListener("change", () => {
        const others = (annotation[name] ?? []).filter((/** @type {string} */ value) => value !== known.value);
        change(name, box.checked ? [...others, known.value] : others);
      });
      box.addEventListener("focus", () => hint(known));
      group.append(h("label", {}, box, known.label));
    }
    return group;
  },

  text({ name }, { draft: { annotation }, change }, id) {
    const input = name === "comment" ? h("textarea", { id, rows: 2, dir: "auto" }) : h("input", { id, type: "text", dir: "auto" });
    input.value = annotation[name] ?? "";
    input.addEventListener("input", () => change(name, input.value));
    return input;
  },

  date({ name }, { draft: { annotation }, change }, id) {
    const input = h("input", { id, type: "date", value: annotation[name] });
    input.addEventListener("change", () => change(name, input.value || null, true));
    return input;
  },

  number({ name }, { draft: { annotation }, change }, id) {
    const input = h("input", { id, type: "number", step: "any", value: annotation[name] });
    input.addEventListener("input", () => change(name, input.value === "" ? null : Number(input.value)));
    return input;
  },

  yes({ name }, { draft: { annotation }, change }, id) {
    const input = h("input", { id, type: "checkbox", checked: annotation[name] });
    input.addEventListener("change", () => change(name, input.checked));
    return input;
  },

  entity: (field, desk) => recordControl(field, desk, "entities"),
  party: (field, desk) => recordControl(field, desk, "entities"),
  proposition: (field, desk) => recordControl(field, desk, "propositions"),

  attribution({ name, label }, { draft, store, phrases, change }, id) {
    const { annotation } = draft;
    const [start, end] = [annotation.segments[0]?.[0] ?? 0, annotation.segments.at(-1)?.[1] ?? 0];
    /** @param {Annotation} other */
    const around = (other) => other.segments[0][0] <= start && end <= /** @type {Segment} */ (other.segments.at(-1))[1];
    const candidates = store.ordered.filter((other) => other.kind === "attribution" && other.id !== annotation.id && (other.id === annotation[name] || around(other)));
    if (draft.quotation) candidates.push(draft.quotation);
    const select = h("select", { id, "aria-label": label }, h("option", { value: "" }, name === "parent" ? "—" : gettext("the article’s own voice")));
    for (const other of candidates) {
      const words = `${phrases.party(other.source)}: ${store.article.exact(other.segments).join(" … ")}`;
      select.append(h("option", { value: other.id, selected: other.id === annotation[name] }, words.length > 70 ? `${words.slice(0, 69)}…` : words));
    }
    select.addEventListener("change", () => change(name, select.value || null, true));
    return select;
  },

  span: (field, desk) => spanControl(field, desk, false),
  spans: (field, desk) => spanControl(field, desk, true),

  quantities({ label }, desk, id) {
    const { draft, store, change, phrases } = desk;
    const group = h("div", { role: "group", "aria-label": label, class: "quantities", id });
    /** @type {Quantity[]} */
    const quantities = draft.annotation.quantities ?? [];
    quantities.forEach((quantity, index) => {
      const words = store.article.slice(...quantity.span);
      /** @param {keyof Quantity} name @param {any} value */
      const set = (name, value) => change("quantities", quantities.map((other, at) => (at === index ? { ...other, [name]: value } : other)));
      /** @param {"low" | "high"} name @param {string} title */
      const number = (name, title) => {
        const input = h("input", { type: "number", step: "any", "aria-label": title, placeholder: title, value: quantity[name] });
        input.addEventListener("change", () => set(name, input.value === "" ? null : Number(input.value)));
        return input;
      };
      const comparator = h("select", { "aria-label": gettext("Comparison") });
      for (const { value, label: title } of phrases.values("claim.comparator", ["eq", "approx", "gt", "ge", "lt", "le", "range"])) comparator.append(h("option", { value, selected: value === quantity.comparator }, title));
      comparator.addEventListener("change", () => set("comparator", comparator.value));
      const unit = h("input", { type: "text", "aria-label": gettext("Unit"), placeholder: gettext("Unit"), value: quantity.unit });
      unit.addEventListener("change", () => set("unit", unit.value));
      const vague = h("input", { type: "checkbox", checked: quantity.vague });
      vague.addEventListener("change", () => set("vague", vague.checked));
      const certainty = h("select", { "aria-label": gettext("Certainty where it differs") }, h("option", { value: "" }, gettext("as the claim")));
      for (const { value, label: title } of phrases.values("claim.certainty")) certainty.append(h("option", { value, selected: value === quantity.certainty }, title));
      certainty.addEventListener("change", () => set("certainty", certainty.value));
      const error = draft.errors[`quantities.${index}`];
      group.append(
        h(
          "div",
          { class: "quantity", role: "group", "aria-label": words },
          quoted(words),
          comparator, number("low", gettext("Low")), number("high", gettext("High")), unit, certainty,
          h("label", {}, vague, gettext("vague")),
          button(gettext("Remove"), () => change("quantities", quantities.filter((other) => other !== quantity), true)),
          error && h("span", { class: "error" }, error),
        ),
      );
    });
    group.append(
      button(gettext("Add the selected number"), () => {
        const span = selected(desk);
        if (!span) return;
        const value = Number(store.article.slice(...span).replace(/[^\d.-]/g, ""));
        const known = Number.isFinite(value) && /\d/.test(store.article.slice(...span)) ? value : null;
        change("quantities", [...quantities, { span, comparator: "eq", low: known, high: known, unit: "", vague: false, certainty: "" }], true);
      }),
    );
    return group;
  },
};

/** @param {Field} field @param {Desk} desk @param {"entities" | "propositions"} noun */
function recordControl({ name, label }, { draft, registers, change }, noun) {
  return new Combobox({
    label,
    placeholder: "", // the label stands before it
    optional: true,
    chosen: registers.chosen(draft, noun, draft.annotation[name]),
    search: (query) => registers.search([noun], query),
    ask: (query, signal) => registers.ask([noun], query, signal),
    make: (query) => (noun === "entities" ? registers.makeEntity(query, "ORG") : registers.makeWorded(noun, query, draft.annotation.claim_kind || "other")),
    pick: (option) => {
      change(name, option && registers.take(draft, option));
      if (name === "proposition") {
        change("link", option ? "confirmed" : "");
        change("link_score", null);
      }
    },
    ...unpicked(draft, name),
  }).element;
}

/** The words of a span field, each with a button that drops it, and one that takes the selection. @param {Field} field @param {Desk} desk @param {boolean} several */
function spanControl({ name, label }, desk, several) {
  const { draft, store, change } = desk;
  /** @type {Segment[]} */
  const segments = draft.annotation[name] ?? [];
  const group = h("div", { role: "group", "aria-label": label, class: "span" });
  for (const segment of segments) {
    const words = store.article.slice(...segment);
    const drop = button("×", () => change(name, segments.length > 1 ? segments.filter((other) => other !== segment) : null, true));
    drop.setAttribute("aria-label", `${gettext("Drop")} “${words}”`);
    group.append(h("span", { class: "chip" }, quoted(words), drop));
  }
  const take = button(segments.length && several ? gettext("Add the selection") : gettext("Take the selection"), () => {
    const segment = selected(desk);
    if (segment) change(name, several ? store.article.join(segments.map(([start, end]) => [start, end]), segment) : [segment], true);
  });
  group.append(take);
  return group;
}

/** The selection in the text, without white space at its ends. @param {Desk} desk */
function selected({ store }) {
  return store.article.trim(...store.selection);
}
