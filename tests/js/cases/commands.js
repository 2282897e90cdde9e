import { equal, numbers, test } from "./harness.js";
import { newId } from "/modules/sender.js";
import { History, differing, inverse, merge } from "/modules/commands.js";

const stance = (id, fields = {}) => ({ id, kind: "stance", segments: [[0, 4]], position: "support", comment: "", version: 1, ...fields });

/** A screen without a page: annotations by id, and a history that changes them. */
function desk() {
  const annotations = new Map();
  const perform = ({ changes }) => {
    for (const { before, after } of changes) {
      if (after) annotations.set(after.id, after);
      else annotations.delete(before.id);
    }
  };
  const resting = (id) => [...annotations.values()].filter(({ attribution }) => attribution === id).map((other) => other.id);
  const history = new History({ find: (id) => annotations.get(id) ?? null, perform, resting, newId });
  return { annotations, history, state: () => JSON.stringify([...annotations].sort()) };
}

test("what was made is removed and made again", () => {
  const { annotations, history } = desk();
  history.execute({ label: "Stance added", changes: [{ before: null, after: stance("a") }] });
  equal(history.undo(), { label: "Stance added", changed: true, whole: true });
  equal(annotations.size, 0);
  history.redo();
  equal(annotations.get("a"), stance("a"));
});

test("a compound command is undone as one", () => {
  const { annotations, history } = desk();
  history.execute({ label: "Two", changes: [{ before: null, after: stance("a") }, { before: null, after: stance("b") }] });
  history.undo();
  equal([...annotations.keys()], []);
});

test("a command that changes nothing is no step", () => {
  const { history } = desk();
  history.execute({ label: "Nothing", changes: [{ before: stance("a"), after: stance("a", { version: 2 }) }] });
  equal(history.undo(), null);
});

test("a colleague's later change is not undone", () => {
  const { annotations, history } = desk();
  annotations.set("a", stance("a"));
  history.execute({ label: "Changed", changes: [{ before: stance("a"), after: stance("a", { position: "oppose", comment: "mine" }) }] });
  annotations.set("a", stance("a", { position: "mixed", comment: "mine", version: 3 }));
  equal(history.undo(), { label: "Changed", changed: true, whole: false });
  equal([annotations.get("a").position, annotations.get("a").comment], ["mixed", ""]);
});

test("what a colleague deleted is not brought back by undoing a change of it", () => {
  equal(inverse({ before: stance("a"), after: stance("a", { position: "oppose" }) }, null), { change: null, whole: false });
});

test("a new command ends what could be done again", () => {
  const { history } = desk();
  history.execute({ label: "One", changes: [{ before: null, after: stance("a") }] });
  history.undo();
  history.execute({ label: "Two", changes: [{ before: null, after: stance("b") }] });
  equal(history.redo(), null);
});

test("n undos and n redos leave everything as it was, for any commands", () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const number = numbers(seed);
    const { annotations, history, state } = desk();
    for (let step = 0; step < 30; step += 1) {
      const changes = [];
      const used = new Set();
      for (let count = 1 + number(3); count > 0; count -= 1) {
        const id = `x${number(6)}`;
        if (used.has(id)) continue;
        used.add(id);
        const before = annotations.get(id) ?? null;
        const gone = before && number(4) === 0;
        const fields = { position: ["support", "oppose", "mixed"][number(3)], segments: [[number(9), 10 + number(9)]] };
        changes.push({ before, after: gone ? null : before ? { ...before, ...fields } : stance(id, fields) });
      }
      history.execute({ label: `Step ${step}`, changes });
    }
    const end = state();
    const states = [end];
    let undone = 0;
    while (history.undo() !== null) {
      undone += 1;
      states.push(state());
    }
    equal(state(), "[]", `seed ${seed}: all undone`);
    for (let redone = 0; redone < undone; redone += 1) {
      history.redo();
      equal(state(), states[undone - redone - 1], `seed ${seed}: redo ${redone}`);
    }
  }
});

test("fields that the server keeps are no difference", () => equal(differing(stance("a"), stance("a", { version: 9, changed_by: "rita" })), []));

test("merging: changes of different fields are both kept", () => {
  const { merged, fields } = merge(stance("a"), stance("a", { comment: "mine" }), stance("a", { position: "oppose", version: 2 }));
  equal([merged.comment, merged.position, merged.version, fields], ["mine", "oppose", 2, []]);
});
test("merging: where both changed the same, theirs stays and the field is named", () => {
  const { merged, fields } = merge(stance("a"), stance("a", { position: "mixed", comment: "mine" }), stance("a", { position: "oppose" }));
  equal([merged.position, merged.comment, fields], ["oppose", "mine", ["position"]]);
});
test("merging: the same change by both is no conflict", () => equal(merge(stance("a"), stance("a", { position: "oppose" }), stance("a", { position: "oppose" })).fields, []));
