// @ts-check
/**
 * What colleagues do, brought into the open article: each event of the stream becomes a state that the outbox receives, so that it
 * meets what is not saved yet. Nothing of it moves the reader: caret, focus and what is being written stay where they are, and while
 * words are being selected with the pointer the text waits. What is only needed where there are colleagues is loaded when one is heard.
 *
 * @import { Happening, Presence } from "./live.js"
 * @import { Screen } from "./screen.js"
 * @import { Annotation, RecordNoun } from "./types.js"
 */
import { fill, gettext } from "./dom.js";
import { Live } from "./live.js";
import { PATHS } from "./sender.js";

/** @type {Record<string, RecordNoun>} */
const RECORDS = { entity: "entities", issue: "issues", proposition: "propositions" };
const ENTITY_FIELDS = ["entity", "source", "holder", "claimant", "affiliation", "voiced_by"];

const LONGEST_HOLD = 10_000; // milliseconds: a press whose end the page never hears of
const REREAD_AGAIN = 5_000;
const FRESH = 4_000; // as long as a card shows that it has just come

export class Following {
  /** Events that wait until the pointer is let go. @type {Happening[] | null} */
  #held = null;
  #byTouch = false;
  /** @type {any} */
  #letting = null;
  /** What was heard of while all is read anew. @type {Set<string> | null} */
  #meanwhile = null;
  /** @type {Map<string, string>} */
  #names = new Map();

  /** @type {Promise<import("./presence.js").Colleagues> | undefined} */
  #colleagues;
  /** @type {Promise<import("./news.js").News> | undefined} */
  #news;

  /** @param {Screen} screen @param {() => void} showState the state of the coding may have changed */
  constructor(screen, showState) {
    const { project, article, event } = screen.page;
    this.screen = screen;
    this.showState = showState;
    const where = new URLSearchParams({ project: project.slug, article: article.id });
    this.live = new Live({
      after: event,
      address: (after) => `/live/?${where}&after=${after}`,
      ask: (after) => screen.api.send({ method: "GET", path: `events/?${where}&limit=500&after=${after}` }),
      hear: (happening) => this.#hear(happening),
      meet: (presence) => void this.#meet(presence),
      reread: () => void this.reread(),
      tell: (state) => {
        document.documentElement.dataset.stream = state;
        if (state === "streaming") void this.#colleagues?.then((colleagues) => colleagues.show());
      },
      online: () => navigator.onLine,
    });
  }

