import { equal, refuses, test } from "./harness.js";
import { ArticleText } from "/modules/article.js";
import { OffsetMap, sha256 } from "/modules/offsets.js";

const golden = await (await fetch("/data/offsets.json")).json();

for (const { name, text, length, utf16, inside, trimmed, sha256: digest } of golden) {
  test(`${name}: every position in both units`, () => {
    const map = new OffsetMap(text);
    equal(map.length, length);
    equal(utf16.map((_, position) => map.toUtf16(position)), utf16);
    equal(utf16.map((unit) => map.toCodePoint(unit)), utf16.map((_, position) => position));
  });
  test(`${name}: a place inside a character is taken back to its beginning`, () => {
    const map = new OffsetMap(text);
    equal(inside.map(([unit]) => [unit, map.toCodePoint(unit)]), inside);
  });
  test(`${name}: trimmed as the server trims`, () => {
    const article = new ArticleText([text], [[0, length]], ["", ""]);
    for (const [start, end, expected] of trimmed) equal(article.trim(start, end), expected, `[${start}, ${end})`);
  });
  test(`${name}: the digest`, () => equal(sha256(text), digest));
}

test("a lone surrogate counts as one character", () => {
  const map = new OffsetMap("a\ud83db");
  equal([map.length, map.toUtf16(2), map.toCodePoint(2)], [3, 2, 2]);
});

test("positions outside the text are refused, with the bound", () => {
  const map = new OffsetMap("a🙂");
  refuses(() => map.toUtf16(3), "Position 3 lies outside the text, which has 2 characters.");
  refuses(() => map.toUtf16(-1), "Position -1 lies outside the text, which has 2 characters.");
  refuses(() => map.toCodePoint(4), "UTF-16 position 4 lies outside the text, which has 3 units.");
});

test("the digest of a text of several blocks", async () => {
  const text = "é".repeat(5000);
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  equal(sha256(text), Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join(""));
});
