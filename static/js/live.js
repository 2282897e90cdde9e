// @ts-check
/**
 * What happens elsewhere, as it happens: one event stream a visible page, gone on with from the last event that was heard. Where
 * streams do not get through (a proxy that holds them back, too many of them) the feed is asked every few seconds, and the stream
 * tried again from time to time. Nothing of the page is touched here.
 *
 * A hidden page has no stream: a browser opens six connections to one place, and a seventh tab would wait for ever.
 *
 * @typedef {{id: number, article: string | null, coding: string | null, act: string, thing: string, thing_id: string, version: number | null, before: any, after: any, by: string, at: string}} Happening
 * @typedef {{username: string, name: string, away: boolean, paragraph: number | null, revision: number | null, selection: [number, number] | null, annotation: string | null}} Presence
 * @typedef {"closed" | "opening" | "streaming" | "polling"} State
 */

const PATIENCE = 8_000; // milliseconds in which an opened stream must say that it is up to date
const SILENCE = 40_000; // without even a beat: the connection is dead, as after a sleep
const FAILURES = 3; // in a row, before the feed is asked instead
const AGAIN = [1_000, 2_000, 4_000]; // between attempts to open the stream
const ASK_EVERY = 3_000;
const LONGEST = 30_000; // between questions that nobody answers
const TRY_STREAM_EVERY = 60_000;

export class Live {
  /** @type {State} */
  state = "closed";
  /** @type {EventSource | null} */
  #source = null;
  #failures = 0;
  #unanswered = 0;
  #triedAt = 0;
  #asking = false;
  /** @type {any} */
  #watch = null;
  /** @type {any} */
  #next = null;

  /**
   * @param {object} rim
   * @param {number} rim.after id of the last event that the page has
   * @param {(after: number) => string} rim.address of the stream
   * @param {(after: number) => Promise<{status: number, body: any}>} rim.ask the feed
   * @param {(event: Happening) => void} rim.hear each event once, in their order
   * @param {(presence: Presence) => void} rim.meet
   * @param {() => void} rim.reread so much was missed that the page had better read all anew
   * @param {(state: State) => void} [rim.tell]
   * @param {(address: string) => EventSource} [rim.open]
   * @param {() => boolean} [rim.online] where there is no network nothing is tried before `resume`
   */
  constructor({ after, address, ask, hear, meet, reread, tell = () => {}, open = (place) => new EventSource(place), online = () => true }) {
    this.last = after;
    this.address = address;
    this.ask = ask;
    this.hear = hear;
    this.meet = meet;
    this.reread = reread;
    this.tell = tell;
    this.open = open;
    this.online = online;
  }

  /** Listen from now on; what was missed comes first. */
  start() {
    if (this.state !== "closed") return;
    this.#failures = 0;
    this.#unanswered = 0;
    this.#stream();
  }

  stop() {
    this.#closeSource();
    clearTimeout(this.#next);
    this.#is("closed");
  }

  /** The network or the session is back: try at once what waits. */
  resume() {
    if (this.state === "closed" || this.state === "streaming") return;
    this.stop();
    this.start();
  }

  /** @param {State} state */
  #is(state) {
    if (this.state === state) return;
    this.state = state;
    this.tell(state);
  }

  #closeSource() {
    clearTimeout(this.#watch);
    this.#source?.close();
    this.#source = null;
  }

  #stream() {
    this.#closeSource();
    this.#triedAt = Date.now();
    if (this.state === "closed") this.#is("opening");
    const source = this.open(this.address(this.last));
    this.#source = source;
    this.#expect(PATIENCE);
    source.addEventListener("beat", () => this.#alive(source));
    source.addEventListener("change", ({ data }) => {
      if (source !== this.#source) return;
      this.#alive(source);
      this.#happened([JSON.parse(data)]);
    });
    source.addEventListener("presence", ({ data }) => source === this.#source && this.meet(JSON.parse(data)));
    source.addEventListener("reload", ({ lastEventId }) => {
      if (source !== this.#source) return;
      this.last = Math.max(this.last, Number(lastEventId));
      this.reread();
    });
    source.addEventListener("error", () => source === this.#source && this.#failed());
  }

  /** @param {EventSource} source */
  #alive(source) {
    if (source !== this.#source) return;
    this.#failures = 0;
    clearTimeout(this.#next);
    this.#expect(SILENCE);
    this.#is("streaming");
  }

  /** Something must be heard within so many milliseconds. @param {number} milliseconds */
  #expect(milliseconds) {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#failed(), milliseconds);
  }

  #failed() {
    this.#closeSource();
    this.#failures += 1;
    if (this.state === "polling") return;
    clearTimeout(this.#next);
    if (!this.online()) {
      this.#is("opening");
      return;
    }
    if (this.#failures >= FAILURES) {
      this.#is("polling");
      this.#poll();
      return;
    }
    this.#is("opening");
    this.#next = setTimeout(() => this.#stream(), AGAIN[this.#failures - 1] * (1 - Math.random() / 4));
  }

  async #poll() {
    if (this.state !== "polling" || this.#asking || !this.online()) return;
    this.#asking = true;
    const answered = await this.#catchUp();
    this.#asking = false;
    if (this.state !== "polling") return;
    this.#unanswered = answered ? 0 : this.#unanswered + 1;
    if (answered && !this.#source && Date.now() - this.#triedAt >= TRY_STREAM_EVERY) this.#stream();
    this.#next = setTimeout(() => this.#poll(), Math.min(LONGEST, ASK_EVERY * 2 ** this.#unanswered));
  }

  /** Ask the feed for what happened since. @returns {Promise<boolean>} whether it answered */
  async #catchUp() {
    for (;;) {
      const { status, body } = await this.ask(this.last);
      if (status !== 200 || this.state !== "polling") return status === 200;
      this.#happened(body.results);
      if (!body.next) return true;
    }
  }

  /** @param {Happening[]} events */
  #happened(events) {
    for (const event of events) {
      if (event.id <= this.last) continue;
      this.last = event.id;
      this.hear(event);
    }
  }
}
