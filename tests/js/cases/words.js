import { equal, test } from "./harness.js";
import { ArticleText, Boundaries } from "/modules/article.js";

const read = (...texts) => {
  let at = 0;
  const bounds = texts.map((text) => {
    const bound = [at, at + [...text].length];
    at = bound[1] + 2;
    return bound;
  });
  const article = new ArticleText(texts, bounds, ["", ...texts.slice(1).map(() => "\n\n"), ""]);
  const boundaries = new Boundaries(article, "en");
  return { article, boundaries, say: (segment) => segment && article.slice(...segment) };
};

test("the word at the caret, just before it, or the next", () => {
  const { boundaries, say } = read("“The mayor, — said.");
  equal([0, 1, 4, 6, 10, 11, 19].map((position) => say(boundaries.wordAt(position))), ["The", "The", "The", "mayor", "mayor", "said", null]);
});
test("a possessive ends before its apostrophe", () => {
  const { boundaries, say } = read("Trump’s plan, the city's budget");
  equal([say(boundaries.wordAt(2)), say(boundaries.wordAt(19))], ["Trump", "city"]);
});
test("a contraction is one word", () => {
  const { boundaries, say } = read("They won’t go");
  equal(say(boundaries.wordAt(7)), "won’t");
});
test("a selection snaps to whole words and leaves blanks", () => {
  const { boundaries, say } = read("We are not going to lose a single train.");
  equal(say(boundaries.snap(8, 14)), "not going");
  equal(say(boundaries.snap(6, 20)), "not going to");
});
test("snapping keeps the quotation marks that were selected", () => {
  const { boundaries, say } = read("He said “never again” twice.");
  equal(say(boundaries.snap(8, 21)), "“never again”");
});
test("snapping blanks alone gives nothing", () => equal(read("a   b").boundaries.snap(1, 4), null));
test("growing goes to the right, at the end to the left", () => {
  const { boundaries, say } = read("Ilsa Marrow spoke.");
  equal(say(boundaries.grow(0, 4)), "Ilsa Marrow");
  equal(say(boundaries.grow(12, 17)), "Marrow spoke");
});
test("a family of four is one step of the caret", () => {
  const { boundaries } = read("a👨‍👩‍👧‍👦b");
  equal([boundaries.step(1, "grapheme", 1), boundaries.step(8, "grapheme", -1)], [8, 1]);
});
test("a word forward ends after it, a word back begins before it", () => {
  const { boundaries } = read("One, two three.");
  equal([boundaries.step(0, "word", 1), boundaries.step(3, "word", 1), boundaries.step(9, "word", -1), boundaries.step(5, "word", -1)], [3, 8, 5, 0]);
});
test("steps go on into the next paragraph and back", () => {
  const { boundaries } = read("One.", "Two.");
  equal([boundaries.step(4, "grapheme", 1), boundaries.step(6, "grapheme", -1), boundaries.step(10, "grapheme", 1), boundaries.step(0, "word", -1)], [6, 4, 10, 0]);
});
test("by sentence", () => {
  const { boundaries } = read("One is here. Two is not. Three.", "Four.");
  equal([boundaries.step(3, "sentence", 1), boundaries.step(13, "sentence", 1), boundaries.step(26, "sentence", 1), boundaries.step(20, "sentence", -1)], [13, 25, 31, 13]);
});
test("by paragraph", () => {
  const { boundaries } = read("One.", "Two.", "Three.");
  equal([boundaries.stepParagraph(1, 1), boundaries.stepParagraph(12, 1), boundaries.stepParagraph(8, -1), boundaries.stepParagraph(6, -1)], [6, 18, 6, 0]);
});
test("a language that no browser knows does not stop the reading", () => {
  const { article } = read("One two");
  equal(new Boundaries(article, "not a language").wordAt(0), [0, 3]);
});
