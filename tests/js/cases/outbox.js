import { equal, numbers, test } from "./harness.js";
import { Outbox } from "/modules/outbox.js";

const stance = (id, fields = {}) => ({ id, kind: "stance", segments: [[0, 4]], position: "support", comment: "", version: 0, deleted_at: null, ...fields });

/** A server that keeps its promises: versions, preconditions, operation ids answered again, all or nothing in a batch. */
class Server {
  rows = new Map();
  answers = new Map();
  writes = [];
  down = false;
  losesAnswer = false;
  hangs = false;

  async answer({ method, path, body, ifMatch, ifNoneMatch, operation }) {
    await null;
    if (this.hangs) return new Promise(() => {});
    if (this.down) return { status: 0, body: null };
    if (!this.answers.has(operation)) {
      const before = new Map(this.rows);
      const outcome = path === "batch/" ? this.batch(body.operations) : this.write({ method, path, body, ifMatch, ifNoneMatch });
      if (outcome.status >= 400) {
        this.rows = before;
        return outcome;
      }
      this.answers.set(operation, outcome);
    }
    if (this.losesAnswer) return { status: 0, body: null };
    return this.answers.get(operation);
  }

  batch(operations) {
    const results = [];
    for (const [index, { method, path, body, if_match: ifMatch, if_none_match: ifNoneMatch }] of operations.entries()) {
      const result = this.write({ method, path: path.slice(1), body, ifMatch, ifNoneMatch });
      if (result.status >= 400) return { status: result.status, body: { ...result.body, operation: index } };
      results.push(result);
    }
    return { status: 200, body: { results } };
  }

  write({ method, path, body, ifMatch, ifNoneMatch }) {
    const id = path.split("/")[1];
    const row = this.rows.get(id);
    if (body?.position === "refused") return { status: 400, body: { detail: "No.", errors: [{ field: "position", message: "No." }] } };
    if (row ? ifNoneMatch || ifMatch !== row.version : !ifNoneMatch) return { status: 412, body: { detail: "Stale.", current: row } };
    const restored = path.endsWith("restore/");
    const next = { ...(method === "PUT" ? body : row), version: (row?.version ?? 0) + 1, deleted_at: method === "DELETE" ? "now" : restored || method === "PUT" ? null : row.deleted_at };
    this.rows.set(id, next);
    this.writes.push(`${method} ${id}`);
    return { status: 200, body: next };
  }

  get state() {
    return [...this.rows.values()].filter(({ deleted_at }) => !deleted_at).map(({ id, position }) => `${id} ${position}`).sort();
  }
}

function desk() {
  const server = new Server();
  const timers = [];
  const shown = new Map();
  const troubled = [];
  let made = 0;
  const outbox = new Outbox({
    send: (request) => server.answer(request),
    newId: () => `operation-${(made += 1)}`,
    settle: (state, id) => (state ? shown.set(id, state) : shown.delete(id)),
    tell: () => {},
    trouble: (id) => troubled.push(id),
    later: (act, milliseconds) => timers.push(Object.assign(act, { milliseconds })),
  });
  const settle = async () => {
    for (let turn = 0; turn < 60; turn += 1) await null;
  };
  /** Let time pass until nothing is left to send. */
  const pass = async () => {
    for (let round = 0; round < 200; round += 1) {
      await settle();
      const act = timers.shift();
      if (!act) return;
      act();
    }
  };
  return { server, outbox, shown, troubled, timers, settle, pass };
}

test("a new annotation is stored, and only then nothing waits", async () => {
  const { server, outbox, settle } = desk();
  outbox.put([{ path: "stances", id: "a", wanted: stance("a") }]);
  equal([outbox.status.waiting, outbox.status.sending], [1, true]);
  await settle();
  equal([outbox.status.waiting, server.state], [0, ["a support"]]);
});

const entity = { id: "e", name: "Ilsa", version: 0 };
const mention = { id: "a", kind: "mention", segments: [[0, 4]], entity: "e", version: 0, deleted_at: null };
const made = [{ path: "entities", id: "e", wanted: entity }, { path: "mentions", id: "a", wanted: mention }];
const taken = [{ path: "mentions", id: "a", wanted: null }, { path: "entities", id: "e", wanted: null }];

