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

/* The digest by which page and server know that they have the same text */

const ROUND = new Uint32Array(64);
const START = new Uint32Array(8);

// The constants are the fractional parts of the cube and square roots of the first primes (FIPS 180-4, 4.2.2 and 5.3.3).
for (let candidate = 2, found = 0; found < 64; candidate += 1) {
  let prime = true;
  for (let divisor = 2; divisor * divisor <= candidate; divisor += 1) prime &&= candidate % divisor !== 0;
  if (!prime) continue;
  if (found < 8) START[found] = (candidate ** (1 / 2) % 1) * 2 ** 32;
  ROUND[found] = (candidate ** (1 / 3) % 1) * 2 ** 32;
  found += 1;
}

/** @param {number} word @param {number} by */
const turn = (word, by) => (word >>> by) | (word << (32 - by));

/**
 * SHA-256 (FIPS 180-4) of a text as UTF-8. Ours because `crypto.subtle` is missing on plain http, where a newsroom may well serve this.
 * @param {string} text
 * @returns {string} 64 hexadecimal digits
 */
export function sha256(text) {
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array(((bytes.length + 72) >> 6) << 6);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, bytes.length << 3);
  const state = Uint32Array.from(START);
  const word = new Uint32Array(64);
  for (let block = 0; block < padded.length; block += 64) {
    for (let i = 0; i < 16; i += 1) word[i] = view.getUint32(block + i * 4);
    for (let i = 16; i < 64; i += 1) {
      const a = word[i - 15];
      const b = word[i - 2];
      word[i] = word[i - 16] + word[i - 7] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i += 1) {
      const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[i] + word[i]) | 0;
      const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((value, index) => {
      state[index] += value;
    });
  }
  return Array.from(state, (value) => value.toString(16).padStart(8, "0")).join("");
}
