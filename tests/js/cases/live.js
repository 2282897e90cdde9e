import { equal, test } from "./harness.js";
import { Live } from "/modules/live.js";

/** A stream that the case speaks through. */
class Source extends EventTarget {
  closed = false;

  constructor(address) {
    super();
    this.address = address;
  }

  close() {
    this.closed = true;
  }

  says(name, data = null, lastEventId = "") {
    this.dispatchEvent(new MessageEvent(name, { data: data && JSON.stringify(data), lastEventId }));
  }

  fails() {
    this.dispatchEvent(new Event("error"));
  }
}

/** A clock that goes when it is told to. */
class Clock {
  now = 0;
  timers = new Map();
  made = 0;

  static async run(act) {
    const clock = new Clock();
    const own = { setTimeout, clearTimeout, now: Date.now };
    globalThis.setTimeout = (then, milliseconds = 0) => (clock.timers.set((clock.made += 1), { then, at: clock.now + milliseconds }), clock.made);
    globalThis.clearTimeout = (timer) => clock.timers.delete(timer);
    Date.now = () => clock.now;
    try {
      await act(clock);
    } finally {
      Object.assign(globalThis, { setTimeout: own.setTimeout, clearTimeout: own.clearTimeout });
      Date.now = own.now;
    }
  }

  async pass(milliseconds) {
    const end = this.now + milliseconds;
    for (;;) {
      for (let turn = 0; turn < 20; turn += 1) await null;
      const [next] = [...this.timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at);
      if (!next) break;
      this.timers.delete(next[0]);
      this.now = Math.max(this.now, next[1].at);
      next[1].then();
    }
    this.now = end;
  }
}

/** A page that follows; `feed` is what happened, by id. */
function page(clock, { online = () => true } = {}) {
  const made = { sources: [], asked: [], heard: [], states: [], reread: 0, feed: [], answers: true, largest: 2 };
  made.live = new Live({
    after: 10,
    address: (after) => `/live/?after=${after}`,
    ask: async (after) => {
      made.asked.push({ after, at: clock.now });
      if (!made.answers) return { status: 0, body: null };
      const results = made.feed.filter(({ id }) => id > after);
      return { status: 200, body: { results: results.slice(0, made.largest), next: results.length > made.largest ? "more" : null } };
    },
    hear: ({ id }) => made.heard.push(id),
    meet: () => {},
    reread: () => (made.reread += 1),
    tell: (state) => made.states.push(state),
    open: (address) => (made.sources.push(new Source(address)), made.sources.at(-1)),
    online,
  });
  made.live.start();
  return made;
}

const latest = ({ sources }) => sources.at(-1);

/** As a proxy does that lets no stream through. */
async function failing(clock, options) {
  const made = page(clock, options);
  for (let time = 0; time < 3; time += 1) {
    latest(made).fails();
    await clock.pass(time < 2 ? 5_000 : 0);
  }
  return made;
}

test("each event of the stream is heard once, in order, and the stream goes on from the last", () =>
  Clock.run(async (clock) => {
    const made = page(clock);
    latest(made).says("beat");
    for (const id of [11, 12, 12, 11, 14]) latest(made).says("change", { id });
    latest(made).fails();
    await clock.pass(2_000);
    equal([made.heard, made.sources.map(({ address }) => address), made.states], [[11, 12, 14], ["/live/?after=10", "/live/?after=14"], ["opening", "streaming", "opening"]]);
    equal(made.sources[0].closed, true);
  }));

test("after three failures the feed is asked, every three seconds, and all of it is heard", () =>
  Clock.run(async (clock) => {
    const made = await failing(clock);
    equal([made.live.state, made.sources.length, made.asked.length], ["polling", 3, 1]);
    made.feed.push(...[11, 12, 13, 14, 15].map((id) => ({ id })));
    await clock.pass(3_000);
    equal([made.heard, made.asked.map(({ after }) => after)], [[11, 12, 13, 14, 15], [10, 10, 12, 14]]);
    await clock.pass(6_000);
    equal(made.asked.length, 6);
  }));