test("a record goes after what named it, and comes back before it", async () => {
  const { server, outbox, settle } = desk();
  outbox.put(made);
  await settle();
  outbox.put(taken);
  await settle();
  equal([server.writes, server.state.length, outbox.entries.size], [["PUT e", "PUT a", "DELETE a", "DELETE e"], 0, 0]);
  outbox.put(made.map((step) => ({ ...step, wanted: { ...outbox.known(step.id), deleted_at: null } })));
  await settle();
  equal([server.writes.slice(4), server.state.length, outbox.entries.size], [["POST e", "POST a"], 2, 0]);
});

test("a record made and taken back while offline: the server hears nothing of it", async () => {
  const { server, outbox, settle } = desk();
  server.down = true;
  outbox.put([{ path: "stances", id: "x", wanted: stance("x") }]);
  outbox.put(made);
  outbox.put(taken);
  server.down = false;
  outbox.resume();
  await settle();
  equal(server.writes, ["PUT x"]);
});

test("a record waits until nothing that was done before names it any more", async () => {
  const { server, outbox, settle } = desk();
  outbox.put(made);
  await settle();
  server.down = true;
  outbox.put([{ path: "mentions", id: "a", wanted: { ...outbox.known("a"), entity: null } }]);
  outbox.put([{ path: "entities", id: "e", wanted: null }]);
  await settle();
  server.down = false;
  outbox.resume();
  await settle();
  equal(server.writes.slice(2), ["PUT a", "DELETE e"]);
});

for (const [why, status, body] of [["is used", 409, { found: ["1 stance"] }], ["was changed", 412, { current: { id: "e", name: "Ilsa Marrow", version: 2, deleted_at: null } }], ["is an editor's by now", 403, {}]]) {
  test(`a record that ${why} by now stays, and what named it goes all the same`, async () => {
    const { server, outbox, shown, troubled, settle } = desk();
    outbox.put(made);
    await settle();
    const write = server.write.bind(server);
    server.write = (request) => (request.method === "DELETE" && request.path === "entities/e/" ? { status, body: { detail: "No.", ...body } } : write(request));
    outbox.put(taken);
    await settle();
    equal([server.rows.get("a").deleted_at, outbox.entries.size, outbox.undecided.length, outbox.status.refused], ["now", 0, 0, 0]);
    equal([troubled, shown.has("e"), shown.has("a")], [[], true, false]);
  });
}

test("steps that were not sent yet are one", async () => {
  const { server, outbox, settle } = desk();
  server.down = true;
  outbox.put([{ path: "stances", id: "a", wanted: stance("a") }]);
  outbox.put([{ path: "stances", id: "b", wanted: stance("b") }]);
  outbox.put([{ path: "stances", id: "b", wanted: stance("b", { position: "oppose" }) }]);
  outbox.put([{ path: "stances", id: "b", wanted: stance("b", { position: "mixed" }) }]);
  await settle();
  equal(outbox.status.waiting, 2);
  server.down = false;
  outbox.resume();
  await settle();
  equal([server.writes, server.state], [["PUT a", "PUT b"], ["a support", "b mixed"]]);
});

test("made and removed while offline: the server hears nothing of it", async () => {
  const { server, outbox, settle, pass } = desk();
  outbox.know(stance("x", { version: 1 }));
  server.rows.set("x", stance("x", { version: 1 }));
  server.down = true;
  outbox.put([{ path: "stances", id: "x", wanted: stance("x", { position: "oppose" }) }]);
  outbox.put([{ path: "stances", id: "a", wanted: stance("a") }]);
  equal(outbox.status.waiting, 2);
  outbox.put([{ path: "stances", id: "a", wanted: null }]);
  await settle();
  equal(outbox.status.waiting, 1);
  server.down = false;
  await pass();
  equal(server.writes, ["PUT x"]);
});

test("an answer that was lost: the same request again, one row, no false conflict", async () => {
  const { server, outbox, pass, settle } = desk();
  server.losesAnswer = true;
  outbox.put([{ path: "stances", id: "a", wanted: stance("a") }]);
  await settle();
  server.losesAnswer = false;
  await pass();
  equal([server.writes, server.state, outbox.status.waiting, outbox.conflicts.size], [["PUT a"], ["a support"], 0, 0]);
});

