// @ts-check
/**
 * The one place where code points (everywhere outside the browser) and UTF-16 units (inside it) meet.
 * The golden cases in tests/data/offsets.json hold for this file and for articles/offsets.py alike.
 *
 * @import { CodePoint, Utf16 } from "./types.js"
 */

/** Positions of one text, in both units. */
export class OffsetMap {
  /** UTF-16 positions of the characters that take two units, ascending. @type {number[]} */
  #wide = [];

  /** @param {string} text */
  constructor(text) {
    for (let unit = 0; unit < text.length; unit += 1) {
      const point = /** @type {number} */ (text.codePointAt(unit));
      if (point > 0xffff) {
        this.#wide.push(unit);
        unit += 1;
      }
    }
    this.units = /** @type {Utf16} */ (text.length);
    this.length = /** @type {CodePoint} */ (text.length - this.#wide.length);
  }

  /** How many wide characters lie wholly or partly before a position that `before` tells of. @param {(index: number) => boolean} before */
  #count(before) {
    let low = 0;
    let high = this.#wide.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (before(middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * @param {CodePoint} position
   * @returns {Utf16}
   */
  toUtf16(position) {
    if (!Number.isInteger(position) || position < 0 || position > this.length) {
      throw new RangeError(`Position ${position} lies outside the text, which has ${this.length} characters.`);
    }
    const wider = this.#count((index) => this.#wide[index] - index < position);
    return /** @type {Utf16} */ (position + wider);
  }

  /**
   * A position inside a wide character is taken back to its beginning.
   * @param {Utf16} unit
   * @returns {CodePoint}
   */
  toCodePoint(unit) {
    if (!Number.isInteger(unit) || unit < 0 || unit > this.units) {
      throw new RangeError(`UTF-16 position ${unit} lies outside the text, which has ${this.units} units.`);
    }
    const wider = this.#count((index) => this.#wide[index] < unit);
    return /** @type {CodePoint} */ (unit - wider);
  }
}

/** @param {number} position @returns {CodePoint} */
export const codePoint = (position) => /** @type {CodePoint} */ (position);

/** @param {number} unit @returns {Utf16} */
export const utf16 = (unit) => /** @type {Utf16} */ (unit);

// Unicode White_Space with U+001C to U+001F and U+FEFF, as in articles/offsets.py. `\s` leaves some of them out.
const SPACE = /[\u0009-\u000D\u001C-\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF]/;

/** @param {string} character */
export const isSpace = (character) => SPACE.test(character);
