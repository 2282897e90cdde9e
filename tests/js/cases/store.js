import { equal, numbers, test } from "./harness.js";
import { ArticleText } from "/modules/article.js";
import { Store } from "/modules/store.js";

const article = new ArticleText(["x".repeat(40), "y".repeat(40)], [[0, 40], [42, 82]], ["", "\n\n", ""]);
const page = (annotations) => ({ annotations, comments: [], records: { entities: {}, issues: {}, propositions: {} } });
const stance = (id, ...segments) => ({ id, kind: "stance", segments, position: "support", origin: "manual", version: 1, deleted_at: null });
const add = (after) => ({ before: null, after });

/** A store, and what it told. */
function watched(annotations) {
  const store = new Store(page(annotations), article);
  const told = [];
  store.subscribe(({ ids, paragraphs, view }) => told.push({ ids: [...ids], paragraphs: [...paragraphs].sort(), view: [...view] }));
  return { store, told };
}

test("text order holds while annotations come and go", () => {
  const { store } = watched([stance("b", [5, 9])]);
  store.apply([add(stance("a", [0, 3])), add(stance("c", [50, 60]))]);
  equal(store.ordered.map(({ id }) => id), ["a", "b", "c"]);
  store.apply([{ before: store.annotations.get("b"), after: null }]);
  equal(store.ordered.map(({ id }) => id), ["a", "c"]);
});
test("only the paragraphs that an annotation touches are to be drawn again", () => {
  const { store, told } = watched([stance("a", [0, 3])]);
  store.apply([add(stance("b", [50, 60]))]);
  equal(told, [{ ids: ["b"], paragraphs: [1], view: [] }]);
});
test("a change that is not seen in the text draws no paragraph", () => {
  const { store, told } = watched([stance("a", [0, 3])]);
  store.apply([{ before: store.annotations.get("a"), after: { ...stance("a", [0, 3]), comment: "A remark", version: 2 } }]);
  equal([told[0].ids, told[0].paragraphs, store.annotations.get("a").comment], [["a"], [], "A remark"]);
});
test("an annotation that is removed is no longer selected", () => {
  const { store, told } = watched([stance("a", [0, 3])]);
  store.show({ selected: "a" });
  store.apply([{ before: store.annotations.get("a"), after: null }]);
  equal([store.view.selected, told[1].view], [null, ["selected"]]);
});
test("what touches a place, the shortest first", () => {
  const { store } = watched([stance("long", [0, 60]), stance("short", [5, 9]), stance("other", [50, 55])]);
  equal([store.touching(6, 6), store.touching(8, 52)].map((found) => found.map(({ id }) => id)), [["short", "long"], ["short", "other", "long"]]);
});
test("lanes after any changes are those of a fresh store", () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const number = numbers(seed);
    const { store } = watched([]);
    for (let step = 0; step < 40; step += 1) {
      const id = `x${number(10)}`;
      const start = number(70);
      const before = store.annotations.get(id) ?? null;
      const after = before && number(3) === 0 ? null : stance(id, [start, start + 1 + number(12)]);
      store.apply([{ before, after }]);
    }
    const fresh = new Store(page(store.ordered), article);
    equal(store.ordered.map(({ id }) => [id, store.lane(id)]), fresh.ordered.map(({ id }) => [id, fresh.lane(id)]), `seed ${seed}`);
  }
});
