// @ts-check
/**
 * An editor's desk at one article: what is not stored yet and what can be undone, kept in this browser over reloads and crashes, and
 * shared by all pages in which this editor has the article open. One of them sends (Web Locks); the others show what it tells.
 * Where the browser keeps nothing, all goes on in this page alone, and `status` says so.
 *
 * @import { Conflict, Delta, Entry } from "./types.js"
 * @import { History } from "./commands.js"
 * @import { Outbox } from "./outbox.js"
 * @import { Flags, Flight } from "./sender.js"
 * @import { Side, Step, Turned } from "./commands.js"
 */
const PATIENCE = 3000; // milliseconds
const AGAIN = 5000; // milliseconds until what could not be written is tried again
const FORGOTTEN = 14 * 24 * 3600 * 1000; // milliseconds after which a desk without work is cleared

/** What a desk keeps. `states`: what the server has said since the page was made, for a page that is opened without it, and what was deleted, for undoing to bring it back; `drafts`: what was begun and is not saved. @typedef {{entries: Entry[], conflicts: Conflict[], states: {path: string, state: any}[], flight: Flight | null, steps: {step: Step, side: Side, revision: number}[], drafts: any[]}} Contents */
/** What the list of desks says of an article. @typedef {{title: string, url: string, revision: number}} About */
/** A desk with work on it. @typedef {About & {name: string}} Place */
/** @typedef {{deltas?: Delta[], turned?: Turned, begun?: {id: string, draft: any}, flags?: Flags, asks?: "status" | "now"}} Message */

/** The name of a desk: nobody else's work is ever under it. @param {string} username @param {string} project its slug @param {string} article its id */
export const deskName = (username, project, article) => `${username}/${project}/${article}`;

export class Desk {
  /** @type {IDBDatabase | null} */
  #database = null;
  /** @type {BroadcastChannel | null} */
  #channel = null;
  /** What is not written yet, by its key: what came last of it. @type {Map<string, {value: any, stamp?: string}>} */
  #unwritten = new Map();
  /** The writes, one after the other. @type {Promise<void>} */
  #writing = Promise.resolve();
  /** @type {any} */
  #again = null;
  #refused = false;
  #lasting = false; // whether the browser was asked to keep it for good
  /** Whether it is known what an earlier page has left. @type {"asked" | "known" | "unknown"} */
  #left = "asked";
  /** Until the page's own lock on sending is there. */
  #leads = false;
  #told = "";
  /** @type {Outbox | null} */
  #outbox = null;
  /** @type {History | null} */
  #history = null;
  /** Gives the lock on sending back. */
  #leave = () => {};

  /**
   * @param {object} rim
   * @param {string} rim.name see `deskName`
   * @param {About} rim.about
   * @param {string} [rim.since] when the page's document was read
   * @param {() => void} rim.tell whether all is kept may have changed
   * @param {(id: string, draft: any) => void} [rim.begun] another page keeps something begun as it is now; null: it was saved there, or left
   * @param {(act: () => void) => void} [rim.afterFrame] does something when the editor has seen what was done
   */
  constructor({ name, about, since = "", tell, begun = () => {}, afterFrame = (act) => act() }) {
    this.name = name;
    this.about = about;
    this.since = Date.parse(since) || 0;
    this.tell = tell;
    this.begun = begun;
    this.afterFrame = afterFrame;
  }

