import { equal, numbers, test } from "./harness.js";
import { Desk } from "/modules/desk.js";
import { Outbox } from "/modules/outbox.js";

const stance = (id, fields = {}) => ({ id, kind: "stance", segments: [[0, 4]], position: "support", version: 0, deleted_at: null, ...fields });
const entry = (id, stamp, fields = {}) => ({ id, path: "stances", base: null, wanted: stance(id), more: null, group: id, alone: false, order: 1, stamp, problem: null, ...fields });
const delta = (id, fields) => ({ id, path: "stances", entry: null, settled: "", conflict: null, known: undefined, ...fields });

function open(name) {
  const desk = new Desk({ name, about: { title: "An article", url: "/", revision: 1 }, tell: () => {} });
  return desk.open().then((contents) => ({ desk, contents }));
}

test("what was kept is there for the next page, and nobody else's", async () => {
  const { desk } = await open("mo/desk/1");
  await desk.keep([delta("a", { entry: entry("a", "1") })], { steps: [], operation: "o" });
  desk.keepHistory({ came: [{ step: { number: 1, label: "Did", changes: [] }, side: "done" }], went: [] });
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

test("after a write that failed everything is written again, and only then it is kept", async () => {
  const desk = new Desk({ name: "mo/desk/4", about: { title: "An article", url: "/", revision: 1 }, tell: () => {} });
  const outbox = new Outbox({ send: () => new Promise(() => {}), newId: () => "n", settle: () => {}, tell: () => {}, trouble: () => {} });
  await desk.join(outbox, null);
  for (const [id, stamp] of [["a", "1"], ["b", "2"]]) outbox.entries.set(id, entry(id, stamp));
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = () => {
    throw new DOMException("No room.", "QuotaExceededError");
  };
  await desk.keep([delta("a", { entry: entry("a", "1") })]);
  equal([desk.status.keeps, desk.status.kept], [false, false]);
  IDBDatabase.prototype.transaction = transaction;
  desk.keepHistory({ came: [], went: [] });
  equal(desk.status.kept, false);
  await desk.keep([delta("b", { entry: entry("b", "2") })]);
  equal([desk.status.kept, (await desk.read()).entries.map(({ id }) => id)], [true, ["a", "b"]]);
});

test("what can be undone ends with a new text", async () => {
  const { desk } = await open("mo/desk/5");
  desk.keepHistory({ came: [{ step: { number: 1, label: "Did", changes: [] }, side: "done" }], went: [] });
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
    page.outbox.restore({ entries: structuredClone([...this.kept.values()]), conflicts: [], bin: [], flight: null });
    this.elect();
    return page;
  }

  elect() {
    const [first] = this.pages;
    if (!first || first.leads) return;
    first.leads = true;
    first.outbox.restore({ entries: structuredClone([...this.kept.values()]), conflicts: [], bin: [], flight: structuredClone(this.flight) });
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
