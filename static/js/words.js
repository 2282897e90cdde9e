// @ts-check
/**
 * Where characters, words and sentences begin and end, by Unicode's rules (UAX 29) in the article's language.
 *
 * @import { CodePoint, Segment } from "./types.js"
 * @import { ArticleText } from "./article.js"
 */
import { codePoint, utf16 } from "./offsets.js";

/** @typedef {{start: CodePoint, end: CodePoint, word: boolean}} Part */
/** @typedef {"grapheme" | "word" | "sentence"} Unit */

export class Boundaries {
  /** @type {Map<string, Part[]>} */
  #parts = new Map();
  /** @type {Partial<Record<Unit, Intl.Segmenter>>} */
  #segmenters = {};

  /**
   * @param {ArticleText} article
   * @param {string} language BCP 47; one that the browser does not know is read as none
   */
  constructor(article, language) {
    this.article = article;
    try {
      this.locale = Intl.getCanonicalLocales(language || "en")[0];
    } catch {
      this.locale = "en";
    }
  }

  /**
   * Parts of one paragraph in text order. A possessive ending ("Trump’s") is a part of its own, because the name ends before it.
   * @param {number} index
   * @param {Unit} unit
   */
  parts(index, unit) {
    const key = `${unit} ${index}`;
    let parts = this.#parts.get(key);
    if (parts) return parts;
    const segmenter = (this.#segmenters[unit] ??= new Intl.Segmenter(this.locale, { granularity: unit }));
    const paragraph = this.article.paragraphs[index];
    parts = [];
    for (const { segment, index: at, isWordLike } of segmenter.segment(paragraph.text)) {
      const possessive = unit === "word" && isWordLike ? /.['’]s$/iu.exec(segment) : null;
      const cut = possessive ? segment.length - 2 : segment.length;
      parts.push({ start: paragraph.positionAt(utf16(at)), end: paragraph.positionAt(utf16(at + cut)), word: Boolean(isWordLike) });
      if (possessive) {
        parts.push({ start: paragraph.positionAt(utf16(at + cut)), end: paragraph.positionAt(utf16(at + segment.length)), word: false });
      }
    }
    this.#parts.set(key, parts);
    return parts;
  }

  /** The part that holds a position, or undefined in an empty paragraph and at its end. @param {CodePoint} position @param {Unit} unit */
  partAt(position, unit) {
    const parts = this.parts(this.article.paragraphAt(position), unit);
    let low = 0;
    let high = parts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (parts[middle].end <= position) low = middle + 1;
      else high = middle;
    }
    const part = parts[low];
    return part && part.start <= position ? part : undefined;
  }

  /** The word at a position, just before it, or else the next of its paragraph. @param {CodePoint} position @returns {Segment | null} */
  wordAt(position) {
    const here = this.partAt(position, "word");
    if (here?.word) return [here.start, here.end];
    const before = position > 0 ? this.partAt(codePoint(position - 1), "word") : undefined;
    const word = before?.word ? before : this.parts(this.article.paragraphAt(position), "word").find((part) => part.word && part.start > position);
    return word ? [word.start, word.end] : null;
  }

  /** `[start, end)` widened to whole words, without white space at its ends. @param {CodePoint} start @param {CodePoint} end @returns {Segment | null} */
  snap(start, end) {
    const trimmed = this.article.trim(start, end);
    if (!trimmed) return null;
    const first = this.partAt(trimmed[0], "word");
    const last = this.partAt(codePoint(trimmed[1] - 1), "word");
    return [first?.word ? first.start : trimmed[0], last?.word ? last.end : trimmed[1]];
  }

  /** The selection grown by one word to the right, within its paragraph; to the left where there is none. @param {CodePoint} start @param {CodePoint} end @returns {Segment} */
  grow(start, end) {
    const words = this.parts(this.article.paragraphAt(Math.max(start, end - 1)), "word").filter((part) => part.word);
    const after = words.find((part) => part.end > end);
    if (after) return [start, after.end];
    const before = words.filter((part) => part.start < start).pop();
    return before ? [before.start, end] : [start, end];
  }

  /**
   * Where the caret goes by one character, word or sentence. A word forward ends after it, so that extending selects whole words.
   * @param {CodePoint} position
   * @param {Unit} unit
   * @param {1 | -1} direction
   * @returns {CodePoint}
   */
  step(position, unit, direction) {
    const { paragraphs } = this.article;
    const here = this.article.paragraphAt(position);
    const parts = this.parts(here, unit).filter((part) => unit !== "word" || part.word);
    const next =
      direction > 0
        ? parts.find((part) => (unit === "sentence" ? part.start > position : part.end > position))
        : parts.findLast((part) => part.start < position);
    if (next) return direction > 0 && unit !== "sentence" ? next.end : next.start;
    const beyond = paragraphs[here + direction];
    if (direction > 0) {
      if (position < paragraphs[here].end) return paragraphs[here].end;
      return beyond ? beyond.start : position;
    }
    if (position > paragraphs[here].start) return paragraphs[here].start;
    return beyond ? beyond.end : position;
  }

  /** Beginning of the next paragraph, or of this one and then the one before. @param {CodePoint} position @param {1 | -1} direction @returns {CodePoint} */
  stepParagraph(position, direction) {
    const { paragraphs } = this.article;
    const here = this.article.paragraphAt(position);
    if (direction > 0) return paragraphs[here + 1]?.start ?? paragraphs[here].end;
    return position > paragraphs[here].start ? paragraphs[here].start : (paragraphs[here - 1]?.start ?? position);
  }
}