  start() {
    const { container, store } = this.screen;
    container.addEventListener("pointerdown", ({ pointerType }) => this.#hold(pointerType === "touch"));
    for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => this.#letGo());
    document.addEventListener("selectionchange", () => this.#byTouch && this.#follow());
    store.subscribe(({ view }) => view.has("draft") && this.#byTouch && this.#letGo());
    document.addEventListener("visibilitychange", () => this.#look());
    // A page that is kept for the way back must not keep a connection.
    window.addEventListener("pagehide", () => this.live.stop());
    window.addEventListener("pageshow", () => this.#look());
    window.addEventListener("online", () => this.live.resume());
    window.addEventListener("focus", () => this.live.resume());
    this.#look();
  }

  #look() {
    if (document.visibilityState === "visible") this.live.start();
    else this.live.stop();
  }

  /* While words are selected with the pointer, the text under it stays as it is */

  /** @param {boolean} byTouch */
  #hold(byTouch) {
    this.#byTouch = byTouch;
    clearTimeout(this.#letting);
    this.#held ??= [];
    this.#letting = setTimeout(() => this.#release(), LONGEST_HOLD);
  }

  /** A page hears nothing of the handles of a selection: by touch, words are being selected until they are used or given up. */
  get #selecting() {
    const selection = document.getSelection();
    return this.#byTouch && selection && !selection.isCollapsed && this.screen.container.contains(selection.anchorNode) && !this.screen.store.view.draft;
  }

  #follow() {
    if (this.#selecting) this.#held ??= [];
    else this.#letGo();
  }

  #letGo() {
    if (!this.#held) return;
    clearTimeout(this.#letting);
    // What reads the selection hears of the release as well.
    this.#letting = setTimeout(() => this.#release(), 0);
  }

  #release() {
    if (this.#selecting) return;
    const held = this.#held ?? [];
    this.#held = null;
    for (const happening of held) this.#hear(happening);
  }

  /* What happened */

  /** @param {Happening} happening */
  #hear(happening) {
    if (this.#held) {
      this.#held.push(happening);
      return;
    }
    const { thing, act, by } = happening;
    this.#meanwhile?.add(happening.thing_id);
    if (thing in PATHS) this.#annotation(happening);
    else if (thing in RECORDS) void this.#record(happening);
    else if (thing === "coding") this.#coding(happening);
    else if (thing === "article") this.#article(happening);
    else if (act.startsWith("member.") && happening.after?.user === this.screen.page.me.username) this.#tell(gettext("Your role in this project was changed."), gettext("Load again"));
    document.dispatchEvent(new CustomEvent("happened", { detail: happening }));
    if (by !== this.screen.page.me.username && (thing in PATHS || thing === "comment")) void this.#inWords((news) => news.add(happening));
  }

  /** @param {Happening} happening */
  #annotation({ thing, thing_id: id, after, by }) {
    const { page, outbox, article, store } = this.screen;
    // Of another text: the page says so, and is loaded again.
    if (after.revision !== page.revision.number) return;
    const known = outbox.known(id);
    // Of what the page knows, as the echo of its own work, it knows the records too, or has taken them back.
    if (known && known.version >= after.version) return;
    if (!after.deleted_at) void this.#recordsOf(after);
    const state = after.anchoring ? { ...after, deleted_at: after.changed_at } : { ...after, exact: article.exact(after.segments) };
    this.#steadily(() => outbox.receive(state, PATHS[thing]));
    if (by !== page.me.username && store.annotations.has(id)) this.#freshen(id);
  }

  /** @param {Happening} happening */
  async #record({ thing, act, after }) {
    const noun = RECORDS[thing];
    const { store, outbox } = this.screen;
    if (act.endsWith(".deleted")) {
      // Unless it is to come again: the echo of my own undoing is late where I have done it again meanwhile.
      if (!outbox.entries.get(after.id)?.wanted) this.#steadily(() => outbox.receive(after, noun));
      return;
    }
    if (!after.merged_into) {
      this.#steadily(() => outbox.receive(after, noun));
      return;
    }
    if (!store.records[noun][after.id]) return;
    const stands = store.records[noun][after.merged_into] ?? (await this.#fetch(noun, after.merged_into));
    if (stands) this.#steadily(() => store.keepRecord(noun, stands, after.id));
  }

  /** Have what an annotation refers to, where the page does not know it. @param {Annotation} annotation */
  async #recordsOf(annotation) {
    /** @type {[RecordNoun, string][]} */
    const named = ENTITY_FIELDS.map((field) => ["entities", annotation[field]]);
    if (annotation.target_kind) named.push([RECORDS[annotation.target_kind], annotation.target]);
    named.push(["propositions", annotation.proposition]);
    const { store } = this.screen;
    for (const [noun, id] of named) {
      if (!id || /^[A-Z]+$/.test(id) || store.records[noun][id]) continue;
      const record = await this.#fetch(noun, id);
      if (record && !store.records[noun][id]) this.#steadily(() => store.keepRecord(noun, record, id));
    }
  }

  /** A record as it stands now: of one that was merged, what stands for it. @param {RecordNoun} noun @param {string} id @returns {Promise<any>} */
  async #fetch(noun, id) {
    const { status, body } = await this.screen.api.send({ method: "GET", path: `${noun}/${id}/` });
    if (status !== 200) return null;
    return body.merged_into ? this.#fetch(noun, body.merged_into) : body;
  }

  /** @param {Happening} happening */
  #coding({ act, thing_id: id, after, by }) {
    const { page, status } = this.screen;
    if (act === "coding.taken_back") {
      page.codings = page.codings.filter((coding) => coding.id !== id);
      return;
    }
    const there = page.codings.find((coding) => coding.id === id);
    if (there) Object.assign(there, after);
    else page.codings.push(after);
    if (act === "coding.unblinded" || act === "coding.blinded") {
      if (id === page.coding?.id) void this.reread();
      return;
    }
    if (id !== page.coding?.id || page.coding?.state === after.state) return;
    Object.assign(page.coding, after);
    this.showState();
    this.screen.cards.drawAll();
    if (by !== page.me.username) status.say(fill(after.state === "done" ? gettext("%(who)s marked this as done.") : gettext("%(who)s opened this again."), { who: this.#name(by) }));
  }

  /** @param {Happening} happening */
  #article({ act, after, by }) {
    const { page } = this.screen;
    const who = this.#name(by);
    if (act === "article.revised" || act === "article.revision_undone") this.#superseded(after.revision, who);
    else if (act === "article.deleted") this.#tell(fill(gettext("%(who)s put this article into the bin: nothing can be changed in it."), { who }));
    else if (act === "article.restored") this.#tell(fill(gettext("%(who)s brought this article back from the bin."), { who }));
    else if (act === "article.purged") this.#tell(gettext("This article was removed for good."));
    else if (act === "article.changed" && after.title !== page.article.title) {
      document.title = document.title.replace(page.article.title, () => after.title);
      for (const shown of document.querySelectorAll("#headline, .breadcrumbs [aria-current]")) shown.textContent = after.title;
      page.article.title = after.title;
    }
  }

  /** @param {number} revision @param {string} who */
  #superseded(revision, who) {
    const { page, outbox } = this.screen;
    if (revision === page.revision.number) return;
    outbox.supersede(revision);
    this.#tell(fill(gettext("%(who)s brought in another text of this article (revision %(number)s). Here you see revision %(here)s."), { who, number: revision, here: page.revision.number }), gettext("Load the new text"));
  }

