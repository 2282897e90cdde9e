// @ts-check
/**
 * What the composer works on: an annotation in the making, what the text proposed for it, what is still missing, and the command
 * that it becomes. No element is touched here.
 *
 * @import { Annotation, Change, Command, Kind, RecordNoun, Segment } from "./types.js"
 * @import { Attribution } from "./prefill.js"
 * @import { Boundaries } from "./article.js"
 * @import { Store } from "./store.js"
 */
import { PLACES, differing } from "./commands.js";
import { FIRST_CHOICE, PARTY } from "./fields.js";
import { composed } from "./folding.js";
import { fill, gettext } from "./dom.js";
import { antecedent, attributionAt, entityEnding, entityNamed, guessClaim, guessMention, isPronoun, speaks } from "./prefill.js";
import { KINDS } from "./phrases.js";

/**
 * @typedef {object} Draft
 * @property {Annotation} annotation
 * @property {Annotation | null} before what is being changed; null: a new annotation
 * @property {Annotation | null} quotation an attribution to be made along with it
 * @property {{noun: RecordNoun, record: any}[]} records to be made along with it
 * @property {{noun: RecordNoun, record: any}[]} [named] records that it names, as they were when it was last changed: should one be gone when it is saved, it is made again
 * @property {Record<string, string>} errors by field
 * @property {Record<string, string>} typed text that stands in a field of records and picks none, by field
 * @property {boolean} unfolded whether all fields are shown
 * @property {boolean} [placing] whether what changes its place is shown
 * @property {Annotation} opened as the composer opened with it
 * @property {Set<string>} guessed fields that were filled by how the words look, and by nothing that is known
 */

export class Composing {
  /** What was made last, for the one key that repeats it. @type {Annotation | null} */
  latest = null;

  /** @param {Store} store @param {Boundaries} boundaries @param {() => string} newId */
  constructor(store, boundaries, newId) {
    this.store = store;
    this.boundaries = boundaries;
    this.newId = newId;
  }

