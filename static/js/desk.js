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
const FORGOTTEN = 14 * 24 * 3600 * 1000; // milliseconds after which a desk without work is cleared

/** What a desk keeps. `bin`: states that were deleted from here, and that undoing brings back. @typedef {{entries: Entry[], conflicts: Conflict[], bin: any[], flight: Flight | null, steps: {step: Step, side: Side, revision: number}[]}} Contents */
/** What the list of desks says of an article. @typedef {{title: string, url: string, revision: number}} About */
/** A desk with work on it. @typedef {About & {name: string}} Place */
/** @typedef {{deltas?: Delta[], turned?: Turned, flags?: Flags, asks?: "status" | "now"}} Message */

/** The name of a desk: nobody else's work is ever under it. @param {string} username @param {string} project its slug @param {string} article its id */
export const deskName = (username, project, article) => `${username}/${project}/${article}`;

export class Desk {
  /** @type {IDBDatabase | null} */
  #database = null;
  /** @type {BroadcastChannel | null} */
  #channel = null;
  #open = 0; // writes under way
  #refused = false;
  #read = false;
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
   * @param {() => void} rim.tell whether all is kept may have changed
   */
  constructor({ name, about, tell }) {
    this.name = name;
    this.about = about;
    this.tell = tell;
  }

  /** Whether what was handed over is safe: `kept` also without this page, `keeps` as far as the browser goes; `read`: whether it is known what an earlier page has left. */
  get status() {
    const keeps = this.#database !== null && !this.#refused;
    return { read: this.#read, keeps, kept: keeps && this.#open === 0 };
  }

  /**
   * Go on with what an earlier page has left, together with the other pages that have this desk open.
   * @param {Outbox} outbox sends nothing before it is known what is there, and which page sends
   * @param {History | null} history
   * @returns {Promise<Contents>} what was left
   */
  async join(outbox, history) {
    outbox.follow({ sending: false, offline: false, signedOut: false });
    this.#outbox = outbox;
    this.#history = history;
    const left = await this.open();
    history?.restore(left.steps);
    this.#read = true;
    outbox.restore({ ...left, flight: null });
    await this.lead(async () => {
      outbox.restore(await this.read());
      outbox.follow(null);
    });
    return left;
  }

  /** Another page speaks. @param {Message} message */
  #hear({ deltas, turned, flags, asks }) {
    const outbox = this.#outbox;
    if (!outbox) return;
    if (deltas) outbox.absorb(deltas);
    if (turned) this.#history?.absorb(turned);
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
    const [owner] = this.name.split("/");
    const store = this.#database.transaction(STORE).objectStore(STORE);
    const keys = /** @type {[string, string][]} */ (await asked(store.getAllKeys(IDBKeyRange.bound([`${owner}/`], [`${owner}0`]))));
    const busy = new Set(keys.filter(([, key]) => /^(entry|conflict) /.test(key)).map(([desk]) => desk));
    const abouts = await Promise.all(keys.filter(([desk, key]) => key === "about" && desk !== this.name).map((key) => asked(store.get(key))));
    const old = abouts.filter(({ desk, at }) => !busy.has(desk) && at < Date.now() - FORGOTTEN);
    if (old.length) this.#write((store) => old.forEach(({ desk }) => store.delete(IDBKeyRange.bound([desk], [desk, "\uffff"]))));
    return abouts.filter(({ desk }) => busy.has(desk)).map(({ desk, value }) => ({ name: desk, ...value }));
  }

  /** Leave the desk to others. */
  close() {
    this.#channel?.close();
    this.#database?.close();
    this.#database = null;
    this.#leave();
  }

  /** Open the desk; what lies on it. @returns {Promise<Contents>} */
  async open() {
    try {
      this.#database = await Promise.race([openDatabase(), late()]);
      this.#database.onclose = () => this.#lost();
      this.#write((store) => store.put({ desk: this.name, key: "about", value: this.about, at: Date.now() }));
    } catch {
      this.#lost();
    }
    if (this.#database && "BroadcastChannel" in globalThis) {
      this.#channel = new BroadcastChannel(`annotator ${this.name}`);
      this.#channel.onmessage = ({ data }) => this.#hear(data);
    }
    return this.read();
  }