  /** Take over all that the server has of this article, and let go of what is not for this reader any more. */
  async reread() {
    const { api, outbox, page, store } = this.screen;
    this.#meanwhile = new Set();
    const { status, body } = await api.send({ method: "GET", path: `articles/${page.article.id}/annotations/` });
    const meanwhile = this.#meanwhile;
    this.#meanwhile = null;
    if (status !== 200) {
      setTimeout(() => void this.reread(), REREAD_AGAIN);
      return;
    }
    if (body.revision !== page.revision.number) {
      this.#superseded(body.revision, gettext("A colleague"));
      return;
    }
    const there = new Set(body.annotations.map((/** @type {Annotation} */ { id }) => id));
    this.#steadily(() => {
      for (const state of body.annotations) {
        void this.#recordsOf(state);
        outbox.receive(state, PATHS[state.kind]);
      }
      for (const { id, kind } of [...store.ordered]) if (!there.has(id) && !meanwhile.has(id) && outbox.known(id)) outbox.withdraw(id, PATHS[kind]);
    });
  }

  /* Nobody is disturbed */

  /** Change what is shown while focus and the place of the cards stay. @param {() => void} act */
  #steadily(act) {
    const { rail, caret } = this.screen;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    const card = /** @type {HTMLElement | null} */ (focused?.closest(".note") ?? rail.querySelector(".note[aria-current]"));
    const nth = focused && card ? controls(card).indexOf(focused) : -1;
    const top = card?.getBoundingClientRect().top ?? 0;
    act();
    this.screen.drawNow();
    const now = card && document.getElementById(card.id);
    if (now) rail.scrollTop += now.getBoundingClientRect().top - top;
    if (!focused || focused.isConnected) return;
    const again = now ? controls(now)[nth] : null;
    if (again) again.focus({ preventScroll: true });
    else caret.focus();
  }

  /** @param {string} id */
  #freshen(id) {
    const fresh = () => document.getElementById(`a-${id}`)?.classList;
    fresh()?.add("fresh");
    setTimeout(() => fresh()?.remove("fresh"), FRESH);
  }

  /** @param {Presence} presence */
  async #meet(presence) {
    const { page, api } = this.screen;
    if (presence.username === page.me.username) return;
    this.#names.set(presence.username, presence.name);
    this.#colleagues ??= import("./presence.js").then(({ Colleagues }) => new Colleagues(this.screen, (where) => api.send({ method: "POST", path: `articles/${page.article.id}/presence/`, body: where })));
    // Where it cannot be had, nobody is shown, and it is asked for again at the next.
    const colleagues = await this.#colleagues.catch(() => (this.#colleagues = undefined));
    colleagues?.meet(presence);
  }

  /** @param {(news: import("./news.js").News) => void} tell */
  async #inWords(tell) {
    this.#news ??= import("./news.js").then(({ News }) => new News(this.screen, (username) => this.#name(username)));
    const news = await this.#news.catch(() => (this.#news = undefined));
    if (news) tell(news);
  }

  /** A line above the text that stays. @param {string} text @param {string} [again] what the button says that loads the page again */
  #tell(text, again = "") {
    void this.#inWords((news) => news.show(text, again));
  }

  /** @param {string} username */
  #name(username) {
    return this.#names.get(username) ?? username;
  }
}

/** @param {HTMLElement} card */
function controls(card) {
  return /** @type {HTMLElement[]} */ ([...card.querySelectorAll("button, a, input, textarea, select")]);
}
