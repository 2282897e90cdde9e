import { equal, numbers, test } from "./harness.js";
import { History } from "/modules/commands.js";
import { Desk } from "/modules/desk.js";
import { Outbox } from "/modules/outbox.js";

const stance = (id, fields = {}) => ({ id, kind: "stance", segments: [[0, 4]], position: "support", version: 0, deleted_at: null, ...fields });
const entry = (id, stamp, fields = {}) => ({ id, path: "stances", base: null, wanted: stance(id), more: null, group: id, alone: false, order: 1, stamp, problem: null, ...fields });
const delta = (id, fields) => ({ id, path: "stances", entry: null, settled: "", conflicts: [], decided: [], known: undefined, ...fields });

function open(name) {
  const desk = new Desk({ name, about: { title: "An article", url: "/", revision: 1 }, tell: () => {} });
  return desk.open().then((contents) => ({ desk, contents }));
}

test("what was kept is there for the next page, and nobody else's", async () => {
  const { desk } = await open("mo/desk/1");
  await desk.keep([delta("a", { entry: entry("a", "1") })], { steps: [], operation: "o" });
  desk.keepHistory({ came: [{ step: { stamp: "1", label: "Did", changes: [] }, side: "done" }], went: [] });
  await desk.keep([]);
  const { contents } = await open("mo/desk/1");
  equal([contents.entries.map(({ id }) => id), contents.flight.operation, contents.steps.length], [["a"], "o", 1]);
  const other = await open("rita/desk/1");
  equal([other.contents.entries, other.contents.flight, other.contents.steps], [[], null, []]);
  equal([desk.status.keeps, desk.status.kept], [true, true]);
});

test("an older state neither replaces nor removes a later one", async () => {
  const { desk } = await open("mo/desk/2");
  await desk.keep([delta("a", { entry: entry("a", "2", { order: 7 }) })]);
  await desk.keep([delta("a", { entry: entry("a", "1") })]);
  await desk.keep([delta("a", { settled: "1" })]);
  equal((await desk.read()).entries.map(({ stamp }) => stamp), ["2"]);
  await desk.keep([delta("a", { settled: "2" })]);
  equal((await desk.read()).entries, []);
});

test("what is being written is not kept yet", async () => {
  const { desk } = await open("mo/desk/3");
  const written = desk.keep([delta("a", { entry: entry("a", "1") })]);
  equal(desk.status.kept, false);
  await written;
  equal(desk.status.kept, true);
});

/** While `act` runs, a function of the browser does something else. */
async function instead(owner, name, other, act) {
  const own = owner[name];
  owner[name] = other;
  try {
    await act();
  } finally {
    owner[name] = own;
  }
}

const refuse = () => {
  throw new DOMException("No room.", "QuotaExceededError");
};

/** While `act` runs, waiting takes a hundredth of the time. */
const hastily = (act) => instead(globalThis, "setTimeout", ((wait) => (then, milliseconds) => wait(then, milliseconds / 100))(setTimeout), act);

/** A page that opens a desk: what it shows and what it sends. */
function page(name, known = []) {
  const desk = new Desk({ name, about: { title: "An article", url: "/", revision: 1 }, tell: () => {} });
  const sent = [];
  const shown = new Map();
  let made = 0;
  const outbox = new Outbox({
    send: (request) => (sent.push(request), new Promise(() => {})),
    newId: () => `${name} ${(made += 1)}`,
    settle: (state, id) => (state ? shown.set(id, state) : shown.delete(id)),
    tell: () => {},
    trouble: () => {},
    keep: (deltas, flight) => desk.keep(deltas, flight),
  });
  for (const state of known) outbox.know(state);
  return { desk, outbox, sent, shown };
}

const moment = () => new Promise((resolve) => setTimeout(resolve, 50));

test("after a write that failed all is written again, what went and what can be undone too; only then it is kept", async () => {
  const { desk } = await open("mo/desk/4");
  await desk.keep([delta("gone", { entry: entry("gone", "1"), conflicts: [{ stamp: "c", id: "gone" }] })]);
  await instead(IDBDatabase.prototype, "transaction", refuse, async () => {
    await desk.keep([delta("a", { entry: entry("a", "1") })]);
    await desk.keep([delta("gone", { settled: "1", decided: ["c"] })]);
    desk.keepHistory({ came: [{ step: { stamp: "s", label: "Did", changes: [] }, side: "done" }], went: [] });
    equal([desk.status.keeps, desk.status.kept], [false, false]);
  });
  equal(desk.status.kept, false);
  await desk.keep([delta("b", { entry: entry("b", "2") })]);
  const { entries, conflicts, steps } = await desk.read();
  equal([desk.status.kept, entries.map(({ id }) => id), conflicts, steps.length], [true, ["a", "b"], [], 1]);
});

