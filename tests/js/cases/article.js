import { equal, test } from "./harness.js";
import { ArticleText, Boundaries } from "/modules/article.js";

// "\nOne 🙂.\n \nTwo\nlines.\n": a blank line with a space parts the paragraphs.
const article = () => new ArticleText(["One 🙂.", "Two\nlines."], [[1, 7], [10, 20]], ["\n", "\n \n", "\n"]);

test("the parts make the whole", () => equal(article().toString(), "\nOne 🙂.\n \nTwo\nlines.\n"));
test("words within a paragraph, after a wide character", () => equal(article().slice(5, 7), "🙂."));
test("words across a gap", () => equal(article().slice(5, 13), "🙂.\n \nTwo"));
test("a position in a gap belongs to the paragraph before", () => equal([0, 6, 8, 10, 20].map((position) => article().paragraphAt(position)), [0, 0, 0, 1, 1]));
test("a range that ends in a gap touches no paragraph beyond it", () => equal([article().paragraphsOf(1, 10), article().paragraphsOf(1, 11)], [[0, 0], [0, 1]]));
test("trimming goes through gaps", () => equal(article().trim(6, 12), [6, 12]));
test("nothing but a gap is nothing", () => equal(article().trim(7, 10), null));
test("what only says from which side others are read is no part of the words to tag", () => {
  const embedded = new ArticleText(["met \u202bיעל\u202c."], [[0, 10]], ["", ""]);
  const boundaries = new Boundaries(embedded, "en");
  equal([boundaries.snap(3, 5), boundaries.snap(4, 7), boundaries.snap(8, 9), boundaries.wordAt(6)], [null, [5, 8], [5, 8], [5, 8]]);
});
test("a paragraph whose length differs is named", () => {
  equal(article().mismatches(), []);
  equal(new ArticleText(["One.", "Two"], [[0, 4], [6, 10]], ["", "\n\n", ""]).mismatches(), [2]);
});
test("joined segments are ordered and do not touch", () => {
  equal(article().join([[5, 8]], [1, 3]), [[1, 3], [5, 8]]);
  equal(article().join([[5, 8]], [8, 9]), [[5, 9]]);
  equal(article().join([[1, 2], [5, 8]], [0, 20]), [[0, 20]]);
});