test("after a minute the stream is tried again, and asking ends with its first beat; nothing is heard twice", () =>
  Clock.run(async (clock) => {
    const made = await failing(clock);
    made.feed.push({ id: 11 });
    await clock.pass(61_000);
    equal([made.sources.length, latest(made).address, made.live.state], [4, "/live/?after=11", "polling"]);
    made.feed.push({ id: 12 });
    latest(made).says("change", { id: 12 });
    const asked = made.asked.length;
    await clock.pass(30_000);
    equal([made.heard, made.asked.length, made.states], [[11, 12], asked, ["opening", "polling", "streaming"]]);
  }));

test("a stream that fails again leaves the feed as it was, until the next minute", () =>
  Clock.run(async (clock) => {
    const made = await failing(clock);
    await clock.pass(61_000);
    latest(made).fails();
    made.feed.push({ id: 11 });
    await clock.pass(30_000);
    equal([made.live.state, made.heard, made.sources.length], ["polling", [11], 4]);
    await clock.pass(40_000);
    equal(made.sources.length, 5);
  }));

test("a feed that does not answer is asked more and more rarely, and catches up", () =>
  Clock.run(async (clock) => {
    const made = await failing(clock);
    made.answers = false;
    const from = made.asked.length;
    await clock.pass(200_000);
    const pauses = made.asked.slice(from).map(({ at }, index, all) => (index ? at - all[index - 1].at : 0)).slice(1);
    equal(pauses.slice(0, 5), [6_000, 12_000, 24_000, 30_000, 30_000]);
    made.answers = true;
    made.feed.push({ id: 11 });
    await clock.pass(30_000);
    equal(made.heard, [11]);
  }));

test("a stream that is silent for forty seconds is dead, and opened again", () =>
  Clock.run(async (clock) => {
    const made = page(clock);
    latest(made).says("beat");
    await clock.pass(39_000);
    latest(made).says("beat");
    await clock.pass(39_000);
    equal([made.sources.length, made.live.state], [1, "streaming"]);
    await clock.pass(3_000);
    equal([made.sources.length, made.sources[0].closed, made.live.state], [2, true, "opening"]);
  }));

test("a stream that opens and says nothing is a failure after eight seconds", () =>
  Clock.run(async (clock) => {
    const made = page(clock);
    await clock.pass(30_000);
    equal([made.live.state, made.sources.length], ["polling", 3]);
  }));

test("what a stream that was given up still says is not heard", () =>
  Clock.run(async (clock) => {
    const made = page(clock);
    latest(made).fails();
    made.sources[0].says("change", { id: 11 });
    made.sources[0].says("reload", null, "20");
    equal([made.heard, made.reread, made.live.last], [[], 0, 10]);
  }));

test("told to read all anew, it goes on after what that will show", () =>
  Clock.run(async (clock) => {
    const made = page(clock);
    latest(made).says("reload", null, "40");
    latest(made).says("change", { id: 39 });
    latest(made).says("change", { id: 41 });
    equal([made.reread, made.heard], [1, [41]]);
  }));

test("without a network nothing is tried before it is back; then the stream, at once", () =>
  Clock.run(async (clock) => {
    let online = false;
    const made = page(clock, { online: () => online });
    latest(made).fails();
    await clock.pass(120_000);
    equal([made.sources.length, made.asked.length, made.live.state], [1, 0, "opening"]);
    online = true;
    made.live.resume();
    equal([made.sources.length, made.live.state], [2, "opening"]);
  }));

test("a page that is left neither streams nor asks", () =>
  Clock.run(async (clock) => {
    const made = await failing(clock);
    made.live.stop();
    const asked = made.asked.length;
    await clock.pass(120_000);
    equal([made.asked.length, made.sources.length, made.live.state, clock.timers.size], [asked, 3, "closed", 0]);
  }));
