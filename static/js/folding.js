// @ts-check
/**
 * Words sought in a text, however their characters are written: "ë" may be one character or two, blanks and quotation marks are of
 * many kinds, and not every script puts blanks between words.
 *
 * @import { Paragraph } from "./article.js"
 * @import { Segment } from "./types.js"
 */
import { utf16 } from "./offsets.js";

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Scripts in which words stand side by side without a blank. */
const RUNNING = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\p{Script=Tibetan}";
/** A letter that a word before or after it would go on with. */
const LETTER = `(?![${RUNNING}])[\\p{L}\\p{M}\\p{N}]`;
const RUNS = new RegExp(`[${RUNNING}]`, "u");
// In Korean what a name is in its sentence is written onto its end.
const RUNS_ON = new RegExp(`[${RUNNING}\\p{Script=Hangul}]`, "u");

/** In the form in which words are compared (NFC). @param {string} text */
export const composed = (text) => text.normalize("NFC");

/**
 * A text in that form, with the place in the text itself of a place in it.
 * @param {string} text
 * @returns {{text: string, placeOf: (unit: number) => number}}
 */
export function composedWithPlaces(text) {
  const whole = composed(text);
  if (whole === text) return { text, placeOf: (unit) => unit };
  /** Places of the units of `whole`, those within a character at its beginning. @type {number[]} */
  const places = [];
  // What is written as one character never reaches beyond a grapheme.
  for (const { segment, index } of GRAPHEMES.segment(text)) {
    const [units, same] = [composed(segment).length, composed(segment) === segment];
    for (let unit = 0; unit < units; unit += 1) places.push(same ? index + unit : index);
  }
  places.push(text.length);
  return { text: whole, placeOf: (unit) => places[unit] };
}

/** Of a regular expression: words with any kind of blank and quotation mark. @param {string} words */
export const loosely = (words) =>
  composed(words).replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/['’]/g, "['’]").replace(/["“”]/g, '["“”]').replace(/\s+/g, "\\s+");

/** The same, where no word begins before them or goes on after them. @param {string} words */
export function asWholeWords(words) {
  const characters = [...composed(words)];
  const before = RUNS.test(characters[0]) ? "" : `(?<!${LETTER})`;
  const after = RUNS_ON.test(characters[characters.length - 1]) ? "(?!\\p{M})" : `(?!${LETTER})`;
  return `${before}${loosely(words)}${after}`;
}

/**
 * Where a paragraph has what an expression finds, in text order.
 * @param {Paragraph} paragraph
 * @param {RegExp} expression global, over composed text
 * @returns {Segment[]}
 */
export function placesOf(paragraph, expression) {
  const { text, placeOf } = composedWithPlaces(paragraph.text);
  return [...text.matchAll(expression)].map(
    ({ index, 0: match }) => /** @type {Segment} */ ([paragraph.positionAt(utf16(placeOf(index))), paragraph.positionAt(utf16(placeOf(index + match.length)))]),
  );
}
