// @ts-check
/**
 * An annotation in words: who says, holds or claims what; and the card that shows them.
 *
 * @import { Annotation, CodeValue, Conflict, PageDocument, Records, Segment } from "./types.js"
 * @import { Store } from "./store.js"
 */
import { fill, gettext, h, ngettext, quoted } from "./dom.js";

/** A piece of a sentence; `as` says how it is set. @typedef {{text: string, as?: "strong" | "position" | "words" | "quiet", position?: string}} Part */

/** @type {Record<string, string>} */
export const GLYPHS = { support: "▲", oppose: "▼", mixed: "◆", neutral: "●", unclear: "○", claim: "?", mention: "⋯", attribution: "“" };

/** @type {Record<string, string>} */
const VERBS = {
  support: gettext("supports"),
  oppose: gettext("opposes"),
  mixed: gettext("is of two minds on"),
  neutral: gettext("takes no side on"),
  unclear: gettext("is unclear on"),
};

/** @type {Record<string, string>} */
export const KINDS = { mention: gettext("Entity"), stance: gettext("Stance"), claim: gettext("Claim"), attribution: gettext("Quotation") };

/** Values that no codebook explains. @type {Record<string, string>} */
const LABELS = { certain: gettext("Certain"), uncertain: gettext("Uncertain"), day: gettext("Day"), month: gettext("Month"), year: gettext("Year") };

const FROM_THE_RIGHT = /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** A name within a line of text: what is read from the right, or says so, ends with it. @param {string} name */
export const apart = (name) => (FROM_THE_RIGHT.test(name) ? `\u2068${name}\u2069` : name);

export class Phrases {
  /** @param {PageDocument} page @param {() => Records} records */
  constructor(page, records) {
    this.codebook = page.codebook;
    this.records = records;
  }

  /** @param {string} field "stance.position" @param {any} value */
  label(field, value) {
    return this.codebook[field]?.find((known) => known.value === String(value))?.label ?? LABELS[value] ?? String(value).replaceAll("_", " ");
  }

  /** The values that can be picked, and the present one if it was archived. @param {string} field @param {string[]} [fallback] @param {any} [present] @returns {CodeValue[]} */
  values(field, fallback = [], present = null) {
    const known = this.codebook[field];
    if (known?.length) return known.filter(({ archived, value }) => !archived || value === present);
    return fallback.map((value) => ({ value, label: LABELS[value] ?? value, definition: "", positive_example: "", negative_example: "", hotkey: "", colour: "", archived: false }));
  }

  /** @param {string | null} party */
  party(party) {
    if (party === "AUTHOR") return gettext("The author");
    if (party === "UNSPECIFIED") return gettext("Someone unnamed");
    return this.entity(party);
  }

  /** @param {string | null} id */
  entity(id) {
    return id ? (this.records().entities[id]?.name ?? gettext("a record that is not here")) : gettext("nobody recorded");
  }

  /** @param {Annotation} stance */
  target({ target_kind, target }) {
    if (target_kind === "entity") return this.entity(target);
    const { issues, propositions } = this.records();
    return (target_kind === "issue" ? issues : propositions)[target]?.wording ?? gettext("nothing recorded");
  }

  /** @param {string} position */
  verb(position) {
    return VERBS[position] ?? position;
  }

  /** The sentence on a card. @param {Annotation} annotation @param {string[]} exact @returns {Part[]} */
  sentence(annotation, exact) {
    const words = exact.join(" … ");
    switch (annotation.kind) {
      case "mention":
        if (!this.records().entities[annotation.entity ?? ""]) return [{ text: words, as: "words" }];
        if (this.entity(annotation.entity) === words) return [{ text: words, as: "strong" }];
        return [{ text: words, as: "words" }, { text: " → " }, { text: this.entity(annotation.entity), as: "strong" }];
      case "attribution":
        return [{ text: this.party(annotation.source), as: "strong" }, { text: annotation.negated ? ` ${gettext("denies")} ` : ` ${gettext("says")} ` }, { text: words, as: "words" }];
      case "stance":
        return [
          { text: this.party(annotation.holder), as: "strong" },
          { text: " " },
          { text: `${GLYPHS[annotation.position] ?? ""} ${this.verb(annotation.position)}`, as: "position", position: annotation.position },
          { text: " " },
          { text: this.target(annotation), as: "strong" },
        ];
      case "claim":
        return annotation.wording ? [{ text: annotation.wording, as: "strong" }] : [{ text: words, as: "words" }];
    }
  }

