// @ts-check
/**
 * The text of one revision as the page shows it: paragraphs, and between them gaps of line ends and blank lines.
 *
 * @import { CodePoint, Segment, Utf16 } from "./types.js"
 */
import { OffsetMap, codePoint, isSpace, utf16 } from "./offsets.js";

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