test("what was refused is tried again without being asked", async () => {
  const { desk } = await open("mo/desk/4b");
  await hastily(async () => {
    await instead(IDBDatabase.prototype, "transaction", refuse, () => desk.keep([delta("a", { entry: entry("a", "1") })]));
    equal(desk.status.kept, false);
    while (!desk.status.kept) await moment();
  });
  equal((await desk.read()).entries.map(({ id }) => id), ["a"]);
});

test("where what is there cannot be read, this page's work goes all the same, and nobody says that all is known", async () => {
  const { desk, outbox, sent } = page("mo/desk/6");
  await instead(IDBObjectStore.prototype, "getAll", refuse, () => desk.join(outbox, null));
  outbox.put([{ path: "stances", id: "a", wanted: stance("a") }]);
  await moment();
  equal([desk.status, sent.length], [{ left: "unknown", keeps: false, kept: false }, 1]);
});

test("who has the lock on sending sends, also when the second look fails", async () => {
  const { desk, outbox, sent } = page("mo/desk/7");
  const { getAll } = IDBObjectStore.prototype;
  let looks = 0;
  const once = function (...which) {
    return (looks += 1) > 1 ? refuse() : getAll.apply(this, which);
  };
  await instead(IDBObjectStore.prototype, "getAll", once, () => desk.join(outbox, null));
  outbox.put([{ path: "stances", id: "a", wanted: stance("a") }]);
  await moment();
  equal([looks, desk.status, sent.length], [2, { left: "known", keeps: true, kept: true }, 1]);
});

test("what was done before the database had opened is kept, and goes on from what an earlier page left", async () => {
  const row = stance("a", { version: 1, comment: "" });
  const earlier = page("mo/desk/8");
  await earlier.desk.open();
  await earlier.desk.keep([delta("a", { entry: entry("a", "000000000000001 x", { base: row, wanted: { ...row, comment: "Left." } }) }), delta("b", { entry: entry("b", "000000000000002 x", { order: 2 }) })]);
  const { desk, outbox, shown } = page("mo/desk/8", [row]);
  const history = new History({ newId: () => "n", find: (id) => shown.get(id) ?? null, perform: ({ changes }) => outbox.put(changes.map(({ before, after }) => ({ path: "stances", id: after.id, wanted: after, base: before }))), keep: (turned) => desk.keepHistory(turned) });
  const joining = desk.join(outbox, history);
  history.execute({ label: "Changed", changes: [{ before: row, after: { ...row, position: "oppose" } }] });
  equal(desk.status.left, "asked");
  await joining;
  await desk.keep([]);
  const { entries, steps } = await desk.read();
  equal(entries.map(({ id, wanted }) => [id, wanted.position, wanted.comment]), [["a", "oppose", "Left."], ["b", "support", undefined]]);
  equal([steps.map(({ step }) => step.label), desk.status], [["Changed"], { left: "known", keeps: true, kept: true }]);
});

test("a database that opens late is taken up when it does", async () => {
  const earlier = page("mo/desk/9");
  await earlier.desk.open();
  await earlier.desk.keep([delta("a", { entry: entry("a", "1") })]);
  const { desk, outbox, sent, shown } = page("mo/desk/9");
  const { open: opens } = IDBFactory.prototype;
  let begin = () => {};
  // Asked for at last when it is let go.
  const held = function (...which) {
    const request = {};
    begin = () => {
      const true_ = opens.apply(indexedDB, which);
      true_.onsuccess = () => Object.assign(request, { result: true_.result }).onsuccess();
    };
    return request;
  };
  await hastily(() => instead(IDBFactory.prototype, "open", held, () => desk.join(outbox, null)));
  equal([desk.status.left, [...shown.keys()]], ["unknown", []]);
  outbox.put([{ path: "stances", id: "b", wanted: stance("b") }]);
  await moment();
  equal([sent.length, desk.status.kept], [1, false]);
  begin();
  while (desk.status.left !== "known" || !desk.status.kept) await moment();
  equal([[...shown.keys()], (await desk.read()).entries.map(({ id }) => id)], [["a"], ["a", "b"]]);
});

