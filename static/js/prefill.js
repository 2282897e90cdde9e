// @ts-check
/**
 * What the text itself shows about a selection: the quotation it stands in, the speech verb and who speaks, the known entity it names,
 * a number. Proposals only: the composer shows them and the editor mends them.
 *
 * @import { Annotation, CodePoint, Entity, Segment } from "./types.js"
 * @import { ArticleText, Paragraph } from "./article.js"
 */
import { asWholeWords, composed, placesOf } from "./folding.js";
import { utf16 } from "./offsets.js";

/** @typedef {{start: CodePoint, end: CodePoint, flags: string[]}} Quotation quotation marks included */
/** @typedef {{segments: Segment[], mode: string, cue_span: Segment[] | null, cue_type: string, source_span: Segment[] | null, source: string | null, negated: boolean, flags: string[]}} Attribution */

const CUES = {
  communication:
    "said|says|say|saying|told|tells|telling|added|adds|asked|asks|argued|argues|announced|announces|warned|warns|wrote|writes|tweeted|posted|stated|states|explained|explains|" +
    "declared|declares|replied|replies|reply|insisted|insists|insist|noted|notes|called|calls|claimed|claims|acknowledged|admitted|suggested|urged|demanded|reported|reports|testified|" +
    "recalled|remarked|responded|shouted|answered|denied|denies|repeated|maintained|according to|re-affirmed|reaffirmed|confirmed|described|joked|joking",
  belief: "believes|believed|believe|thinks|thought|considers|considered|expects|expected|doubts|doubted",
  knowledge: "knows|knew|realised|realized|learned",
  commitment: "vowed|vows|vowing|promised|promises|promising|pledged|pledges|pledging|swore|committed|threatened|threatens",
  attitude: "hopes|hoped|fears|feared|wants|wanted|protested|protest|supports|opposes|criticised|criticized|praised|rejected|rejects|welcomed|condemned",
};
const CUE = new RegExp(`(?<![\\p{L}-])(?:${Object.values(CUES).join("|")})(?![\\p{L}-])`, "giu");
const NEGATED = /^den(?:ied|ies)$|\b(?:did|does|do)(?:n[’']t| not)\s*$/i;

/** @param {string} cue */
const cueType = (cue) => Object.entries(CUES).find(([, words]) => words.split("|").includes(cue.toLowerCase()))?.[0] ?? "communication";

/**
 * The quotations of a paragraph. One that is not closed runs to the paragraph's end; one that was never opened begins with it.
 * @param {Paragraph} paragraph
 * @returns {Quotation[]}
 */
export function quotations(paragraph) {
  const { text } = paragraph;
  /** @type {Quotation[]} */
  const found = [];
  let open = -1;
  /** @param {number} from @param {number} to @param {string[]} flags */
  const add = (from, to, flags) => found.push({ start: paragraph.positionAt(utf16(from)), end: paragraph.positionAt(utf16(to)), flags });
  for (let unit = 0; unit < text.length; unit += 1) {
    const mark = text[unit];
    const opens = mark === "“" || mark === "«" || mark === "„" || (mark === '"' && open < 0);
    if (mark === "“" && open >= 0 && text[open] === "„") {
      add(open, unit + 1, []);
      open = -1;
    } else if (opens) {
      if (open >= 0) add(open, unit, ["unclosed_quote"]);
      open = unit;
    } else if (mark === "”" || mark === "»" || mark === '"') {
      if (open >= 0) add(open, unit + 1, []);
      else if (!found.length) add(0, unit + 1, ["unopened_quote"]);
      open = -1;
    }
  }
  if (open >= 0) add(open, text.trimEnd().length, ["unclosed_quote"]);
  return found;
}

/**
 * Who is made to say what stands at `[start, end)`: the quotation around it, else the sentence's speech verb.
 * @param {ArticleText} article
 * @param {Segment} selection
 * @param {Segment} sentence the sentence in which the selection begins
 * @param {(words: string, span: Segment) => string | null} who the entity that words name
 * @returns {Attribution | null}
 */
export function attributionAt(article, [start, end], sentence, who) {
  const paragraph = article.paragraphs[article.paragraphAt(start)];
  const quoted = quotations(paragraph);
  const around = quoted.find((quotation) => quotation.start <= start && end <= quotation.end);
  const cues = cuesOf(paragraph).filter(({ span }) => !quoted.some((quotation) => quotation.start <= span[0] && span[1] <= quotation.end));
  const ownCue = (/** @type {Quotation} */ quotation) => nearest(within(cues, ownSentence(paragraph, quotation, quoted)), quotation.start, quotation.end);
  if (around) {
    const own = ownCue(around);
    const near = own ?? nearest(cues, around.start, around.end);
    const before = !own && around.start === paragraph.start ? carriedOn(article, paragraph) : null;
    if (before) return { segments: [[around.start, around.end]], mode: "direct", flags: [...around.flags, "continued_without_cue"], ...spoken(before.paragraph, before.cue, who), cue_span: null };
    /** @type {Segment[]} */
    const segments = [[around.start, around.end]];
    if (near) {
      // “We are ready,” she said. “Let them come.”: one utterance, taken up again after its speaker was named.
      const other = quoted.find((quotation) => quotation !== around && [null, near].includes(ownCue(quotation)) && takesUp(article, around, near.span, quotation));
      if (other) segments.push([other.start, other.end]);
    }
    return { segments: segments.sort((a, b) => a[0] - b[0]), mode: "direct", flags: around.flags, ...spoken(paragraph, near, who) };
  }
  const near = nearest(within(cues, sentence), start, end);
  const voice = spoken(paragraph, near, who);
  if (!near || !voice.source || isAddressee(paragraph, near, start)) return null;
  const content = near.span[1] <= start || near.span[0] >= end ? /** @type {Segment} */ ([start, end]) : article.trim(near.span[1], end);
  const mixed = quoted.some((quotation) => quotation.start < end && start < quotation.end);
  return content && { segments: [content], mode: mixed ? "mixed" : "indirect", flags: [], ...voice };
}

/** @typedef {{span: Segment, words: string, before: string}} Cue */

/** @param {Paragraph} paragraph @returns {Cue[]} */
function cuesOf(paragraph) {
  return [...paragraph.text.matchAll(CUE)].map((match) => ({
    span: /** @type {Segment} */ ([paragraph.positionAt(utf16(match.index)), paragraph.positionAt(utf16(match.index + match[0].length))]),
    words: match[0],
    before: paragraph.text.slice(Math.max(0, match.index - 12), match.index),
  }));
}

/** @param {Cue[]} cues @param {Segment} sentence */
const within = (cues, [start, end]) => cues.filter(({ span }) => start <= span[0] && span[1] <= end);

// What is cut short ends none (“Gov. Ilsa Marrow”), nor does what somebody asks or shouts (“Why?” Ilsa Marrow asked).
const SENTENCE_END = /(?<!(?<!\p{L})(?:Mr|Mrs|Ms|Dr|Gov|Sen|Rep|Gen|Prof|St|\p{Lu}))(?:[.…]["”’»)]*|[!?])(?=\s+[^\p{Ll}\s]|\s*$)/gu;

/**
 * The sentence that a quotation stands in: what leads to it, and what follows unless it ends there.
 * @param {Paragraph} paragraph @param {Quotation} quotation @param {Quotation[]} quoted all of the paragraph
 * @returns {Segment}
 */
function ownSentence(paragraph, quotation, quoted) {
  const { text } = paragraph;
  const units = (/** @type {Quotation} */ { start, end }) => [paragraph.unitAt(start), paragraph.unitAt(end)];
  const inside = (/** @type {number} */ unit) => quoted.map(units).some(([from, to]) => from < unit && unit < to);
  const ends = [...text.matchAll(SENTENCE_END)].map(({ index, 0: end }) => index + end.length).filter((unit) => !inside(unit));
  const [from, to] = units(quotation);
  const start = ends.findLast((end) => end <= from) ?? 0;
  const isLedTo = text.slice(start, from).trim() !== "";
  const asks = /[!?]["”»“]$/.test(text.slice(from, to)) && /^\s+\p{Lu}/u.test(text.slice(to));
  const closes = ends.includes(to) || (asks && isLedTo);
  return [paragraph.positionAt(utf16(start)), paragraph.positionAt(utf16(closes ? to : (ends.find((end) => end > to) ?? text.length)))];
}

/** Whether what begins at `start` is who is told, not what: "told *hundreds who gathered*". @param {Paragraph} paragraph @param {Cue} cue @param {CodePoint} start */
function isAddressee(paragraph, { span, words }, start) {
  return /^(?:told|tells?|telling|asked|asks?)$/i.test(words) && paragraph.text.slice(paragraph.unitAt(span[1]), paragraph.unitAt(start)).trim() === "" && span[1] <= start;
}

/** The cue nearest to `[start, end)`; of two alike the one after it. @param {Cue[]} cues @param {number} start @param {number} end */
function nearest(cues, start, end) {
  /** @param {Cue} cue */
  const distance = ({ span }) => (span[0] >= end ? span[0] - end : span[1] <= start ? start - span[1] + 1 : 0);
  return [...cues].sort((a, b) => distance(a) - distance(b)).find((cue) => distance(cue) <= 200) ?? null;
}

/**
 * Whether two quotations are one utterance: the speech verb stands between them, and at most the end of its sentence.
 * @param {ArticleText} article @param {Quotation} one @param {Segment} cue @param {Quotation} other
 */
function takesUp(article, one, cue, other) {
  const [first, second] = one.start < other.start ? [one, other] : [other, one];
  if (cue[0] < first.end || second.start < cue[1] || second.start - first.end > 200) return false;
  return (article.slice(first.end, second.start).match(/[.!?](?=\s)/g) ?? []).length <= 1;
}

/**
 * Who speaks in the paragraph before, when its last quotation is left open, as print does for one that goes on in the next paragraph.
 * @param {ArticleText} article @param {Paragraph} paragraph
 */
function carriedOn(article, { index }) {
  const paragraph = article.paragraphs[index - 1];
  const quoted = paragraph ? quotations(paragraph) : [];
  const open = quoted[quoted.length - 1];
  if (!open?.flags.includes("unclosed_quote")) return null;
  const cues = cuesOf(paragraph).filter(({ span }) => !quoted.some(({ start, end }) => start <= span[0] && span[1] <= end));
  const cue = nearest(within(cues, ownSentence(paragraph, open, quoted)), open.start, open.end) ?? nearest(cues, open.start, open.end);
  return cue && { paragraph, cue };
}

/** @param {Paragraph} paragraph @param {Cue | null} cue @param {(words: string, span: Segment) => string | null} who */
function spoken(paragraph, cue, who) {
  if (!cue) return { cue_span: null, cue_type: "", source_span: null, source: null, negated: false };
  const span = subject(paragraph, cue);
  const words = span && paragraph.text.slice(paragraph.unitAt(span[0]), paragraph.unitAt(span[1]));
  return {
    cue_span: [cue.span],
    cue_type: cueType(cue.words),
    source_span: span && [span],
    source: span && words ? who(words, span) : null,
    negated: NEGATED.test(cue.words) || NEGATED.test(cue.before),
  };
}

/** The words before a speech verb that can be its subject, else those after it ("said Ana Sol"). @param {Paragraph} paragraph @param {Cue} cue @returns {Segment | null} */
function subject(paragraph, { span, words }) {
  const { text } = paragraph;
  const cueStart = paragraph.unitAt(span[0]);
  const cueEnd = paragraph.unitAt(span[1]);
  const leading = /(?:[\p{L}\p{M}’'.-]+[ \u00A0]){0,7}[\p{L}\p{M}’'-]+[ \u00A0](?:(?:has|have|had|is|are|was|were|also|did|does|not|later|again|already)[ \u00A0])*$/u.exec(text.slice(0, cueStart));
  if (leading && !/^according/i.test(words)) {
    // “Ana Sol said she welcomed it”: who welcomes stands after the verb before.
    const clause = leading[0].replace(/^.*[.!?][ \u00A0](?=\p{Lu})/u, "").replace(/^(?:.*[ \u00A0])?(?:said|says|told|added|wrote)[ \u00A0](?:that[ \u00A0])?(?=\S)/iu, "").replace(/^(?:and|but|while|as|that|though|however)[ \u00A0]/iu, "");
    const name = clause.replace(/(?:[ \u00A0](?:has|have|had|is|are|was|were|also|did|does|not|later|again|already))*[ \u00A0]$/u, "");
    if (name.trim()) return place(paragraph, cueStart - clause.length, name);
  }
  // “Harald Fenn, its chief executive, said”: the name stands before what is set between commas.
  const apposed = /(?<![\p{L}\p{M}])((?:\p{Lu}[\p{L}\p{M}’'.-]*[ \u00A0])*\p{Lu}[\p{L}\p{M}’'-]*), [^.!?“”"\n]{1,90}, $/u.exec(text.slice(0, cueStart));
  if (apposed) return place(paragraph, apposed.index, apposed[1]);
  const trailing = /^[ \u00A0]((?:the |an? )?(?:[\p{Lu}][\p{L}\p{M}’'.-]*[ \u00A0]?|of |the |de |von )+|he|she|they|it)/u.exec(text.slice(cueEnd));
  return trailing ? place(paragraph, cueEnd + 1, trailing[1].replace(/[ \u00A0.]+$|[ \u00A0](?:of|the|de|von)[ \u00A0]?$/u, "")) : null;
}

/** @param {Paragraph} paragraph @param {number} unit @param {string} words @returns {Segment | null} */
function place(paragraph, unit, words) {
  const leading = words.length - words.trimStart().length;
  const trimmed = words.trim();
  if (!trimmed) return null;
  return [paragraph.positionAt(utf16(unit + leading)), paragraph.positionAt(utf16(unit + leading + trimmed.length))];
}

/** @type {Map<string, string>} */
const folds = new Map();

/** @param {string} words */
const fold = (words) => composed(words).replace(/\s+/g, " ").toLowerCase().replace(/^(?:the|an?) /, "").replace(/[’']s$/, "").replace(/[’]/g, "'").trim();

/** Words as they are compared; kept, since the names of a project are compared with each that is tagged. @param {string} words */
function folded(words) {
  const known = folds.get(words) ?? fold(words);
  folds.set(words, known);
  return known;
}

/**
 * The entity that words name: by its name or an alias, else by a surname that only one person has.
 * @param {string} words
 * @param {Entity[]} entities
 */
export function entityNamed(words, entities) {
  const sought = folded(words);
  if (!sought) return null;
  const named = entities.find(({ name, aliases }) => [name, ...aliases].some((other) => folded(other) === sought));
  if (named) return named;
  const persons = entities.filter(({ type, name }) => type === "PER" && folded(name).endsWith(` ${sought}`));
  return persons.length === 1 ? persons[0] : null;
}

/** The entity whose name or surname ends the words, as in "Providence Mayor Jorge Elorza". @param {string} words @param {Entity[]} entities */
export function entityEnding(words, entities) {
  const parts = words.split(/\s+/);
  for (let first = 0; first < parts.length; first += 1) {
    const entity = entityNamed(parts.slice(first).join(" "), entities);
    if (entity) return entity;
  }
  return null;
}

/** Whether words stand for somebody who is named elsewhere. @param {string} words */
export const isPronoun = (words) => PRONOUN.test(words);

const PRONOUN = /^(?:i|you|he|she|it|we|they|him|her|us|them|his|hers|its|their|theirs|who|whom)$/i;
const ORGANISATION = /\b(?:Party|Council|Union|Federation|Committee|University|Ministry|Department|Agency|Inc|Ltd|Court|Police|Association|Commission|Bank|Institute|Society|Alliance|Times|Courier|Post|News|Herald|Gazette|Tribune|Company|Government|Parliament|Senate|Congress|Assembly)\b/;
const PLACE = /\b(?:City|County|State|Republic|Kingdom|Province|District|Port|New|North|South|East|West|Islands?)\b/;
const LOCATION = /\b(?:River|Lake|Mount|Mountains?|Sea|Ocean|Valley|Bay|Coast)\b/;
const FACILITY = /\b(?:School|Hall|Bridge|Airport|Station|Hospital|Stadium|Street|Square|Avenue|Road|Harbour|Depot)\b/;
const LAW = /\b(?:Act|Bill|Law|Treaty|Constitution|Amendment|Order)\b/;
const PEOPLE = /\b(?:Republicans?|Democrats?|Conservatives?|Liberals?|Greens?|Muslims?|Christians?|\p{Lu}\p{L}+(?:ians?|ese|ish))$/u;

/** Whether an entity of this type can speak: a school or a river does not. @param {string} type */
export const speaks = (type) => ["PER", "ORG", "GPE", "NORP"].includes(type);

/**
 * The type that a name looks like and its level; a guess that one digit corrects.
 * @param {string} words
 * @returns {{type: string, level: string}}
 */
export function guessMention(words) {
  if (PRONOUN.test(words)) return { type: "PER", level: "PRO" };
  const level = /^\p{Lu}/u.test(words.replace(/^(?:the|an?) /i, "")) || !/\p{Ll}/u.test(words) ? "NAM" : "NOM";
  /** @type {[RegExp, string][]} */
  const types = [[LAW, "LAW"], [FACILITY, "FAC"], [ORGANISATION, "ORG"], [LOCATION, "LOC"], [PLACE, "GPE"], [PEOPLE, "NORP"], [/^\p{Lu}{2,6}$/u, "ORG"]];
  return { type: types.find(([pattern]) => pattern.test(words))?.[1] ?? "PER", level };
}

/** The kind of claim that words look like, or none. @param {string} words */
export function guessClaim(words) {
  return /\p{Nd}/u.test(words) ? "quantity" : "";
}

/**
 * Every place where the text names one of `names` as whole words, in text order; no two overlap.
 * @param {ArticleText} article
 * @param {string[]} names
 * @returns {Segment[]}
 */
export function occurrences(article, names) {
  const patterns = names.map((name) => name.trim()).filter((name) => name.length > 1);
  if (!patterns.length) return [];
  const expression = new RegExp(patterns.sort((a, b) => b.length - a.length).map(asWholeWords).join("|"), "gu");
  return article.paragraphs.flatMap((paragraph) => placesOf(paragraph, expression));
}

/**
 * The entity that a pronoun stands for: who is named last in the text just before it; where nobody is, the nearest mention before it. A
 * full name that no entity has leaves the question open.
 * @param {string} words
 * @param {string} before the text before the pronoun, of its paragraph and the one before
 * @param {Entity[]} entities
 * @param {Annotation[]} mentions before it, in text order
 * @returns {string | null} an entity's id
 */
export function antecedent(words, before, entities, mentions) {
  if (!isPronoun(words)) return null;
  const thing = /^(?:it|they|its|their|them)$/i.test(words);
  /** @type {{at: number, id: string | null}[]} */
  const named = [...before.matchAll(/\p{Lu}[\p{L}\p{M}’'-]+(?: \p{Lu}[\p{L}\p{M}’'-]+)*/gu)].map(({ index, 0: name }) => {
    const entity = entityEnding(name, entities);
    return { at: index, id: entity && (thing || entity.type === "PER") ? entity.id : !entity && name.includes(" ") && guessMention(name).type === "PER" ? null : "" };
  });
  const last = named.findLast(({ id }) => id !== "");
  if (last) return last.id;
  return mentions.findLast(({ entity, type }) => entity && (thing || type === "PER"))?.entity ?? null;
}
