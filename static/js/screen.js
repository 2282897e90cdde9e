// @ts-check
/**
 * The annotation screen put together. The document is compared with the text; a command goes to the store, the undo log and the
 * outbox; the store alone causes drawing.
 *
 * @import { Annotation, CodePoint, Command, Made, PageDocument, Segment } from "./types.js"
 */
import { ArticleText, Boundaries } from "./article.js";
import { Caret } from "./caret.js";
import { History } from "./commands.js";
import { Desk, deskName } from "./desk.js";
import { afterFrame, fill, find, gettext, idly, written } from "./dom.js";
import { Filters } from "./filters.js";
import { codePoint, sha256 } from "./offsets.js";
import { Outbox } from "./outbox.js";
import { KINDS, Phrases, relation } from "./phrases.js";
import { Rail } from "./rail.js";
import { Api, newId, PATHS } from "./sender.js";
import { StatusLine } from "./status.js";
import { Store } from "./store.js";
import { TextView } from "./text.js";

export class Screen {
  /**
   * @param {PageDocument} page
   * @param {import("./phrases.js").CardActs} acts what the buttons on a card do
   * @param {import("./caret.js").Chosen} chosen
   */
  constructor(page, acts, chosen) {
    this.page = page;
    this.container = find("[data-text]");
    this.rail = find("[data-rail]");
    this.article = readText(this.container, page);
    this.trusted = sha256(this.article.toString()) === page.revision.sha256 && !this.article.mismatches().length;
    this.store = new Store(page, this.article);
    this.phrases = new Phrases(page, () => this.store.records);
    this.boundaries = new Boundaries(this.article, page.article.language);
    const soon = () => this.#soon();
    this.view = new TextView(this.container, this.store, soon);
    this.api = new Api(page.urls.api, csrfToken, page.me.username);
    this.status = new StatusLine({ place: find("[data-status]"), live: find("[data-live]"), standing: find("[data-standing]") }, () => this.#signIn());
    /** @type {Desk} */
    this.desk = new Desk({
      name: deskName(page.me.username, page.project.slug, page.article.id),
      about: { title: page.article.title, url: location.pathname, revision: page.revision.number },
      since: page.at,
      tell: () => this.showStatus(),
      begun: (id, draft) => this.begunElsewhere(id, draft),
      afterFrame,
    });
    /** @type {Outbox} */
    this.outbox = new Outbox({
      send: (request, signal) => this.api.send(request, signal),
      newId,
      me: page.me.username,
      revision: page.revision.number,
      settle: (state, id, path) => this.#settled(state, id, path),
      tell: () => this.showStatus(),
      trouble: (id) => this.#troubled(id),
      behind: () => void this.#carry().then((carrying) => carrying.run()),
      adopt: (mine, theirs) => this.history.adopt(mine, theirs),
      more: (state) => this.#more(state),
      keep: (deltas, flight) => this.desk.keep(deltas, flight),
      afterFrame,
    });
    // A record that was merged is there as what stands for it.
    const records = Object.values(page.records).flatMap((noun) => Object.entries(noun).flatMap(([id, record]) => (id === record.id ? record : [])));
    for (const state of [...page.annotations, ...page.comments, ...records]) this.outbox.know(state);
    this.history = new History({
      newId,
      find: (id) => this.store.annotations.get(id) ?? null,
      perform: (command, taken) => this.#perform(command, taken),
      naming: (id) => this.#naming(id),
      isMine: (id) => (this.outbox.known(id)?.changed_by ?? page.me.username) === page.me.username,
      resting: (id) => (this.store.annotations.get(id)?.kind === "attribution" ? this.store.ordered.filter(({ attribution, parent }) => attribution === id || parent === id).map((other) => other.id) : []),
      keep: (turned) => this.desk.keepHistory(turned),
    });
    this.caret = new Caret(this.view, this.store, this.boundaries, find("[data-caret]"), chosen, soon);
    this.cards = new Rail(find("[data-list]"), this.rail, this.store, this.view, this.phrases, acts, soon);
    this.filters = new Filters(find("[data-filters]"), this.store, this.phrases, (id) => this.standing(id), (hidden) => this.#filter(hidden));
    // Asked for once: to look for them in a long text costs more than to change them.
    this.places = { count: find("[data-count]"), empty: find("[data-empty]"), none: find("[data-none]"), active: find("[data-active]"), bar: find("header.bar") };
    this.#listen();
  }

  /** Draw for the first time all that can be seen. `make bench` measures from mark to mark, and to the text's own when nothing is left, "drawn". */
  draw() {
    performance.mark("draw");
    // The text first: it asks where its paragraphs stand, which costs nothing as long as the page is as it came.
    this.view.drawAll();
    this.cards.drawAll();
    this.cards.drawAdrift(find("[data-adrift]"), this.page.needs_look, this.page.urls.review);
    this.filters.count(this.store.annotations.keys());
    this.#count();
    performance.mark("seen");
  }

  #drawing = false;

  /** Have drawn what is to be drawn when all that a key or a press does is done. */
  #soon() {
    if (this.#drawing) return;
    this.#drawing = true;
    queueMicrotask(() => this.drawNow());
  }

  /** Draw all that is to be drawn: first what changes the page, then what asks where something stands on it. */
  drawNow() {
    this.#drawing = false;
    this.view.settle();
    this.cards.settle();
    const covered = this.cards.alignNow();
    const { selected } = this.store;
    // On a narrow screen the card comes over the text, and its words stay in sight above it.
    if (covered !== null && selected) this.reveal(selected.segments[0][0], covered / innerHeight);
    this.caret.settle();
  }

  #listen() {
    this.store.subscribe(({ ids, paragraphs, view, records }) => {
      if (ids.size || records) this.filters.count(ids);
      if (paragraphs.size) {
        this.view.draw(paragraphs);
        this.caret.sync();
      }
      if (ids.size) this.cards.draw(ids);
      if (ids.size) this.#count();
      if (view.has("draft")) this.cards.turnSelected();
      if (view.has("selected") || ids.has(this.store.view.selected ?? "")) this.highlightSelected();
    });
  }

  /** Comments that an earlier page left in the middle, by the annotation that they are on. @type {Map<string, string>} */
  begun = new Map();

  /** Another page of this editor keeps something begun as it is now; null: no more. @type {(id: string, draft: any) => void} */
  begunElsewhere = () => {};

  /** Go on with what an earlier page has left: unsent work, decisions to make, commands to undo. @param {(drafts: any[]) => void} begun is told what was begun and is not saved */
  async resume(begun) {
    await this.desk.join(this.outbox, this.history, ({ conflicts, drafts }) => {
      for (const { comment, text } of drafts) if (comment) this.begun.set(comment, text);
      if (drafts.length) begun(drafts);
      if (conflicts.some(({ unplaced }) => unplaced)) void this.#carry().then((carrying) => carrying.show());
    });
    idly(() => void this.#lookElsewhere());
  }

  /** @type {import("./elsewhere.js").Elsewhere | undefined} */
  #elsewhere;

  /** Send what waits in other articles, or tell that it does. */
  async #lookElsewhere() {
    const places = await this.desk.others().catch(() => []);
    if (!places.length) return;
    const { Elsewhere } = await import("./elsewhere.js");
    this.#elsewhere = new Elsewhere(this.api, find("[data-elsewhere]"));
    await this.#elsewhere.send(places);
  }

  /** @type {Promise<import("./carrying.js").Carrying> | undefined} */
  #carrying;

  /** What was made on a former text is carried over, or shown to be placed. */
  #carry() {
    this.#carrying ??= import("./carrying.js").then(({ Carrying }) => new Carrying(this));
    return this.#carrying;
  }