test("the browser is asked, once, not to clear away what is kept here alone", async () => {
  let asked = 0;
  const { desk } = await open("mo/desk/10");
  await instead(StorageManager.prototype, "persist", async () => Boolean((asked += 1)), async () => {
    await desk.keep([delta("a", { settled: "1" })]);
    equal(asked, 0);
    await desk.keep([delta("a", { entry: entry("a", "2") })]);
    await desk.keep([delta("b", { entry: entry("b", "3") })]);
  });
  equal(asked, 1);
});

test("what can be undone ends with a new text", async () => {
  const { desk } = await open("mo/desk/5");
  desk.keepHistory({ came: [{ step: { stamp: "1", label: "Did", changes: [] }, side: "done" }], went: [] });
  await desk.keep([]);
  const later = new Desk({ name: "mo/desk/5", about: { title: "", url: "/", revision: 2 }, tell: () => {} });
  equal((await later.open()).steps, []);
});

/** A server with versions, that gives its first answer again for an operation. */
class Server {
  rows = new Map();
  answers = new Map();
  writes = 0;

  async answer({ method, path, body, ifMatch, ifNoneMatch, operation }) {
    await null;
    if (this.answers.has(operation)) return this.answers.get(operation);
    const before = new Map(this.rows);
    const results = (path === "batch/" ? body.operations : [{ method, path: `/${path}`, body, if_match: ifMatch, if_none_match: ifNoneMatch }]).map((one) => this.write(one));
    const failed = results.findIndex(({ status }) => status >= 400);
    if (failed >= 0) {
      this.rows = before;
      return { status: results[failed].status, body: { ...results[failed].body, operation: failed } };
    }
    this.writes += results.length;
    const answer = path === "batch/" ? { status: 200, body: { results } } : results[0];
    this.answers.set(operation, answer);
    return answer;
  }

  write({ method, path, body, if_match: ifMatch, if_none_match: ifNoneMatch }) {
    const id = path.split("/")[2];
    const row = this.rows.get(id);
    if (row ? ifNoneMatch || ifMatch !== row.version : !ifNoneMatch) return { status: 412, body: { current: row } };
    const next = { ...(method === "PUT" ? body : row), version: (row?.version ?? 0) + 1, changed_by: "mo", deleted_at: method === "DELETE" ? "now" : null };
    this.rows.set(id, next);
    return { status: 200, body: next };
  }
}

/** Pages of one editor: what one keeps, the others hear, in order and a little later; the first one sends, until it is closed. */
class Pages {
  pages = [];
  kept = new Map();
  flight = null;
  server = new Server();
  down = false;
  made = 0;

  open() {
    const shown = new Map();
    const page = { shown, heard: [], timers: [] };
    page.outbox = new Outbox({
      send: (request) => (this.down || !this.pages.includes(page) ? Promise.resolve({ status: 0, body: null }) : this.server.answer(request)),
      newId: () => `o${(this.made += 1)}`,
      me: "mo",
      settle: (state, id) => (state ? shown.set(id, state) : shown.delete(id)),
      tell: () => {},
      trouble: () => {},
      later: (act) => page.timers.push(act),
      keep: async (deltas, flight) => {
        if (!this.pages.includes(page)) return;
        for (const one of structuredClone(deltas)) {
          const standing = this.kept.get(one.id);
          if (one.entry && !(standing && standing.stamp > one.entry.stamp)) this.kept.set(one.id, one.entry);
          else if (!one.entry && standing && standing.stamp <= one.settled) this.kept.delete(one.id);
        }
        if (flight !== undefined) this.flight = structuredClone(flight);
        if (deltas.length) for (const other of this.pages) if (other !== page) other.heard.push(structuredClone(deltas));
      },
    });
    for (const row of this.server.rows.values()) {
      page.outbox.know(row);
      if (!row.deleted_at) shown.set(row.id, row);
    }
    page.outbox.follow({ sending: false, offline: false, signedOut: false });
    this.pages.push(page);
    page.outbox.restore({ entries: structuredClone([...this.kept.values()]), conflicts: [], states: [], flight: null });
    this.elect();
    return page;
  }

  elect() {
    const [first] = this.pages;
    if (!first || first.leads) return;
    first.leads = true;
    first.outbox.restore({ entries: structuredClone([...this.kept.values()]), conflicts: [], states: [], flight: structuredClone(this.flight) });
    first.outbox.follow(null);
  }

  close(page) {
    this.pages = this.pages.filter((other) => other !== page);
    this.elect();
  }