  /** A label as it stands within a line. @param {string} field @param {any} value */
  #small(field, value) {
    return this.label(field, value).toLocaleLowerCase(document.documentElement.lang);
  }

  /** The second line of a card: short facts. @param {Annotation} annotation @param {(id: string) => Annotation | undefined} find @returns {string[]} */
  facts(annotation, find) {
    const attribution = annotation.attribution ? find(annotation.attribution) : undefined;
    const how = attribution && fill(gettext("said %(mode)sly"), { mode: attribution.mode }).replace("mixedly", gettext("partly in quotation"));
    /** @type {(string | false | undefined | null | "")[]} */
    let facts = [];
    switch (annotation.kind) {
      case "mention":
        facts = [this.#small("mention.type", annotation.type), annotation.subtype && this.#small("mention.subtype", annotation.subtype), !annotation.entity && !needsLook(annotation) && this.missing(annotation), annotation.level !== "NAM" && this.#small("mention.level", annotation.level)];
        break;
      case "attribution":
        facts = [this.#small("attribution.mode", annotation.mode), annotation.cue_type && this.#small("attribution.cue_type", annotation.cue_type), ...(annotation.flags ?? []).map((/** @type {string} */ flag) => this.#small("attribution.flags", flag))];
        break;
      case "stance":
        facts = [how, this.#small("stance.explicitness", annotation.explicitness), annotation.modality !== "asserted" && this.#small("stance.modality", annotation.modality), attribution && attribution.source !== annotation.holder && fill(gettext("in the words of %(source)s"), { source: apart(this.party(attribution.source)) })];
        break;
      case "claim":
        facts = [
          this.#small("claim.claim_kind", annotation.claim_kind), apart(this.party(annotation.claimant)), how,
          annotation.check_worthiness && this.#small("claim.check_worthiness", annotation.check_worthiness),
          annotation.certainty && this.#small("claim.certainty", annotation.certainty),
        ];
    }
    return /** @type {string[]} */ (facts.filter(Boolean));
  }

  /** Why a mention has no record. @param {Annotation} mention */
  missing({ no_entity_reason }) {
    return fill(gettext("no record: %(reason)s"), { reason: this.#small("mention.no_entity_reason", no_entity_reason) });
  }

  /** One line of plain text, for live regions and names of controls. @param {Annotation} annotation @param {string[]} exact */
  plain(annotation, exact) {
    return this.sentence(annotation, exact).map(({ text }) => text).join("");
  }
}

/**
 * Why an annotation needs a look, or nothing.
 * @param {Annotation} annotation
 */
export function needsLook(annotation) {
  if (annotation.origin === "suggested") return gettext("suggested");
  if (annotation.certainty_of_coder === "uncertain") return gettext("the coder is uncertain");
  if (annotation.kind === "claim" && !annotation.wording) return gettext("no wording yet");
  if (annotation.kind === "mention" && !annotation.entity && (!annotation.no_entity_reason || annotation.no_entity_reason === "unknown")) return gettext("no record yet");
  if (annotation.kind === "stance" && annotation.position === "unclear") return gettext("unclear position");
  if (annotation.kind === "claim" && annotation.link === "suggested") return gettext("link suggested");
  return "";
}

/**
 * What befell the source of a published assessment that rests on a claim, or nothing.
 * @param {"words_waiting" | "words_changed" | "article_changed" | undefined} change
 */
export function sourceChanged(change) {
  if (change === "words_changed") return gettext("assessed by other words");
  if (change === "article_changed") return gettext("the article has changed since it was assessed");
  return change ? gettext("assessed by words that have changed") : "";
}

/**
 * The words that belong to an annotation: who says or holds it, the cue, what it is about, hedges.
 * @param {Annotation} annotation
 * @param {{annotations: Map<string, Annotation>, ordered: Annotation[]}} among
 * @returns {Record<"source" | "cue" | "target" | "hedge", Segment[]>}
 */
export function relation(annotation, { annotations, ordered }) {
  const { segments, attribution: quotation, holder, claimant, source, target_kind, target, target_span, hedge_spans } = annotation;
  const attribution = quotation ? annotations.get(quotation) : annotation;
  const party = holder ?? claimant ?? source;
  const distance = (/** @type {Annotation} */ mention) => Math.abs(mention.segments[0][0] - segments[0][0]);
  /** @param {string | null} entity @returns {Segment[]} the mention of it that is nearest */
  const nearest = (entity) => {
    /** @type {Annotation | null} */
    let found = null;
    if (entity) for (const other of ordered) if (other.entity === entity && other.kind === "mention" && (!found || distance(other) < distance(found))) found = other;
    return found?.segments ?? [];
  };
  return {
    source: (attribution?.source === party && attribution?.source_span) || nearest(party),
    cue: attribution?.cue_span ?? [],
    target: target_span ?? (target_kind === "entity" ? nearest(target) : []),
    hedge: hedge_spans ?? [],
  };
}

/* The card of an annotation: its sentence, what is known of it in a line, and below what stands there when it is selected */

/**
 * @typedef {object} CardActs
 * @property {(id: string, scroll: boolean) => void} select
 * @property {(annotation: Annotation) => void} open
 * @property {(id: string) => {pending: boolean, problem: import("./types.js").Problem | null, conflicts: Conflict[]}} standing
 * @property {(annotation: Annotation, selected: boolean) => Node[]} unfold what stands below a card's sentence: of the selected all, of another what waits for an answer
 */

export class Cards {
  /** @param {Store} store @param {Phrases} phrases @param {CardActs} acts */
  constructor(store, phrases, acts) {
    this.store = store;
    this.phrases = phrases;
    this.acts = acts;
  }

  /** @param {Annotation} annotation */
  make(annotation) {
    const say = h("button", { type: "button", class: "say", tabindex: -1 });
    const card = h("li", { id: `a-${annotation.id}`, "data-id": annotation.id }, say, h("p", { class: "meta" }));
    this.draw(card, annotation);
    return card;
  }

  /** Have a card say how an annotation is now. What stands below the sentence stays until it is unfolded anew. @param {HTMLElement} card @param {Annotation} annotation */
  draw(card, annotation) {
    const { id, kind, position, origin } = annotation;
    card.className = ["note", kind, position, origin === "suggested" && "ghost", card.classList.contains("fresh") && "fresh"].filter(Boolean).join(" ");
    const [say, facts] = card.children;
    say.replaceChildren(...this.sentence(annotation, this.store.article.exact(annotation.segments)));
    facts.replaceChildren(...this.#facts(annotation, this.acts.standing(id).pending));
    this.turn(card, annotation);
  }

  /** Have a card look selected or not; what is open no more folds. @param {HTMLElement} card @param {Annotation} annotation */
  turn(card, annotation) {
    const selected = this.store.view.selected === annotation.id;
    card.firstElementChild?.setAttribute("aria-expanded", String(selected));
    if (selected) card.setAttribute("aria-current", "true");
    else card.removeAttribute("aria-current");
    if (!this.isOpen(annotation)) this.#fold(card);
  }

  /** @param {HTMLElement} card */
  #fold(card) {
    while (card.childElementCount > 2) card.lastElementChild?.remove();
  }

  /** Whether something stands below the sentence. @param {Annotation} annotation */
  isOpen({ id }) {
    const { problem, conflicts } = this.acts.standing(id);
    return this.store.view.selected === id || Boolean(problem) || conflicts.length > 0;
  }

  /** @param {HTMLElement} card @param {Annotation} annotation */
  unfold(card, annotation) {
    const active = /** @type {HTMLElement | null} */ (document.activeElement);
    const nth = card.contains(active) ? controls(card).indexOf(/** @type {HTMLElement} */ (active)) : -1;
    this.#fold(card);
    card.append(...this.acts.unfold(annotation, this.store.view.selected === annotation.id));
    if (nth < 0) return;
    // A comment that is being written goes on, and what stands where a button stood has the focus that it had.
    const again = card.contains(active) ? active : (controls(card)[nth] ?? controls(card)[0]);
    again?.focus({ preventScroll: true });
  }

  /** @param {Annotation} annotation @param {string[]} exact */
  sentence(annotation, exact) {
    const parts = this.phrases.sentence(annotation, exact).map(({ text, as, position }) => {
      if (as === "words") return quoted(text, shortened(text));
      if (as === "strong") return h("b", { dir: "auto" }, shortened(text));
      return as ? h("span", { class: [as, position].filter(Boolean).join(" ") }, text) : text;
    });
    return [h("span", { class: "visually-hidden" }, `${KINDS[annotation.kind]}: `), ...parts];
  }

  /** What is known of it in a line. @param {Annotation} annotation @param {boolean} pending */
  #facts(annotation, pending) {
    const comments = this.store.comments.get(annotation.id) ?? [];
    const open = comments.filter(({ resolved }) => !resolved).length;
    const why = needsLook(annotation);
    const changed = sourceChanged(this.store.page.source_changed[annotation.id]);
    const { codings, coding } = this.store.page;
    const parts = [
      // Where each coder has a layer, whose it is; not of one's own.
      codings.length > 1 && annotation.coding !== coding?.id && annotation.created_by,
      this.phrases.facts(annotation, (id) => this.store.annotations.get(id)).join(" · "),
      why && h("span", { class: "look" }, why),
      changed && h("span", { class: "look" }, changed),
      comments.length && h("span", { class: open ? "comments open" : "comments" }, open ? ngettext("%(count)s comment", "%(count)s comments", open) : gettext("comments settled")),
    ];
    const line = parts.flatMap((part) => (part ? [" · ", part] : [])).slice(1);
    return pending ? [...line, h("span", { class: "pending", title: gettext("not stored yet") }, " ↻", h("span", { class: "visually-hidden" }, ` ${gettext("not stored yet")}`))] : line;
  }
}

/** What can have the focus on a card. @param {Element} card @returns {HTMLElement[]} */
const controls = (card) => [...card.querySelectorAll(/** @type {"button"} */ ("button, a, textarea"))];

/** @param {string} text */
const shortened = (text) => (text.length > 160 ? `${text.slice(0, 159)}…` : text);