  /** Whether what was handed over is safe: `kept` also without this page, `keeps` as far as the browser goes; `left`: whether it is known what an earlier page has left. */
  get status() {
    const keeps = this.#database !== null && !this.#refused;
    return { left: this.#left, keeps, kept: keeps && !this.#unwritten.size };
  }

  /**
   * Go on with what an earlier page has left, together with the other pages that have this desk open.
   * @param {Outbox} outbox sends nothing before it is known what is there, and which page sends; unless that cannot be had in a moment
   * @param {History | null} history
   * @param {(left: Contents) => void} [found] is told what was left, as soon as that is known
   */
  async join(outbox, history, found = () => {}) {
    outbox.follow(IDLE);
    this.#outbox = outbox;
    this.#history = history;
    const opening = this.open();
    const begin = (/** @type {Contents} */ left) => {
      history?.restore(left.steps);
      outbox.restore({ ...left, flight: null }, true);
      found(left);
      return this.#lead(outbox);
    };
    try {
      await begin(await Promise.race([opening, late()]));
    } catch {
      // This page's own work goes meanwhile.
      this.#left = "unknown";
      this.#leads = true;
      outbox.follow(null);
      opening.then(begin, () => {});
    }
  }

  /** Another page speaks. @param {Message} message */
  #hear({ deltas, turned, begun, flags, asks }) {
    const outbox = this.#outbox;
    if (!outbox) return;
    if (deltas) outbox.absorb(deltas);
    if (turned) this.#history?.absorb(turned);
    if (begun) this.begun(begun.id, begun.draft);
    if (flags && !this.#leads) outbox.follow(flags);
    if (asks === "status") this.report(outbox.flags, true);
    if (asks === "now" && this.#leads) outbox.resume();
  }

  /** Have what waits sent at once: by this page, or by the one that sends. */
  hurry() {
    if (this.#leads) this.#outbox?.resume();
    else this.#say({ asks: "now" });
  }

  /** The editor's other desks on which work is left; those that have long been without are cleared. @returns {Promise<Place[]>} */
  async others() {
    if (!this.#database) return [];
    const database = this.#database;
    const [owner] = this.name.split("/");
    const store = database.transaction(STORE).objectStore(STORE);
    const keys = /** @type {[string, string][]} */ (await asked(store.getAllKeys(IDBKeyRange.bound([`${owner}/`], [`${owner}0`]))));
    const busy = new Set(keys.filter(([, key]) => /^(entry|conflict) /.test(key)).map(([desk]) => desk));
    const begun = new Set(keys.filter(([, key]) => key.startsWith("draft ")).map(([desk]) => desk));
    const abouts = await Promise.all(keys.filter(([desk, key]) => key === "about" && desk !== this.name).map((key) => asked(store.get(key))));
    const old = abouts.filter(({ desk, at }) => !busy.has(desk) && !begun.has(desk) && at < Date.now() - FORGOTTEN);
    if (old.length) await writeAll(database, (store) => old.forEach(({ desk }) => store.delete(IDBKeyRange.bound([desk], [desk, "\uffff"]))));
    return abouts.filter(({ desk }) => busy.has(desk)).map(({ desk, value }) => ({ name: desk, ...value }));
  }

  /** Leave the desk to others. */
  close() {
    clearTimeout(this.#again);
    this.#channel?.close();
    this.#channel = null;
    this.#database?.close();
    this.#database = null;
    this.#leave();
  }

  /** Open the desk; what lies on it. @returns {Promise<Contents>} rejected where the browser does not say what does */
  async open() {
    if (globalThis.indexedDB) {
      const database = await openDatabase();
      database.onclose = () => this.#lost();
      this.#database = database;
      if ("BroadcastChannel" in globalThis) {
        this.#channel = new BroadcastChannel(`annotator ${this.name}`);
        this.#channel.onmessage = ({ data }) => this.#hear(data);
      }
    }
    try {
      const left = await this.read();
      this.#left = "known";
      void this.#write([["about", { value: this.about }]]);
      return left;
    } catch (error) {
      this.#lost();
      throw error;
    }
  }

  /** What is kept now. @returns {Promise<Contents>} */
  async read() {
    /** @type {Contents} */
    const contents = { entries: [], conflicts: [], states: [], flight: null, steps: [], drafts: [] };
    if (!this.#database) return contents;
    for (const { key, value } of await asked(this.#database.transaction(STORE).objectStore(STORE).getAll(IDBKeyRange.bound([this.name], [this.name, "\uffff"])))) put(contents, key, value);
    for (const { state } of contents.states) if (!this.#isNews(state)) this.#unwritten.set(`state ${state.id}`, { value: null });
    contents.states = contents.states.filter(({ state }) => this.#isNews(state));
    // Undoing goes by places: those of a former text say nothing here.
    contents.steps = contents.steps.filter(({ revision }) => revision === this.about.revision);
    return contents;
  }

  /** Whether the page's document does not have a state: it is later, or of what was deleted. @param {any} state */
  #isNews(state) {
    return state.deleted_at || !(Date.parse(state.changed_at) < this.since);
  }

  /** Take the lock on sending, now or when the page that has it is gone; kept as long as this page lives. @param {Outbox} outbox sends then */
  async #lead(outbox) {
    const lead = async () => {
      this.#leads = true;
      // Who has the lock sends, whatever can be read: a lock held by a page that is silent would silence all.
      const kept = await Promise.race([this.read(), late()]).catch(() => null);
      if (kept) outbox.restore(kept);
      outbox.follow(null);
    };
    // Without a database pages share nothing, and without locks (plain http) each sends what it has: the server does it once.
    if (!this.#database || !navigator.locks) return lead();
    const name = `annotator ${this.name}`;
    const held = () => new Promise((resolve) => {
      this.#leave = () => resolve(undefined);
    });
    const had = await new Promise((resolve) => {
      navigator.locks.request(name, { ifAvailable: true }, (lock) => (resolve(Boolean(lock)), lock ? held() : undefined));
    });
    if (had) return lead();
    this.#leads = false;
    outbox.follow(IDLE);
    this.#say({ asks: "status" });
    navigator.locks.request(name, () => {
      void lead();
      return held();
    });
  }

  /** Keep what became of entries. @param {Delta[]} deltas @param {Flight | null} [flight] where that changed @returns {Promise<void>} fulfilled when it is safe, or cannot be made so */
  keep(deltas, flight) {
    if (deltas.length) this.#say({ deltas });
    /** @type {[string, {value: any, stamp?: string}][]} */
    const changes = [];
    for (const { id, path, entry, settled, conflicts, decided, known } of deltas) {
      if (entry || settled) changes.push([`entry ${id}`, { value: entry, stamp: entry?.stamp ?? settled }]);
      for (const conflict of conflicts) changes.push([`conflict ${conflict.stamp}`, { value: conflict }]);
      for (const stamp of decided) changes.push([`conflict ${stamp}`, { value: null }]);
      changes.push([`state ${id}`, { value: known && this.#isNews(known) ? { path, state: known } : null }]);
    }
    if (flight !== undefined) changes.push(["flight", { value: flight }]);
    return this.#write(changes);
  }

  /** Keep what was begun; null: it is saved, or left for good. @param {string} id @param {any} draft @returns {Promise<void>} */
  keepDraft(id, draft) {
    this.#say({ begun: { id, draft } });
    return this.#write([[`draft ${id}`, { value: draft }]]);
  }

  /** Keep what became of the history. @param {Turned} turned */
  keepHistory(turned) {
    this.#say({ turned });
    const { revision } = this.about;
    void this.#write([
      ...turned.went.map((stamp) => /** @type {[string, {value: any}]} */ ([`step ${stamp}`, { value: null }])),
      ...turned.came.map(({ step, side }) => /** @type {[string, {value: any}]} */ ([`step ${step.stamp}`, { value: { step, side, revision } }])),
    ]);
  }

  /** Tell the other pages how it goes; only what they do not know yet. @param {Flags} flags @param {boolean} [again] */
  report(flags, again = false) {
    const said = JSON.stringify(flags);
    if (!this.#leads || (said === this.#told && !again)) return;
    this.#told = said;
    this.#say({ flags });
  }

  /** @param {Message} message */
  #say(message) {
    this.afterFrame(() => this.#channel?.postMessage(message));
  }

  /** @param {[string, {value: any, stamp?: string}][]} changes by key; null: nothing is to stand there @returns {Promise<void>} */
  #write(changes) {
    for (const [key, change] of changes) this.#unwritten.set(key, change);
    /** @type {Promise<void>} */
    const seen = new Promise((resolve) => this.afterFrame(resolve));
    this.#writing = this.#writing.then(() => seen).then(() => this.#flush());
    return this.#writing;
  }

  /** Write all that is not written yet in one transaction; what is refused stays, and is tried again. */
  async #flush() {
    const database = this.#database;
    // What stands there is looked at before anything is put there.
    if (!database || this.#left === "asked" || !this.#unwritten.size) return;
    clearTimeout(this.#again);
    const written = [...this.#unwritten];
    try {
      await Promise.race([writeAll(database, (store) => written.forEach(([key, { value, stamp }]) => replace(store, this.name, key, value, stamp))), late()]);
      for (const [key, change] of written) if (this.#unwritten.get(key) === change) this.#unwritten.delete(key);
      this.#refused = false;
      if (written.some(([key, { value }]) => value && /^(entry|draft) /.test(key))) this.#last();
    } catch {
      this.#refused = true;
      this.#again = setTimeout(() => void this.#write([]), AGAIN);
    }
    this.tell();
  }

  /** Work that exists here alone: the browser is asked not to clear it away when room runs short. */
  #last() {
    if (this.#lasting) return;
    this.#lasting = true;
    navigator.storage?.persist?.().catch(() => false);
  }

  #lost() {
    this.#database = null;
    this.tell();
  }
}

/** Of a page that sends nothing. @type {Flags} */
const IDLE = { sending: false, offline: false, signedOut: false };

/** A database that does not answer is none, for now. @returns {Promise<never>} */
const late = () => new Promise((_, reject) => setTimeout(() => reject(new Error("The database does not answer.")), PATIENCE));

/** Sort one kept thing in. @param {Contents} contents @param {string} key @param {any} value */
export function put(contents, key, value) {
  if (key.startsWith("entry ")) contents.entries.push(value);
  else if (key.startsWith("conflict ")) contents.conflicts.push(value);
  else if (key.startsWith("state ")) contents.states.push(value);
  else if (key.startsWith("step ")) contents.steps.push(value);
  else if (key.startsWith("draft ")) contents.drafts.push(value);
  else if (key === "flight") contents.flight = value;
}

/* IndexedDB with promises: one store, in which a desk's things stand under `[desk, key]` */

const NAME = "annotator";
const STORE = "kept";

/** One thing. @typedef {{desk: string, key: string, value: any, at: number}} Kept `at`: milliseconds since 1970 */

/** @returns {Promise<IDBDatabase>} rejected where the browser keeps nothing: refused, a private window, a broken profile */
function openDatabase() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: ["desk", "key"] });
    request.onsuccess = () => {
      // A later version of the product may need it for itself.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("The database is held by another page."));
  });
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * Write in one transaction. The promise is fulfilled when it is on the disk, and rejected when it is not: no room, no leave.
 * @param {IDBDatabase} database
 * @param {(store: IDBObjectStore) => void} write
 * @returns {Promise<void>}
 */
function writeAll(database, write) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, "readwrite", { durability: "strict" });
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("The transaction was given up."));
    write(transaction.objectStore(STORE));
  });
}

/** Put or (null) delete what stands under a key, unless a later one stands there. @param {IDBObjectStore} store @param {string} desk @param {string} key @param {any} value @param {string} [stamp] of `value`, or of what is deleted; without one, it is replaced in any case */
function replace(store, desk, key, value, stamp) {
  const act = () => (value ? store.put({ desk, key, value, at: Date.now() }) : store.delete([desk, key]));
  if (!stamp) return act();
  const request = store.get([desk, key]);
  request.onsuccess = () => {
    if (!(request.result?.value.stamp > stamp)) act();
  };
}