  /** What is kept now. @returns {Promise<Contents>} */
  async read() {
    /** @type {Contents} */
    const contents = { entries: [], conflicts: [], bin: [], flight: null, steps: [] };
    if (!this.#database) return contents;
    for (const { key, value } of await asked(this.#database.transaction(STORE).objectStore(STORE).getAll(IDBKeyRange.bound([this.name], [this.name, "\uffff"])))) put(contents, key, value);
    // Undoing goes by places: those of a former text say nothing here.
    contents.steps = contents.steps.filter(({ revision }) => revision === this.about.revision);
    return contents;
  }

  /**
   * Take the lock on sending, now or when the page that has it is gone; kept as long as this page lives.
   * @param {() => Promise<void>} leads is called when this page is the one
   */
  async lead(leads) {
    const lead = () => {
      this.#leads = true;
      return leads();
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
    this.#say({ asks: "status" });
    navigator.locks.request(name, () => {
      lead();
      return held();
    });
  }

  /** Keep what became of entries. @param {Delta[]} deltas @param {Flight | null} [flight] where that changed @returns {Promise<void>} fulfilled when it is safe, or cannot be made so */
  keep(deltas, flight) {
    if (deltas.length) this.#say({ deltas });
    const written = this.#refused && this.#outbox ? this.#outbox.all() : deltas;
    return this.#write((store) => {
      for (const { id, entry, settled, conflict, known } of written) {
        if (entry) replace(store, this.name, `entry ${id}`, entry, entry.stamp);
        else if (settled) replace(store, this.name, `entry ${id}`, null, settled);
        if (conflict) store.put({ desk: this.name, key: `conflict ${id}`, value: conflict, at: Date.now() });
        else store.delete([this.name, `conflict ${id}`]);
        if (known?.deleted_at) store.put({ desk: this.name, key: `bin ${id}`, value: known, at: Date.now() });
        else store.delete([this.name, `bin ${id}`]);
      }
      if (flight) store.put({ desk: this.name, key: "flight", value: flight, at: Date.now() });
      else if (flight === null) store.delete([this.name, "flight"]);
    }, this.#refused);
  }

  /** Keep what became of the history. @param {Turned} turned */
  keepHistory(turned) {
    this.#say({ turned });
    this.#write((store) => {
      for (const number of turned.went) store.delete([this.name, `step ${number}`]);
      for (const { step, side } of turned.came) store.put({ desk: this.name, key: `step ${step.number}`, value: { step, side, revision: this.about.revision }, at: Date.now() });
    });
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
    this.#channel?.postMessage(message);
  }

  /** @param {(store: IDBObjectStore) => void} write @param {boolean} [whole] writes everything that there is @returns {Promise<void>} */
  async #write(write, whole = false) {
    if (!this.#database) return;
    this.#open += 1;
    try {
      await writeAll(this.#database, write);
      if (whole) this.#refused = false;
    } catch {
      this.#refused = true;
    }
    this.#open -= 1;
    this.tell();
  }

  #lost() {
    this.#database = null;
    this.tell();
  }
}

/** A database that does not open is none. @returns {Promise<never>} */
const late = () => new Promise((_, reject) => setTimeout(() => reject(new Error("The database does not open.")), PATIENCE));

/** Sort one kept thing in. @param {Contents} contents @param {string} key @param {any} value */
export function put(contents, key, value) {
  if (key.startsWith("entry ")) contents.entries.push(value);
  else if (key.startsWith("conflict ")) contents.conflicts.push(value);
  else if (key.startsWith("bin ")) contents.bin.push(value);
  else if (key.startsWith("step ")) contents.steps.push(value);
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

/** Put or (null) delete what stands under a key, unless a later one stands there. @param {IDBObjectStore} store @param {string} desk @param {string} key @param {any} value @param {string} stamp of `value`, or of what is deleted */
function replace(store, desk, key, value, stamp) {
  const request = store.get([desk, key]);
  request.onsuccess = () => {
    const standing = request.result?.value;
    if (standing && standing.stamp > stamp) return;
    if (value) store.put({ desk, key, value, at: Date.now() });
    else store.delete([desk, key]);
  };
}
