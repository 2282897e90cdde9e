import { equal, numbers, test } from "./harness.js";
import { assignLanes, flatten, hull, inTextOrder } from "/modules/segments.js";

const cover = (id, start, end, lane = 0, kind = "mention", first = true) => ({ id, start, end, lane, kind, first });
const shown = (pieces) => pieces.map(({ start, end, covers, begin, more }) => [start, end, covers.map(({ id }) => id).join(""), begin.map(({ id }) => id).join(""), more]);
const annotation = (id, ...segments) => ({ id, kind: "stance", segments });

test("one cover", () => equal(shown(flatten([cover("a", 2, 5)])), [[2, 5, "a", "a", 0]]));
test("crossing covers become three pieces", () => equal(shown(flatten([cover("a", 0, 5), cover("b", 3, 8, 1)])), [[0, 3, "a", "a", 0], [3, 5, "ab", "b", 0], [5, 8, "b", "", 0]]));
test("identical covers share one piece", () => equal(shown(flatten([cover("a", 1, 4), cover("b", 1, 4, 1)])), [[1, 4, "ab", "ab", 0]]));
test("words between covers make no piece", () => equal(shown(flatten([cover("a", 0, 2), cover("b", 4, 6)])), [[0, 2, "a", "a", 0], [4, 6, "b", "b", 0]]));
test("what has no lane is counted", () => equal(shown(flatten([0, 1, 2, 3, 4, 5].map((lane) => cover(String(lane), 0, 3, lane)))), [[0, 3, "012345", "012345", 2]]));
test("quotations have lanes of their own", () => equal(flatten([0, 1, 2].map((lane) => cover(String(lane), 0, 3, lane, "attribution")))[0].more, 1));
test("an empty cover is none", () => equal(flatten([cover("a", 3, 3)]), []));

test("pieces cover what the covers cover, in order, without nesting", () => {
  const number = numbers(7);
  for (let round = 0; round < 200; round += 1) {
    const covers = Array.from({ length: number(12) }, (_, index) => {
      const start = number(40);
      return cover(`x${index}`, start, start + number(15), index);
    });
    const pieces = flatten(covers);
    for (let at = 0; at < 60; at += 1) {
      const wanted = covers.filter(({ start, end }) => start <= at && at < end).map(({ id }) => id).sort();
      const found = pieces.filter(({ start, end }) => start <= at && at < end);
      equal(found.length, wanted.length ? 1 : 0, `pieces at ${at}`);
      equal(found.flatMap(({ covers: here }) => here.map(({ id }) => id)).sort(), wanted, `covers at ${at}`);
    }
  }
});

test("the shorter lies nearer to the words", () => equal([...assignLanes([annotation("long", [0, 20]), annotation("short", [3, 6])])].sort(), [["long", 1], ["short", 0]]));
test("annotations side by side share a lane", () => equal([...assignLanes([annotation("a", [0, 4]), annotation("b", [4, 8])]).values()], [0, 0]));
test("a gap of a discontinuous annotation is kept free", () => equal([...assignLanes([annotation("a", [0, 4], [10, 14]), annotation("b", [5, 8])])].sort(), [["a", 1], ["b", 0]]));

test("lanes do not depend on the order of work, and none is shared by two that overlap", () => {
  const number = numbers(11);
  for (let round = 0; round < 100; round += 1) {
    const annotations = Array.from({ length: 1 + number(15) }, (_, index) => {
      const start = number(50);
      return annotation(`x${index}`, [start, start + 1 + number(20)]);
    });
    const lanes = assignLanes(annotations);
    equal([...assignLanes([...annotations].reverse())].sort(), [...lanes].sort());
    for (const one of annotations) {
      for (const other of annotations) {
        const overlap = one !== other && hull(one)[0] < hull(other)[1] && hull(other)[0] < hull(one)[1];
        if (overlap && lanes.get(one.id) === lanes.get(other.id)) throw new Error(`${one.id} and ${other.id} share lane ${lanes.get(one.id)}`);
      }
    }
  }
});

test("text order: what begins first, then the longer", () => {
  const sorted = [annotation("c", [5, 6]), annotation("b", [0, 3]), annotation("a", [0, 9])].sort(inTextOrder);
  equal(sorted.map(({ id }) => id), ["a", "b", "c"]);
});