test("a step taken while the one before is on its way goes after it, on its version", async () => {
  const { server, outbox, settle } = desk();
  outbox.put([{ path: "stances", id: "a", wanted: stance("a") }]);
  outbox.put([{ path: "stances", id: "a", wanted: stance("a", { position: "oppose" }) }]);
  await settle();
  equal([server.writes, server.state, server.rows.get("a").version], [["PUT a", "PUT a"], ["a oppose"], 2]);
});

test("deleting and undoing it goes through the bin", async () => {
  const { server, outbox, settle } = desk();
  outbox.put([{ path: "stances", id: "a", wanted: stance("a") }]);
  await settle();
  outbox.put([{ path: "stances", id: "a", wanted: null }]);
  await settle();
  outbox.put([{ path: "stances", id: "a", wanted: stance("a", { position: "oppose" }) }]);
  await settle();
  equal([server.writes, server.state, outbox.status.waiting], [["PUT a", "DELETE a", "POST a", "PUT a"], ["a oppose"], 0]);
});

test("a command's entries go together, the attribution first, and come back together", async () => {
  const { server, outbox, settle } = desk();
  outbox.put([{ path: "entities", id: "e", wanted: { id: "e", name: "Ilsa", version: 0 } }]);
  outbox.put([
    { path: "stances", id: "s", wanted: stance("s") },
    { path: "attributions", id: "q", wanted: stance("q", { kind: "attribution" }) },
  ]);
  await settle();
  equal(server.writes, ["PUT e", "PUT q", "PUT s"]);
  outbox.put([
    { path: "attributions", id: "q", wanted: null },
    { path: "stances", id: "s", wanted: null },
  ]);
  await settle();
  equal(server.writes.slice(3), ["DELETE s", "DELETE q"]);
});

test("what the server refuses waits with its reason; what comes after goes on", async () => {
  const { server, outbox, settle } = desk();
  outbox.put([{ path: "stances", id: "a", wanted: stance("a", { position: "refused" }) }]);
  outbox.put([{ path: "stances", id: "b", wanted: stance("b") }]);
  await settle();
  equal([outbox.status.refused, outbox.entries.get("a").problem.errors[0].message, server.state], [1, "No.", ["b support"]]);
  outbox.put([{ path: "stances", id: "a", wanted: stance("a", { position: "oppose" }) }]);
  await settle();
  equal([outbox.status.refused, server.state], [0, ["a oppose", "b support"]]);
});

test("discarding what was refused shows what the server has", async () => {
  const { outbox, shown, settle } = desk();
  outbox.put([{ path: "stances", id: "a", wanted: stance("a") }]);
  await settle();
  outbox.put([{ path: "stances", id: "a", wanted: stance("a", { position: "refused" }) }]);
  await settle();
  outbox.discard("a");
  equal([shown.get("a").position, outbox.entries.size], ["support", 0]);
});

test("two changed different fields: both are kept, nobody is asked", async () => {
  const { server, outbox, settle } = desk();
  outbox.put([{ path: "stances", id: "a", wanted: stance("a") }]);
  await settle();
  server.rows.set("a", { ...server.rows.get("a"), comment: "Rita's", version: 2 });
  outbox.put([{ path: "stances", id: "a", wanted: stance("a", { position: "oppose" }) }]);
  await settle();
  equal([server.rows.get("a").position, server.rows.get("a").comment, outbox.conflicts.size], ["oppose", "Rita's", 0]);
});

test("two changed the same field: theirs stays, mine is kept as a draft", async () => {
  const { server, outbox, shown, settle } = desk();
  outbox.put([{ path: "stances", id: "a", wanted: stance("a") }]);
  await settle();
  server.rows.set("a", { ...server.rows.get("a"), position: "mixed", version: 2 });
  outbox.put([{ path: "stances", id: "a", wanted: stance("a", { position: "oppose" }) }]);
  await settle();
  const [{ mine, theirs, fields }] = outbox.conflictsOf("a");
  equal([server.state, shown.get("a").position, mine.position, theirs.position, fields], [["a mixed"], "mixed", "oppose", "mixed", ["position"]]);
});

test("theirs is gone: mine is kept as a draft", async () => {
  const { server, outbox, shown, troubled, settle } = desk();
  outbox.put([{ path: "stances", id: "a", wanted: stance("a") }]);
  await settle();
  server.rows.set("a", { ...server.rows.get("a"), deleted_at: "now", version: 2 });
  outbox.put([{ path: "stances", id: "a", wanted: stance("a", { position: "oppose" }) }]);
  await settle();
  equal([shown.has("a"), outbox.conflictsOf("a")[0].mine.position, outbox.conflictsOf("a")[0].theirs, troubled], [true, "oppose", null, ["a"]]);
});