  /** Have the browser keep this page for when there is no network; where that cannot be had, not. */
  async keepPage() {
    const offline = await import("./offline.js").catch(() => null);
    await offline?.keepPage(this.page);
  }

  /** The session has ended: renew it in place, and go on. */
  async #signIn() {
    const { SigningIn } = await import("./signing_in.js");
    const signingIn = new SigningIn(find("[data-sign-in]"), this.api, () => {
      void this.keepPage();
      this.hurry();
      this.status.say(gettext("Signed in again."));
      this.caret.focus();
    });
    await signingIn.show();
  }

  /** Send at once what waits: here, or by the page that sends. */
  hurry() {
    this.desk.hurry();
    this.#elsewhere?.resume();
    this.showStatus();
  }

  /** @param {Command} command @param {Made[]} taken records that go along with what named them */
  #perform({ label, changes, records = [] }, taken) {
    // What was taken back comes again as the server had it.
    const made = records.map(({ noun, record }) => ({ noun, record: { ...record, ...this.outbox.known(record.id), deleted_at: null } }));
    for (const { noun, record } of made) this.store.keepRecord(noun, record);
    this.store.apply(changes);
    for (const { noun, record } of taken) this.store.dropRecord(noun, record.id);
    this.outbox.put([
      ...made.map(({ noun, record }) => ({ path: noun, id: record.id, wanted: record })),
      ...changes.map(({ before, after }) => {
        const { id, kind } = /** @type {Annotation} */ (after ?? before);
        return { path: PATHS[kind], id, wanted: after, base: before };
      }),
      ...taken.map(({ noun, record }) => ({ path: noun, id: record.id, wanted: null })),
    ]);
    const isHidden = this.filters.active && changes.some(({ after }) => after && this.filters.hides(after.id));
    this.status.say(isHidden ? fill(gettext("%(label)s. The filter hides it."), { label }) : label);
  }

  /** Annotations that name a record, and the one that is being made. @param {string} id of the record */
  #naming(id) {
    const { draft } = this.store.view;
    const begun = draft && Object.values(draft.annotation).includes(id) ? [draft.annotation.id] : [];
    return [...this.store.naming(id), ...begun];
  }

  /** What a request says of a state beside it: its words, by which the server sees that both mean the same text; or its project. @param {any} state */
  #more(state) {
    if (state.annotation) return {};
    if (!state.segments) return { project: this.page.project.slug };
    return { exact: state.revision === this.page.revision.number ? this.article.exact(state.segments) : state.exact };
  }

  /** The server has an annotation or a record as `state`; null: not at all. @param {any} state @param {string} id @param {string} path */
  #settled(state, id, path) {
    if (path === "comments") {
      if (state) this.store.keepComment(state);
      else this.store.dropComment(id);
      return;
    }
    if (path === "entities" || path === "issues" || path === "propositions") {
      if (state) this.store.keepRecord(path, state);
      else this.store.dropRecord(path, id);
      return;
    }
    // It stands on a text that is not on this page.
    if (state && !state.anchoring && state.revision !== this.page.revision.number) return;
    const current = this.store.annotations.get(id) ?? null;
    const shown = state?.anchoring ? null : state;
    if (current || shown) this.store.apply([{ before: current, after: shown }]);
  }

  /** Something was refused, or waits for the editor: its card tells. @param {string} id of an annotation or of a comment on one */
  #troubled(id) {
    const comment = [...this.store.comments.values()].flat().find((each) => each.id === id);
    this.drawAgain(comment?.annotation ?? id);
  }

  /** How it stands with an annotation has changed, and nothing else. @param {string} id */
  drawAgain(id) {
    this.filters.count([id]);
    this.cards.draw([id]);
  }

  /** How it stands with what was changed here. @param {string} id of an annotation or a comment */
  standing(id) {
    const entry = this.outbox.entries.get(id);
    return { pending: Boolean(entry), problem: entry?.problem ?? null, conflicts: this.outbox.conflictsOf(id).filter(({ unplaced }) => !unplaced) };
  }

  showStatus() {
    // Before it is known what an earlier page has left, nobody can say that all is saved.
    if (this.desk.status.left === "asked") return;
    this.desk.report(this.outbox.flags);
    this.status.show({ ...this.outbox.status, ...this.desk.status }, this.store.view.readOnly);
  }

  #count() {
    const all = this.store.ordered.length;
    const shown = this.filters.active ? this.cards.shown().length : all;
    this.places.count.textContent = shown < all ? fill(gettext("%(shown)s of %(all)s"), { shown, all }) : written(all);
    this.places.empty.hidden = all > 0;
    this.places.none.hidden = shown > 0 || all === 0;
  }

  /** @param {((id: string) => boolean) | null} hidden */
  #filter(hidden) {
    this.view.filter(hidden);
    this.cards.filter(hidden);
    this.places.active.textContent = hidden ? String(this.filters.active) : "";
    this.#count();
    this.status.say(fill(gettext("%(shown)s of %(all)s shown"), { shown: this.cards.shown().length, all: this.store.ordered.length }), true);
  }

  /** The words of the selected annotation, and lightly those that belong to it. */
  highlightSelected() {
    const { selected } = this.store;
    this.view.highlight("selected", selected?.segments ?? []);
    const related = selected ? relation(selected, this.store) : { source: [], cue: [], target: [], hedge: [] };
    for (const [role, segments] of Object.entries(related)) this.view.highlight(role, segments);
  }

  /** @param {string | null} id @param {boolean} [scroll] bring its words into view */
  select(id, scroll = false) {
    const { store } = this;
    const before = store.view.selected;
    const annotation = id ? store.annotations.get(id) : null;
    const now = annotation?.id ?? null;
    if (before !== now) {
      store.show({ selected: now });
      this.cards.select(before, now);
    }
    if (!annotation) return;
    const [start] = annotation.segments[0];
    if (scroll) {
      if (this.reveal(start)) this.#revealAgain(annotation.id, start);
      store.show({ anchor: start, caret: start });
      this.caret.sync();
    }
    this.cards.align(annotation.id);
  }

  /** What has come into view is as high as it is, and not as had been supposed: the browser knows it with the frame after. @param {string} id @param {CodePoint} start */
  #revealAgain(id, start) {
    const again = () => {
      if (this.store.view.selected !== id) return;
      this.reveal(start);
      this.cards.align(id);
    };
    afterFrame(() => afterFrame(again));
  }

  /** Scroll so that a position stands in the upper part of the window; not at all when it stands in the part that is free. @param {CodePoint} position @param {number} [free] @returns {boolean} whether it scrolled */
  reveal(position, free = 0.7) {
    const rect = this.view.range(position, codePoint(position + 1)).getBoundingClientRect();
    const top = this.places.bar.getBoundingClientRect().bottom;
    if (rect.top > top + 24 && rect.bottom < innerHeight * free) return false;
    window.scrollBy({ top: rect.top - top - Math.min(innerHeight / 4, 24 + innerHeight * Math.max(0, free - 0.35)), behavior: "instant" });
    return true;
  }

  /** Read out what was selected by key. @param {string} id */
  announce(id) {
    const annotation = this.store.annotations.get(id);
    if (annotation) this.status.say(`${KINDS[annotation.kind]}: ${this.phrases.plain(annotation, this.article.exact(annotation.segments))}`, true);
  }

  /** The words to tag: the selection, else the word at the caret. @returns {Segment | null} */
  words() {
    const [start, end] = this.store.selection;
    return start < end ? this.article.trim(start, end) : this.boundaries.wordAt(this.store.view.caret);
  }

  /** @param {Annotation} annotation */
  mayChange(annotation) {
    const { coding, me } = this.page;
    if (this.store.view.readOnly || annotation.coding !== coding?.id) return false;
    return !annotation.created_by || annotation.created_by === me.username || /^(editor|manager)$/.test(me.role);
  }
}

/** The text as the page shows it: its paragraphs, a stretch of them after the other, and what stands between them. @param {HTMLElement} container @param {PageDocument} page */
function readText(container, page) {
  const texts = [];
  const gaps = [""];
  for (const node of [...container.childNodes].flatMap((stretch) => (stretch instanceof Element ? [...stretch.childNodes] : stretch))) {
    if (node.nodeName === "P") {
      texts.push(node.textContent ?? "");
      gaps.push("");
    } else gaps[gaps.length - 1] += node.textContent ?? "";
  }
  return new ArticleText(texts, page.revision.paragraphs, gaps);
}

/** The cookie's token: signing in again in another tab changes it, and the one in the page would no longer hold. */
function csrfToken() {
  const cookie = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
  return cookie ? cookie[1] : (document.querySelector("meta[name=csrf-token]")?.getAttribute("content") ?? "");
}
