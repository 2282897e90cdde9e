// @ts-check
/**
 * What stands below a card's sentence: who and what belong together in the words of the text, the fields, what can be done, the
 * comments; and what waits for an answer. Loaded when a card is first unfolded.
 *
 * @import { Annotation, Conflict, Problem, Quantity } from "./types.js"
 * @import { Making } from "./making.js"
 * @import { Screen } from "./screen.js"
 */
import { Comments } from "./comments.js";
import { settle } from "./deciding.js";
import { button, fill, gettext, h, quoted } from "./dom.js";
import { FIELDS, SPAN_FIELDS } from "./fields.js";
import { relation } from "./phrases.js";

/** Fields that the card says already, or whose usual value says nothing. */
const SAID = /^(class|level|explicitness|modality|certainty_of_coder|subtype|no_entity_reason|attribution|source_span|cue_span|target_span|hedge_spans)$/;

// The interface's English is British.
const LOCALE = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
// Made once: to make one costs a millisecond.
const MOMENT = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export class Details {
  /**
   * @param {Screen} screen
   * @param {(act: string) => void} run does what a key of that act does
   * @param {(act: (hands: Making) => void) => void} make does something with the hands, when they are there
   */
  constructor(screen, run, make) {
    this.screen = screen;
    this.run = run;
    this.make = make;
    this.comments = new Comments(screen);
  }

  /** @param {Annotation} annotation @param {boolean} selected @returns {Node[]} */
  of(annotation, selected) {
    const { problem, conflicts } = this.screen.standing(annotation.id);
    return [
      problem && this.#problem(annotation, problem),
      ...conflicts.map((conflict) => this.#conflict(conflict)),
      ...(selected ? this.#unfolded(annotation) : []),
    ].filter((part) => part instanceof Node);
  }

  /** @param {Annotation} annotation */
  #unfolded(annotation) {
    const { store, article } = this.screen;
    const facts = h("dl", {});
    for (const { name, label } of FIELDS[annotation.kind]) {
      const value = this.#value(annotation, name);
      if (value) facts.append(h("div", {}, h("dt", {}, label), h("dd", { dir: "auto" }, value)));
    }
    const acts = h("div", { class: "acts" });
    // While the composer has it, the card is there to be read: what is known and what was said of it, and nothing to press or to fill twice.
    const changing = store.view.draft?.before?.id === annotation.id;
    if (this.screen.mayChange(annotation)) {
      acts.append(button(gettext("Change"), () => this.make((hands) => hands.open(annotation)), "small"), button(gettext("Delete"), () => this.make((hands) => hands.remove(annotation)), "quiet small"));
      if (annotation.kind === "mention" && annotation.entity) acts.append(button(gettext("Every mention"), () => this.run("everyMention")));
      if (annotation.origin === "suggested") acts.append(button(gettext("Take"), () => this.run("take")), button(gettext("Dismiss"), () => this.run("dismiss")));
    }
    const closing = button("×", () => this.screen.select(null), "quiet small close");
    closing.setAttribute("aria-label", gettext("Close"));
    const by = annotation.changed_by ?? annotation.created_by;
    const inWords = annotation.kind === "stance" || annotation.kind === "claim";
    return [
      inWords && h("blockquote", { dir: "auto" }, article.exact(annotation.segments).join(" … ")),
      this.#relation(annotation),
      facts.children.length > 0 && facts,
      by && h("p", { class: "who" }, [by, moment(annotation.changed_at)].filter(Boolean).join(", ")),
      !changing && acts,
      ...this.comments.of(annotation, store.comments.get(annotation.id) ?? [], !changing),
      closing,
    ];
  }

  /** Who → what, in the words of the text, each set as it is set there. @param {Annotation} annotation */
  #relation(annotation) {
    const { article } = this.screen;
    const related = relation(annotation, this.screen.store);
    /** @type {[keyof typeof related, string][]} */
    const roles = [
      ["source", annotation.kind === "stance" ? gettext("Holder") : gettext("Source")],
      ["cue", gettext("Cue")],
      ["target", gettext("Target")],
      ["hedge", gettext("Hedges")],
    ];
    const present = roles.filter(([role]) => related[role].length);
    if (!present.length) return null;
    return h(
      "ul",
      { class: "relation", "aria-label": gettext("In the text") },
      ...present.map(([role, label]) =>
        h("li", {}, h("span", { class: "role" }, label), " ", ...article.exact(related[role]).flatMap((words, index) => [index ? " … " : "", h("span", { class: `words ${role}`, dir: "auto" }, words)])),
      ),
    );
  }

  /** A field in words; nothing where it says nothing that the card does not say. @param {Annotation} annotation @param {string} name @returns {string} */
  #value(annotation, name) {
    const { phrases, store, article } = this.screen;
    const value = annotation[name];
    if (SAID.test(name) || value == null || value === "" || value === false || (Array.isArray(value) && !value.length)) return "";
    if (SPAN_FIELDS.includes(name)) return article.exact(value).map((words) => `“${words}”`).join(", ");
    if (name === "affiliation" || name === "voiced_by") return phrases.entity(value);
    if (name === "proposition") return store.records.propositions[value]?.wording ?? "";
    if (name === "parent") return phrases.party(store.annotations.get(value)?.source ?? null);
    if (name === "quantities") return value.map((/** @type {any} */ quantity) => this.#quantity(quantity)).join("; ");
    if (Array.isArray(value)) return value.map((one) => phrases.label(`${annotation.kind}.${name}`, one)).join(", ");
    if (value === true) return gettext("yes");
    return phrases.label(`${annotation.kind}.${name}`, value);
  }

  /** @param {Quantity} quantity */
  #quantity({ comparator, low, high, unit, certainty }) {
    const { phrases } = this.screen;
    const number = low === high || high == null ? low : low == null ? high : `${low}–${high}`;
    return [phrases.label("claim.comparator", comparator), number ?? "", unit, certainty && `(${phrases.label("claim.certainty", certainty)})`].filter((part) => part !== "").join(" ");
  }

  /** @param {Annotation} annotation @param {Problem} problem */
  #problem(annotation, problem) {
    const reasons = (problem.errors ?? []).map(({ message }) => message).join(" ") || problem.detail || problem.title || fill(gettext("The server answered %(status)s."), { status: problem.status });
    return h("div", { class: "trouble" }, h("p", {}, h("b", {}, gettext("Not saved.")), ` ${reasons}`), button(gettext("Mend"), () => this.make((hands) => hands.open(annotation)), "small"), button(gettext("Leave it"), () => this.#discard(annotation.id)));
  }

  /** @param {string} id */
  #discard(id) {
    this.screen.outbox.discard(id);
    this.screen.drawAgain(id);
  }

  /** @param {Conflict} conflict */
  #conflict(conflict) {
    const { mine, theirs, fields } = conflict;
    const { phrases, article } = this.screen;
    const who = theirs?.changed_by ?? gettext("Somebody else");
    const mineSays = mine ? phrases.plain(mine, article.exact(mine.segments)) : gettext("deleted");
    return h(
      "div",
      { class: "trouble", role: "group", "aria-label": gettext("Two versions") },
      h("p", {}, h("b", {}, fill(theirs ? gettext("%(who)s changed this too.") : gettext("%(who)s deleted this."), { who })), " ", fields.length ? fill(gettext("Both changed: %(fields)s."), { fields: fields.join(", ").replaceAll("_", " ") }) : ""),
      h("p", { class: "mine" }, `${gettext("Yours:")} `, quoted(mineSays)),
      button(gettext("Keep mine"), () => settle(this.screen, conflict, "mine"), "small"),
      button(gettext("Keep theirs"), () => settle(this.screen, conflict, "theirs"), "small"),
      mine && theirs && button(gettext("Keep both"), () => settle(this.screen, conflict, "both"), "small"),
    );
  }
}

/** A time as it is written beside a name; nothing for none. @param {string | null | undefined} at ISO 8601 */
export function moment(at) {
  return at ? MOMENT.format(new Date(at)) : "";
}