/** A stance that the editor and a colleague have changed in one field, in a position each. */
async function undecided() {
  const made = desk();
  const { server, outbox, settle } = made;
  outbox.put([{ path: "stances", id: "a", wanted: stance("a") }]);
  await settle();
  server.rows.set("a", { ...server.rows.get("a"), position: "mixed", version: 2 });
  outbox.put([{ path: "stances", id: "a", wanted: stance("a", { position: "oppose" }) }]);
  await settle();
  return made;
}

/** What waits for a decision of the editor, as it is shown on the card. */
const mine = (outbox, field) => outbox.conflictsOf("a").map((conflict) => conflict.mine?.[field]);

test("going on with what is undecided keeps the draft, until a decision says the same", async () => {
  const { outbox, shown, settle } = await undecided();
  outbox.put([{ path: "stances", id: "a", wanted: { ...shown.get("a"), comment: "Further." }, base: shown.get("a") }]);
  equal([mine(outbox, "position"), outbox.status.conflicts], [["oppose"], 1]);
  await settle();
  equal([mine(outbox, "position"), outbox.status.conflicts, outbox.status.waiting], [["oppose"], 1, 0]);
  outbox.put([{ path: "stances", id: "a", wanted: { ...shown.get("a"), position: "oppose" }, base: shown.get("a") }]);
  await settle();
  equal([outbox.status.conflicts, shown.get("a").position, shown.get("a").comment], [0, "oppose", "Further."]);
});

test("a second difference stands beside the first, also in the same field", async () => {
  const { server, outbox, shown, settle } = await undecided();
  outbox.put([{ path: "stances", id: "a", wanted: { ...shown.get("a"), position: "neutral" }, base: shown.get("a") }]);
  server.rows.set("a", { ...server.rows.get("a"), position: "unclear", version: 3 });
  await settle();
  equal([mine(outbox, "position"), outbox.status.conflicts, shown.get("a").position], [["oppose", "neutral"], 2, "unclear"]);
  outbox.forget(outbox.conflictsOf("a")[0]);
  equal([mine(outbox, "position"), outbox.status.conflicts], [["neutral"], 1]);
});

test("what is undecided about a thing that I delete is there again when I undo that", async () => {
  const { outbox, shown, settle } = await undecided();
  const before = shown.get("a");
  outbox.put([{ path: "stances", id: "a", wanted: null, base: before }]);
  equal(outbox.status.conflicts, 0);
  await settle();
  equal([outbox.status.conflicts, shown.has("a")], [0, false]);
  outbox.put([{ path: "stances", id: "a", wanted: before, base: null }]);
  await settle();
  equal([mine(outbox, "position"), outbox.status.conflicts], [["oppose"], 1]);
});

test("a colleague deletes what is undecided, and brings it back: mine waits all the while", async () => {
  const { server, outbox, shown } = await undecided();
  const row = server.rows.get("a");
  outbox.receive({ ...row, version: 3, deleted_at: "now" }, "stances");
  equal([mine(outbox, "position"), outbox.status.conflicts, shown.get("a").position], [["oppose"], 1, "oppose"]);
  outbox.receive({ ...row, version: 4, deleted_at: null }, "stances");
  equal([mine(outbox, "position"), outbox.conflictsOf("a")[0].fields, shown.get("a").position], [["oppose"], ["position"], "mixed"]);
});

test("a comment that somebody took back while it was settled is gone, and nobody is asked", async () => {
  const { server, outbox, shown, settle } = desk();
  const comment = { id: "c", annotation: "a", text: "Why?", resolved: false, version: 0, deleted_at: null };
  outbox.put([{ path: "comments", id: "c", wanted: comment }]);
  await settle();
  server.rows.set("c", { ...server.rows.get("c"), version: 2, deleted_at: "now" });
  outbox.put([{ path: "comments", id: "c", wanted: { ...comment, resolved: true } }]);
  await settle();
  equal([outbox.status.conflicts, outbox.status.waiting, shown.has("c")], [0, 0, false]);
});