  async settle() {
    for (let round = 0; round < 400; round += 1) {
      for (let turn = 0; turn < 10; turn += 1) await null;
      const page = this.pages.find(({ heard }) => heard.length);
      if (page) page.outbox.absorb(page.heard.shift());
      else {
        const timers = this.down ? [] : this.pages.flatMap((each) => each.timers.splice(0));
        if (!timers.length && round > 20) return;
        timers.forEach((act) => act());
      }
    }
  }
}

test("several pages, closed and opened at any moment, end with one state, each row written for what was wanted", async () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const number = numbers(seed);
    const desk = new Pages();
    desk.open();
    desk.open();
    for (let step = 0; step < 40; step += 1) {
      const page = desk.pages[number(desk.pages.length)];
      const id = `x${number(6)}`;
      const before = page.outbox.shown(id);
      const wanted = before && number(4) === 0 ? null : stance(id, { position: ["support", "oppose", "mixed"][number(3)] });
      page.outbox.put([{ path: "stances", id, wanted, base: before }]);
      desk.down = number(3) === 0;
      // Pages tell each other within a moment; a server's answer may take longer.
      for (const other of desk.pages) while (other.heard.length) other.outbox.absorb(other.heard.shift());
      if (number(3)) await desk.settle();
      if (number(6) === 0) desk.close(desk.pages[number(desk.pages.length)]);
      if (desk.pages.length < 2) desk.open();
    }
    desk.down = false;
    desk.pages[0].outbox.resume();
    await desk.settle();
    const stored = [...desk.server.rows.values()].filter(({ deleted_at }) => !deleted_at).map(({ id, position }) => `${id} ${position}`).sort();
    for (const { outbox, shown } of desk.pages) {
      equal([...shown.values()].map(({ id, position }) => `${id} ${position}`).sort(), stored, `seed ${seed}: shown`);
      equal([outbox.status.waiting, outbox.conflicts.size], [0, 0], `seed ${seed}: left`);
    }
    equal([...desk.kept.keys()], [], `seed ${seed}: kept`);
  }
});

test("what was begun is kept until it is saved or left, and of what was written of it the last", async () => {
  const { desk } = await open("mo/desk/begun");
  for (const wording of ["A", "A w", "A word"]) void desk.keepDraft("a", { annotation: { id: "a", wording } });
  await desk.keepDraft("comment b", { comment: "b", text: "Half" });
  const { contents } = await open("mo/desk/begun");
  equal(contents.drafts, [{ annotation: { id: "a", wording: "A word" } }, { comment: "b", text: "Half" }]);
  await desk.keepDraft("a", null);
  equal((await open("mo/desk/begun")).contents.drafts.length, 1);
});

test("what the server said since the page was made goes over that page, and a later page lets go of it", async () => {
  const at = (minute) => `2026-01-01T10:${minute}:00Z`;
  const opened = async (since) => {
    const desk = new Desk({ name: "mo/desk/11", about: { title: "", url: "/", revision: 1 }, since, tell: () => {} });
    return { desk, ids: (await desk.open()).states.map(({ state }) => state.id) };
  };
  const { desk } = await opened(at("10"));
  const said = (id, minute, fields = {}) => delta(id, { known: { ...stance(id, { version: 2 }), changed_at: at(minute), ...fields } });
  await desk.keep([said("older", "05"), said("newer", "15"), said("gone", "05", { deleted_at: at("05") })]);
  equal((await opened(at("10"))).ids, ["gone", "newer"]);
  const later = await opened(at("20"));
  equal(later.ids, ["gone"]);
  await later.desk.keep([]);
  equal((await opened(at("10"))).ids, ["gone"]);
});

test("a state that is kept is shown where the page has an older one or none, and never over a later one", () => {
  const { outbox, shown } = page("mo/desk/12", [stance("a", { version: 1 }), stance("b", { version: 5 }), stance("d", { version: 1 })]);
  const states = [stance("a", { version: 2 }), stance("b", { version: 4 }), stance("c", { version: 1 }), stance("d", { version: 2, deleted_at: "now" }), stance("e", { version: 2, deleted_at: "now" })];
  shown.set("d", stance("d", { version: 1 }));
  outbox.restore({ entries: [], conflicts: [], states: states.map((state) => ({ path: "stances", state })), flight: null });
  equal([...shown].map(([id, { version }]) => [id, version]), [["a", 2], ["c", 1]]);
  equal(outbox.known("e").deleted_at, "now");
});