  /** A draft for words, filled with what the text shows. @param {Kind} kind @param {Segment[]} segments @returns {Draft} */
  begin(kind, segments) {
    const { article, coding, revision, me } = this.store.page;
    const words = this.store.article.exact(segments).join(" ");
    /** @type {Annotation} */
    const annotation = {
      id: this.newId(),
      external_id: "",
      kind,
      article: article.id,
      revision: revision.number,
      coding: coding?.id,
      segments,
      origin: "manual",
      certainty_of_coder: "certain",
      comment: "",
      version: 0,
      created_by: me.username,
      deleted_at: null,
    };
    /** @type {Draft} */
    const draft = { annotation, before: null, opened: annotation, quotation: null, records: [], errors: {}, typed: {}, unfolded: false, guessed: new Set() };
    if (kind === "mention") this.#beginMention(draft, words);
    else if (kind === "attribution") Object.assign(annotation, this.#attributionFields(this.#spokenAt(segments[0]), segments));
    else {
      const voice = this.#voiceOf(segments, draft);
      if (kind === "stance") {
        Object.assign(annotation, {
          holder: voice, target_kind: "issue", target: null, target_span: null, position: "", explicitness: "explicit", modality: "asserted",
          hedge_spans: null, affiliation: null, voiced_by: null, intensity: null, fidelity: "", frames: [], valid_on: null,
        });
      } else {
        Object.assign(annotation, {
          claimant: voice ?? (annotation.attribution ? null : "AUTHOR"), claim_kind: guessClaim(words), check_worthiness: "", wording: "", certainty: "",
          hedge_spans: null, quantities: [], time: "", deadline: null, presupposed: false, proposition: null, link: "", link_score: null,
        });
      }
    }
    if (annotation.claim_kind) draft.guessed.add("claim_kind");
    draft.opened = structuredClone(annotation);
    return draft;
  }

  /** Take over the choices of another annotation of the kind, but for what belongs to its words. @param {Annotation} from @param {Draft} draft */
  copy(from, draft) {
    const { annotation } = draft;
    const copied = structuredClone(from);
    for (const name of Object.keys(annotation)) if (!OF_ITS_WORDS.has(name)) annotation[name] = copied[name];
    draft.opened = structuredClone(annotation);
    draft.records = [];
    draft.guessed.clear();
  }

  /** A draft that changes an annotation. @param {Annotation} annotation @returns {Draft} */
  change(annotation) {
    // Who changes a suggestion takes it.
    const now = { ...structuredClone(annotation), origin: annotation.origin === "suggested" ? "manual" : annotation.origin };
    return { annotation: now, before: annotation, opened: structuredClone(now), quotation: null, records: [], errors: {}, typed: {}, unfolded: false, guessed: new Set() };
  }

  /** @param {Draft} draft @param {string} words */
  #beginMention({ annotation, records, guessed }, words) {
    const { type, level } = guessMention(words);
    const known = entityNamed(words, this.#entities())?.id ?? this.#antecedent(words, annotation.segments[0]);
    const entity = known ? this.store.records.entities[known] : null;
    Object.assign(annotation, { type: entity?.type ?? type, subtype: entity?.subtype ?? "", level, class: "SPC", entity: entity?.id ?? null, no_entity_reason: "", role: "" });
    if (entity) return;
    guessed.add("type");
    if (level === "NAM") {
      const record = this.newEntity(words, type);
      records.push({ noun: "entities", record });
      annotation.entity = record.id;
    } else annotation.no_entity_reason = "unknown";
  }

  /** @param {string} name @param {string} type */
  newEntity(name, type) {
    return { id: this.newId(), name: composed(name).replace(/\s+/g, " ").replace(/[’']s$/, ""), type, subtype: "", aliases: [], description: "", version: 0 };
  }

  #entities() {
    return Object.values(this.store.records.entities);
  }

  /** @param {string} words @param {Segment} span */
  #antecedent(words, [start]) {
    if (!isPronoun(words)) return null;
    const { article, ordered } = this.store;
    const { start: from } = article.paragraphs[Math.max(0, article.paragraphAt(start) - 1)];
    const mentions = ordered.filter(({ kind, segments }) => kind === "mention" && segments[0][0] < start);
    return antecedent(words, article.slice(from, start), this.#entities(), mentions);
  }

  /** Who speaks at words: the attribution that is there, or one to be made along. @param {Segment[]} segments @param {Draft} draft @returns {string | null} a party */
  #voiceOf(segments, draft) {
    const there = this.store.touching(...segments[0]).find(({ kind, segments: around }) => kind === "attribution" && around[0][0] <= segments[0][0] && segments[segments.length - 1][1] <= around[around.length - 1][1]);
    draft.annotation.attribution = there?.id ?? null;
    if (there) return there.source;
    const spoken = this.#spokenAt(segments[0]);
    // A quotation whose speaker is not known is made all the same: who is picked below speaks in both.
    if (!spoken || (!spoken.source && spoken.mode !== "direct")) return null;
    const quotation = this.begin("attribution", spoken.segments);
    Object.assign(quotation.annotation, this.#attributionFields(spoken, spoken.segments));
    draft.quotation = quotation.annotation;
    draft.annotation.attribution = quotation.annotation.id;
    return spoken.source;
  }

  /** @param {Segment} segment @returns {Attribution | null} */
  #spokenAt(segment) {
    const sentence = this.boundaries.partAt(segment[0], "sentence") ?? { start: segment[0], end: segment[1] };
    return attributionAt(this.store.article, segment, [sentence.start, sentence.end], (words, span) => this.#who(words, span));
  }

  /** Who speaks, by the words that name them: a mention that stands there, a pronoun, a name. @param {string} words @param {Segment} span @returns {string | null} */
  #who(words, span) {
    const speakers = this.#entities().filter(({ type }) => speaks(type));
    const mention = this.store.touching(...span).findLast(({ kind, entity }) => kind === "mention" && speakers.some(({ id }) => id === entity));
    return mention?.entity ?? this.#antecedent(words, span) ?? entityEnding(words, speakers)?.id ?? null;
  }

  /** @param {Attribution | null} spoken @param {Segment[]} segments */
  #attributionFields(spoken, segments) {
    const words = this.store.article.exact(segments).join(" ");
    const quoted = /^["“«„]/.test(words) && /["”»]$/.test(words);
    return {
      source: spoken?.source ?? null,
      source_span: spoken?.source_span ?? null,
      cue_span: spoken?.cue_span ?? null,
      mode: quoted ? "direct" : /["“”«»„]/.test(words) ? "mixed" : spoken?.mode === "direct" ? "direct" : "indirect",
      cue_type: spoken?.cue_type ?? "",
      parent: null,
      negated: spoken?.negated ?? false,
      recipient: "",
      medium: "",
      said_on: null,
      said_on_precision: "",
      flags: spoken?.flags ?? [],
    };
  }

  /** What is missing or contradicts itself, by field: the scheme's rules that can be seen from here. @param {Draft} draft @returns {Record<string, string>} */
  problems({ annotation, quotation, typed }) {
    /** @type {Record<string, string>} */
    const errors = {};
    const { kind } = annotation;
    if (!annotation.segments.length) errors.segments = gettext("Select the words first.");
    if (!annotation[FIRST_CHOICE[kind]]) errors[FIRST_CHOICE[kind]] = MISSING[FIRST_CHOICE[kind]];
    const party = PARTY[kind];
    if (party && !annotation[party]) errors[party] = MISSING[party];
    if (kind === "mention" && !annotation.entity && !annotation.no_entity_reason) errors.entity = gettext("Name the entity, or say below why there is none.");
    if (kind === "stance") {
      if (!annotation.target) errors.target = gettext("Say what the stance is about.");
      else if (annotation.target === annotation.holder) errors.target = gettext("The holder of a stance cannot be its target.");
      const source = quotation?.source ?? (annotation.attribution && this.store.annotations.get(annotation.attribution)?.source);
      if (annotation.holder === "AUTHOR" && source && source !== "AUTHOR") errors.holder = gettext("These words are attributed to somebody else: the author cannot hold them.");
    }
    if (kind === "claim") {
      if (annotation.claim_kind === "opinion" && annotation.check_worthiness && annotation.check_worthiness !== "NFS") errors.check_worthiness = gettext("An opinion is not factual.");
      if (/^(promise|prediction)$/.test(annotation.claim_kind) && annotation.time === "past") errors.time = gettext("A promise or a prediction is not in the past.");
      (annotation.quantities ?? []).forEach((/** @type {any} */ quantity, /** @type {number} */ index) => {
        if (quantity.low != null && quantity.high != null && quantity.low > quantity.high) errors[`quantities.${index}`] = fill(gettext("%(low)s is more than %(high)s."), quantity);
      });
    }
    for (const [name, text] of Object.entries(typed)) errors[name] = fill(gettext("Pick “%(text)s” from the list, or add it."), { text });
    return errors;
  }

  /** Note the records that a draft names: undoing what they were made with takes them along, also from under a draft. @param {Draft} draft */
  noteNamed(draft) {
    const ids = new Set([...Object.values(draft.annotation), draft.quotation?.source]);
    const known = /** @type {[RecordNoun, Record<string, any>][]} */ (Object.entries(this.store.records)).flatMap(([noun, records]) => [...ids].flatMap((id) => (records[id] ? { noun, record: records[id] } : [])));
    draft.named = [...known, ...this.#gone(draft)];
  }

  /** Records that a draft names and that are no more. @param {Draft} draft */
  #gone({ annotation, quotation, named = [] }) {
    const ids = [...Object.values(annotation), quotation?.source];
    return named.filter(({ noun, record: { id } }) => ids.includes(id) && !this.store.records[noun][id]);
  }

  /** The command that a complete draft becomes. @param {Draft} draft @returns {Command} */
  command(draft) {
    const { annotation, before, quotation, records } = draft;
    /** @type {Change[]} */
    const changes = [];
    if (quotation && annotation.attribution === quotation.id) changes.push({ before: null, after: quotation });
    changes.push({ before, after: annotation });
    if (!before) this.latest = annotation;
    const named = [...Object.values(annotation), quotation?.source];
    return {
      label: fill(before ? gettext("%(kind)s changed") : gettext("%(kind)s added"), { kind: KINDS[annotation.kind] }),
      changes,
      records: [...records.filter(({ record }) => named.includes(record.id)), ...this.#gone(draft)],
    };
  }

  /** Whether the editor has done something on it. @param {Draft} draft */
  isChanged({ annotation, opened, typed }) {
    return differing(annotation, opened).length > 0 || Object.keys(typed).length > 0;
  }

  /** Whether something was typed on it that is not to be had again by a few keys. @param {Draft} draft */
  isWritten({ annotation, opened }) {
    return annotation.wording !== opened.wording || annotation.comment !== opened.comment;
  }

  /**
   * A draft that was put aside is taken up again. One that was saved since, in another page, goes on from that; one on a former text keeps
   * what was written and has its words selected anew.
   * @param {Draft} draft
   */
  renew(draft) {
    const { annotation } = draft;
    const { number } = this.store.page.revision;
    const there = this.store.annotations.get(annotation.id) ?? null;
    draft.before ??= there;
    draft.typed ??= {}; // kept by an earlier version of this page
    if (annotation.revision === number) return;
    draft.before = there;
    draft.quotation = null;
    for (const name of PLACES) if (name in annotation) annotation[name] = there ? structuredClone(there[name]) : NOWHERE[name] ?? null;
    this.#letGo(annotation);
    annotation.revision = number;
  }

  /** Have a draft make what it was to change. What it rested on may be gone, too. @param {Draft} draft */
  makeAnew(draft) {
    draft.before = null;
    this.#letGo(draft.annotation);
  }

  /** Have an annotation rest on nothing that is no more. @param {Annotation} annotation */
  #letGo(annotation) {
    for (const name of ["attribution", "parent"]) if (annotation[name] && !this.store.annotations.has(annotation[name])) annotation[name] = null;
  }

  /** The command that deletes an annotation; what rests on an attribution is freed of it first. @param {Annotation} annotation @returns {Command} */
  remove(annotation) {
    const resting = this.store.ordered.filter((other) => other.attribution === annotation.id || other.parent === annotation.id);
    return {
      label: fill(gettext("%(kind)s deleted"), { kind: KINDS[annotation.kind] }),
      changes: [
        ...resting.map((before) => ({ before, after: { ...before, ...(before.kind === "attribution" ? { parent: null } : { attribution: null }) } })),
        { before: annotation, after: null },
      ],
    };
  }
}

/** What says where an annotation stands, as long as it stands nowhere. @type {Record<string, any[]>} */
const NOWHERE = { segments: [], quantities: [] };

/** Fields that stay with the words they were made for. */
const OF_ITS_WORDS = new Set(["id", "external_id", "segments", "attribution", "source_span", "cue_span", "target_span", "hedge_spans", "quantities", "wording", "comment", "parent", "flags", "version", "level"]);

/** @type {Record<string, string>} */
const MISSING = {
  type: gettext("Pick a type."),
  mode: gettext("Say how it is reported."),
  position: gettext("Pick a position."),
  claim_kind: gettext("Pick a kind."),
  holder: gettext("Say who holds it."),
  claimant: gettext("Say who claims it."),
  source: gettext("Say who says it."),
};