test("on a line that went dead the same request goes again: after a while, or at once when the network is back", async () => {
  const { server, outbox, settle, pass, timers } = desk();
  server.hangs = true;
  outbox.put([{ path: "stances", id: "a", wanted: stance("a") }]);
  await settle();
  equal([outbox.flags.sending, timers.map(({ milliseconds }) => milliseconds)], [true, [20_000]]);
  timers.shift()();
  await settle();
  equal([outbox.flags.sending, outbox.flags.offline], [false, true]);
  timers.shift()();
  await settle();
  equal(timers.map(({ milliseconds }) => milliseconds), [40_000]);
  server.hangs = false;
  outbox.resume();
  await pass();
  equal([server.writes, outbox.status.waiting, outbox.flags.offline], [["PUT a"], 0, false]);
});

test("an answer that comes when the request has gone again is heard once", async () => {
  const { server, outbox, settle, pass } = desk();
  const answer = server.answer.bind(server);
  const held = [];
  server.answer = (request) => new Promise((resolve) => held.push(() => answer(request).then(resolve)));
  outbox.put([{ path: "stances", id: "a", wanted: stance("a") }]);
  await settle();
  outbox.resume();
  await settle();
  equal(held.length, 2);
  held.forEach((act) => act());
  await pass();
  equal([server.writes, outbox.status.waiting, outbox.conflicts.size], [["PUT a"], 0, 0]);
});

test("what was done before it was known what an earlier page has left goes together with it", async () => {
  const { server, outbox, shown, settle } = desk();
  const row = stance("a", { version: 1, comment: "" });
  server.rows.set("a", row);
  outbox.know(row);
  const left = { id: "a", path: "stances", base: row, wanted: { ...row, comment: "Of yesterday." }, more: null, group: "g", alone: false, order: 1, stamp: "000000000000001 x", problem: null };
  outbox.follow({ sending: false, offline: false, signedOut: false });
  outbox.put([{ path: "stances", id: "a", wanted: { ...row, position: "oppose" }, base: row }]);
  outbox.restore({ entries: [left], conflicts: [], states: [], flight: null }, true);
  equal([shown.get("a").position, shown.get("a").comment], ["oppose", "Of yesterday."]);
  outbox.follow(null);
  await settle();
  equal([server.rows.get("a").position, server.rows.get("a").comment, outbox.status.waiting], ["oppose", "Of yesterday.", 0]);
});

test("signed out: nothing is lost, and it goes on after signing in", async () => {
  const { server, outbox, settle } = desk();
  const answer = server.answer.bind(server);
  server.answer = async () => ({ status: 401, body: null });
  outbox.put([{ path: "stances", id: "a", wanted: stance("a") }]);
  await settle();
  equal([outbox.status.signedOut, outbox.status.waiting], [true, 1]);
  server.answer = answer;
  outbox.resume();
  await settle();
  equal([outbox.status.signedOut, server.state], [false, ["a support"]]);
});

test("a colleague's change is shown; an older one is not", async () => {
  const { outbox, shown } = desk();
  outbox.know(stance("a", { version: 3 }));
  outbox.receive(stance("a", { version: 2, position: "mixed" }), "stances");
  equal(shown.has("a"), false);
  outbox.receive(stance("a", { version: 4, position: "oppose" }), "stances");
  equal(shown.get("a").position, "oppose");
});

test("through a bad line, whatever was done arrives, once", async () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const number = numbers(seed);
    const { server, outbox, settle, pass, timers } = desk();
    const wanted = new Map();
    for (let step = 0; step < 50; step += 1) {
      const steps = new Map();
      for (let count = number(3) ? 1 : 3; count > 0; count -= 1) {
        const id = `x${number(8)}`;
        steps.set(id, number(4) ? stance(id, { position: ["support", "oppose", "mixed"][number(3)] }) : null);
      }
      for (const [id, state] of steps) wanted.set(id, state);
      outbox.put([...steps].map(([id, state]) => ({ path: "stances", id, wanted: state })));
      server.down = number(3) === 0;
      server.losesAnswer = number(3) === 0;
      if (number(2)) await settle();
      if (number(3) === 0) timers.shift()?.();
    }
    server.down = server.losesAnswer = false;
    outbox.resume();
    await pass();
    const expected = [...wanted.values()].filter(Boolean).map(({ id, position }) => `${id} ${position}`).sort();
    equal([server.state, outbox.status.waiting, outbox.conflicts.size, outbox.status.refused], [expected, 0, 0, 0], `seed ${seed}`);
  }
});
