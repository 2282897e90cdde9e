// @ts-check
/**
 * The text of one revision as the page shows it: paragraphs, and between them gaps of line ends and blank lines; where characters,
 * words and sentences begin and end in it.
 *
 * @import { CodePoint, Segment, Utf16 } from "./types.js"
 */
import { OffsetMap, codePoint, isSpace, utf16 } from "./offsets.js";

/** @typedef {{start: CodePoint, end: CodePoint, word: boolean}} Part */
/** @typedef {"grapheme" | "word" | "sentence"} Unit */

/** Characters that are not seen, and only say from which side others are read. */
const SIDES = /^[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]$/;

export class Paragraph {
  /** @type {OffsetMap | undefined} */
  #offsets;

  /**
   * @param {number} index from 0
   * @param {string} text
   * @param {CodePoint} start
   * @param {CodePoint} end
   */
  constructor(index, text, start, end) {
    this.index = index;
    this.text = text;
    this.start = start;
    this.end = end;
  }

  /** Made when first asked for: most paragraphs of a long article are never touched. */
  get offsets() {
    this.#offsets ??= new OffsetMap(this.text);
    return this.#offsets;
  }

  /** UTF-16 position in this paragraph's text; positions outside it are taken to its ends. @param {CodePoint} position @returns {Utf16} */
  unitAt(position) {
    if (position <= this.start) return utf16(0);
    if (position >= this.end) return utf16(this.text.length);
    return this.offsets.toUtf16(codePoint(position - this.start));
  }

  /** @param {Utf16} unit @returns {CodePoint} */
  positionAt(unit) {
    return codePoint(this.start + this.offsets.toCodePoint(unit));
  }
}

export class ArticleText {
  /**
   * @param {string[]} texts one a paragraph
   * @param {[number, number][]} bounds `[start, end)` of each paragraph
   * @param {string[]} gaps what stands before each paragraph, and at last after all
   */
  constructor(texts, bounds, gaps) {
    this.gaps = gaps;
    this.paragraphs = texts.map((text, index) => new Paragraph(index, text, codePoint(bounds[index][0]), codePoint(bounds[index][1])));
  }

  /** The whole text, gaps included. */
  toString() {
    return this.paragraphs.map(({ text }, index) => this.gaps[index] + text).join("") + this.gaps[this.paragraphs.length];
  }

  /** Numbers of the paragraphs whose text is not as long as the server says. */
  mismatches() {
    return this.paragraphs.filter(({ offsets, start, end }) => offsets.length !== end - start).map(({ index }) => index + 1);
  }

  /** Index of the paragraph that holds a position; in the gap between two, of the one before. @param {number} position */
  paragraphAt(position) {
    let low = 0;
    let high = this.paragraphs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.paragraphs[middle].start <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Indexes `[first, last]` of the paragraphs that `[start, end)` touches. @param {number} start @param {number} end */
  paragraphsOf(start, end) {
    return /** @type {[number, number]} */ ([this.paragraphAt(start), this.paragraphAt(Math.max(start, end - 1))]);
  }

  /** The words at `[start, end)`. @param {CodePoint} start @param {CodePoint} end */
  slice(start, end) {
    const [first, last] = this.paragraphsOf(start, end);
    let words = "";
    for (let index = first; index <= last; index += 1) {
      const paragraph = this.paragraphs[index];
      words += paragraph.text.slice(paragraph.unitAt(start), paragraph.unitAt(end));
      if (index < last) words += this.gaps[index + 1];
    }
    return words;
  }

  /** @param {Segment[]} segments */
  exact(segments) {
    return segments.map(([start, end]) => this.slice(start, end));
  }

  /** Whether the character at a position is white space; gaps are. @param {CodePoint} position */
  #isSpace(position) {
    const paragraph = this.paragraphs[this.paragraphAt(position)];
    if (!paragraph || position < paragraph.start || position >= paragraph.end) return true;
    return isSpace(paragraph.text[paragraph.unitAt(position)]);
  }

  /** `[start, end)` without white space at its ends, or null when nothing else is there. @param {CodePoint} start @param {CodePoint} end @returns {Segment | null} */
  trim(start, end) {
    while (start < end && this.#isSpace(start)) start = codePoint(start + 1);
    while (end > start && this.#isSpace(codePoint(end - 1))) end = codePoint(end - 1);
    return start < end ? [start, end] : null;
  }

  /**
   * Ordered, disjoint segments that do not touch: `added` joined to `segments`.
   * @param {Segment[]} segments
   * @param {Segment} added
   * @returns {Segment[]}
   */
  join(segments, added) {
    const ordered = [...segments, added].sort((a, b) => a[0] - b[0]);
    /** @type {Segment[]} */
    const joined = [];
    for (const [start, end] of ordered) {
      const last = joined[joined.length - 1];
      if (last && start <= last[1]) last[1] = codePoint(Math.max(last[1], end));
      else joined.push([start, end]);
    }
    return joined;
  }
}

/** Where characters, words and sentences begin and end, by Unicode's rules (UAX 29) in the article's language. */
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
    if (here?.word) return this.#seen(here.start, here.end);
    const before = position > 0 ? this.partAt(codePoint(position - 1), "word") : undefined;
    const word = before?.word ? before : this.parts(this.article.paragraphAt(position), "word").find((part) => part.word && part.start > position);
    return word ? this.#seen(word.start, word.end) : null;
  }

  /** `[start, end)` widened to whole words, without white space at its ends; null where nothing is to be seen. @param {CodePoint} start @param {CodePoint} end @returns {Segment | null} */
  snap(start, end) {
    const trimmed = this.article.trim(start, end);
    if (!trimmed) return null;
    const first = this.partAt(trimmed[0], "word");
    const last = this.partAt(codePoint(trimmed[1] - 1), "word");
    return this.#seen(first?.word ? first.start : trimmed[0], last?.word ? last.end : trimmed[1]);
  }

  /** `[start, end)` without what only says from which side it is read, at its ends: a word is found with it. @param {CodePoint} start @param {CodePoint} end @returns {Segment | null} */
  #seen(start, end) {
    const saysSide = (/** @type {number} */ at) => SIDES.test(this.article.slice(codePoint(at), codePoint(at + 1)));
    while (start < end && saysSide(start)) start = codePoint(start + 1);
    while (start < end && saysSide(end - 1)) end = codePoint(end - 1);
    return start < end ? [start, end] : null;
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
