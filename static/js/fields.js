// @ts-check
/**
 * The fields of each kind that the composer offers below its sentence, in the order of the scheme. The `optional` ones appear when
 * the project's codebook has them in use.
 */
import { gettext } from "./dom.js";

/**
 * @typedef {object} Field
 * @property {string} name as on the wire
 * @property {string} label
 * @property {"choice" | "choices" | "text" | "date" | "yes" | "number" | "entity" | "party" | "proposition" | "attribution" | "span" | "spans" | "quantities"} control
 * @property {boolean} [optional] off until a project turns it on
 * @property {boolean} [required] a choice that cannot be empty
 * @property {string[]} [values] where no codebook lists them
 * @property {(annotation: import("./types.js").Annotation) => boolean} [when]
 */

/** @type {Field[]} */
const CODER = [
  { name: "certainty_of_coder", label: gettext("I am"), control: "choice", required: true, values: ["certain", "uncertain"] },
  { name: "comment", label: gettext("Remark"), control: "text" },
];

/** @type {Record<string, Field[]>} */
export const FIELDS = {
  mention: [
    { name: "no_entity_reason", label: gettext("Why no record"), control: "choice", when: ({ entity }) => !entity },
    { name: "subtype", label: gettext("Subtype"), control: "choice", when: ({ type }) => type === "PER" || type === "ORG" },
    { name: "level", label: gettext("Level"), control: "choice", required: true },
    { name: "class", label: gettext("Class"), control: "choice", required: true },
    { name: "role", label: gettext("Meant as"), control: "choice", when: ({ type }) => type === "GPE" },
    ...CODER,
  ],
  attribution: [
    { name: "source_span", label: gettext("Words for the source"), control: "spans" },
    { name: "cue_span", label: gettext("Cue"), control: "span" },
    { name: "cue_type", label: gettext("Cue type"), control: "choice" },
    { name: "negated", label: gettext("Negated"), control: "yes" },
    { name: "parent", label: gettext("Inside"), control: "attribution" },
    { name: "recipient", label: gettext("Told to"), control: "text" },
    { name: "medium", label: gettext("In, on"), control: "text" },
    { name: "said_on", label: gettext("Said on"), control: "date" },
    { name: "said_on_precision", label: gettext("To the"), control: "choice", values: ["day", "month", "year"], when: ({ said_on }) => Boolean(said_on) },
    { name: "flags", label: gettext("Odd in print"), control: "choices" },
    ...CODER,
  ],
  stance: [
    { name: "explicitness", label: gettext("Explicitness"), control: "choice", required: true },
    { name: "modality", label: gettext("Modality"), control: "choice", required: true },
    { name: "hedge_spans", label: gettext("Hedges"), control: "spans" },
    { name: "target_span", label: gettext("Words for the target"), control: "spans" },
    { name: "attribution", label: gettext("Said in"), control: "attribution" },
    { name: "affiliation", label: gettext("Speaks for"), control: "entity" },
    { name: "voiced_by", label: gettext("Voiced by"), control: "entity" },
    { name: "intensity", label: gettext("Intensity"), control: "choice", optional: true, when: ({ position }) => position !== "neutral" && position !== "unclear" },
    { name: "fidelity", label: gettext("Fidelity"), control: "choice", optional: true },
    { name: "frames", label: gettext("Frames"), control: "choices", optional: true },
    { name: "valid_on", label: gettext("Held on"), control: "date", optional: true },
    ...CODER,
  ],
  claim: [
    { name: "check_worthiness", label: gettext("Check-worthiness"), control: "choice" },
    { name: "certainty", label: gettext("Certainty"), control: "choice" },
    { name: "hedge_spans", label: gettext("Hedges"), control: "spans" },
    { name: "quantities", label: gettext("Quantities"), control: "quantities" },
    { name: "time", label: gettext("Time"), control: "choice" },
    { name: "deadline", label: gettext("Deadline"), control: "date" },
    { name: "presupposed", label: gettext("Taken for granted"), control: "yes" },
    { name: "proposition", label: gettext("Asserts"), control: "proposition" },
    { name: "attribution", label: gettext("Said in"), control: "attribution" },
    ...CODER,
  ],
};

/** The field on which a kind's composer opens: its values are picked by digit. @type {Record<string, string>} */
export const FIRST_CHOICE = { mention: "type", attribution: "mode", stance: "position", claim: "claim_kind" };

/** The party of a kind: who says, holds or claims. @type {Record<string, string>} */
export const PARTY = { attribution: "source", stance: "holder", claim: "claimant" };

/** Fields whose value is a list of segments. */
export const SPAN_FIELDS = ["source_span", "cue_span", "target_span", "hedge_spans"];
