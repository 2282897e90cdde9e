import { equal, test } from "./harness.js";
import { ArticleText } from "/modules/article.js";
import { composedWithPlaces } from "/modules/folding.js";
import { entityNamed, occurrences } from "/modules/prefill.js";

/** The words that the text has where it names one of `names`, each with its beginning. */
function named(text, ...names) {
  const article = new ArticleText([text], [[0, [...text].length]], ["", ""]);
  return occurrences(article, names).map((segment) => [segment[0], article.slice(...segment)]);
}

test("a name is found however its accents are written", () => {
  const [one, two] = ["No\u00ebl Z\u00fcrich", "Noe\u0308l Zu\u0308rich"];
  equal(named(`🙂 ${two} and ${one}.`, one), [[2, two], [20, one]]);
  equal(named(`🙂 ${two} and ${one}.`, two), [[2, two], [20, one]]);
  equal(entityNamed(two, [{ id: "noel", name: one, type: "PER", aliases: [] }])?.id, "noel");
  equal(entityNamed(one, [{ id: "noel", name: "Other", type: "PER", aliases: [two] }])?.id, "noel");
});
test("what ends within a character is no name of it", () => equal(named("Noe\u0308 came, and Noe.", "Noe"), [[15, "Noe"]]));
test("every place of composed text leads to where it stands in the text itself", () => {
  for (const text of ["plain", "", "Zu\u0308rich 👨‍👩‍👧‍👦 Noe\u0308l", "\u1112\u1161\u11ab\u1100\u1173\u11af!", "q\u0307\u0323 a\u0323\u0302"]) {
    const { text: composed, placeOf } = composedWithPlaces(text);
    equal([composed, placeOf(0), placeOf(composed.length)], [text.normalize("NFC"), 0, text.length], text);
    // Cut at any place where a character ends in both, the two halves are those of the text.
    for (let unit = 1; unit < composed.length; unit += 1) {
      if (placeOf(unit) > placeOf(unit - 1) && !/[\uDC00-\uDFFF]/.test(composed[unit])) equal(text.slice(placeOf(unit)).normalize("NFC"), composed.slice(unit), `${text} at ${unit}`);
    }
  }
});
test("scripts that put no blanks between words", () => {
  equal(named("习近平在北京会见了安娜·索尔。", "习近平", "北京", "安娜·索尔"), [[0, "习近平"], [4, "北京"], [9, "安娜·索尔"]]);
  equal(named("安倍晋三はNATOを訪れた。", "安倍晋三", "NATO"), [[0, "安倍晋三"], [5, "NATO"]]);
  equal(named("문재인은 서울에서 말했다.", "문재인", "서울"), [[0, "문재인"], [5, "서울"]]);
  equal(named("ประยุทธ์กล่าวที่กรุงเทพ", "ประยุทธ์", "กรุงเทพ"), [[0, "ประยุทธ์"], [16, "กรุงเทพ"]]);
  equal(named("NATOs Marrowgate Marrow", "NATO", "Marrow"), [[17, "Marrow"]]);
});
test("right to left", () => equal(named("قالت ليلى حداد إن ليلى حداد هنا", "ليلى حداد"), [[5, "ليلى حداد"], [18, "ليلى حداد"]]));
test("a name is known whatever blanks are in it", () => equal(entityNamed("Di\u00a0Eck", [{ id: "di", name: "Di Eck", type: "PER", aliases: [] }])?.id, "di"));
