// @ts-check
/**
 * The state of the screen and the only source of drawing: annotations in text order, by paragraph and in lanes; records; what is
 * selected; what the editor is making. Whoever draws subscribes; whoever changes calls `apply` or `show`.
 *
 * @import { Annotation, Change, CodePoint, Comment, PageDocument, RecordNoun, Records, Segment } from "./types.js"
 * @import { ArticleText } from "./article.js"
 */
import { same } from "./commands.js";
import { assignLanes, hull, inTextOrder, isRoof, placeIn } from "./segments.js";
import { codePoint } from "./offsets.js";

/**
 * What the editor sees and does now; not stored anywhere.
 * @typedef {object} View
 * @property {CodePoint} anchor the end of the selection that stays
 * @property {CodePoint} caret the end that moves
 * @property {string | null} selected id of the selected annotation
 * @property {import("./composing.js").Draft | null} draft
 * @property {boolean} readOnly
 */

/** Fields that name a record. */
const REFERENCES = ["entity", "source", "holder", "claimant", "affiliation", "voiced_by", "target", "proposition"];

/** @typedef {{ids: Set<string>, paragraphs: Set<number>, view: Set<keyof View>, records: boolean}} News */

export class Store {
  /** @type {Map<string, Annotation>} */
  annotations = new Map();
  /** What is said about each annotation, the oldest first. @type {Map<string, Comment[]>} */
  comments = new Map();
  /** @type {Annotation[]} */
  #ordered = [];
  /** ids of the annotations that touch each paragraph @type {Set<string>[]} */
  #touching;
  /** @type {Map<string, number>} */
  #lanes = new Map();
  /** @type {((news: News) => void)[]} */
  #listeners = [];

  /**
   * @param {PageDocument} page
   * @param {ArticleText} article
   */
  constructor(page, article) {
    this.page = page;
    this.article = article;
    /** @type {Records} */
    this.records = page.records;
    this.#touching = article.paragraphs.map(() => new Set());
    /** @type {View} */
    this.view = { anchor: codePoint(0), caret: codePoint(0), selected: null, draft: null, readOnly: false };
    for (const annotation of page.annotations) {
      if (!annotation.deleted_at) this.annotations.set(annotation.id, annotation);
    }
    for (const comment of page.comments) this.#commentsOn(comment.annotation).push(comment);
    this.#ordered = [...this.annotations.values()].sort(inTextOrder);
    for (const annotation of this.#ordered) this.#index(annotation, (ids) => ids.add(annotation.id));
    for (const roof of [true, false]) {
      this.#lanes = new Map([...this.#lanes, ...assignLanes(this.#ordered.filter(({ kind }) => isRoof(kind) === roof))]);
    }
  }

  /** Annotations in text order. */
  get ordered() {
    return this.#ordered;
  }

  /** @param {string} id */
  lane(id) {
    return this.#lanes.get(id) ?? 0;
  }

  /** Annotations that touch a paragraph, in text order. @param {number} index */
  inParagraph(index) {
    return [...this.#touching[index]].map((id) => /** @type {Annotation} */ (this.annotations.get(id))).sort(inTextOrder);
  }

  /** Annotations whose main segments touch `[start, end)` (a caret: that hold it), the shortest first. @param {CodePoint} start @param {CodePoint} end */
  touching(start, end) {
    const [first, last] = this.article.paragraphsOf(start, end);
    const ids = new Set();
    for (let index = first; index <= last; index += 1) this.#touching[index].forEach((id) => ids.add(id));
    const until = Math.max(end, start + 1);
    return [...ids]
      .map((id) => /** @type {Annotation} */ (this.annotations.get(id)))
      .filter(({ segments }) => segments.some(([from, to]) => from < until && start < to))
      .sort((a, b) => hull(a)[1] - hull(a)[0] - (hull(b)[1] - hull(b)[0]) || inTextOrder(a, b));
  }

  /** The selection as `[start, end)`. @returns {Segment} */
  get selection() {
    const { anchor, caret } = this.view;
    return anchor < caret ? [anchor, caret] : [caret, anchor];
  }

  /** The selected annotation. */
  get selected() {
    return this.view.selected ? this.annotations.get(this.view.selected) : undefined;
  }

  /** @param {(news: News) => void} listener */
  subscribe(listener) {
    this.#listeners.push(listener);
  }

  /** @param {Partial<News>} news */
  #tell({ ids = new Set(), paragraphs = new Set(), view = new Set(), records = false }) {
    for (const listener of this.#listeners) listener({ ids, paragraphs, view, records });
  }

  /** Change what the editor sees; tells only of what differs. @param {Partial<View>} changes */
  show(changes) {
    const differing = /** @type {Set<keyof View>} */ (new Set());
    for (const name of /** @type {(keyof View)[]} */ (Object.keys(changes))) {
      if (this.view[name] !== changes[name]) differing.add(name);
    }
    if (!differing.size) return;
    Object.assign(this.view, changes);
    this.#tell({ view: differing });
  }

  /** Add or replace a record of the project. @param {RecordNoun} noun @param {any} record @param {string} [id] under which it is referred to, where another stands for that now */
  keepRecord(noun, record, id = record.id) {
    const alike = same(this.records[noun][id], record);
    this.records[noun][id] = record;
    if (!alike) this.#tell({ records: true, ids: this.naming(id) });
  }

  /** Ids that annotations refer to, and that no record is known of. @returns {Set<string>} */
  unnamed() {
    const known = Object.values(this.records);
    return new Set(this.#ordered.flatMap((annotation) => REFERENCES.map((field) => annotation[field]).filter((id) => id && !known.some((records) => records[id]))));
  }

  /** Annotations that refer to a record. @param {string} id */
  naming(id) {
    return new Set(this.#ordered.filter((annotation) => REFERENCES.some((field) => annotation[field] === id)).map((annotation) => annotation.id));
  }

  /** @param {string} id */
  dropRecord(/** @type {RecordNoun} */ noun, id) {
    delete this.records[noun][id];
    this.#tell({ records: true });
  }

  /** @param {string} id of an annotation @returns {Comment[]} */
  #commentsOn(id) {
    const comments = this.comments.get(id) ?? [];
    this.comments.set(id, comments);
    return comments;
  }

  /** Add or replace a comment. @param {Comment} comment */
  keepComment(comment) {
    const comments = this.#commentsOn(comment.annotation);
    const at = comments.findIndex(({ id }) => id === comment.id);
    if (at < 0) comments.push(comment);
    else comments[at] = comment;
    comments.sort((a, b) => (a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : 0));
    this.#tell({ ids: new Set([comment.annotation]) });
  }

  /** @param {string} id of the comment */
  dropComment(id) {
    for (const [annotation, comments] of this.comments) {
      if (!comments.some((comment) => comment.id === id)) continue;
      this.comments.set(annotation, comments.filter((comment) => comment.id !== id));
      this.#tell({ ids: new Set([annotation]) });
    }
  }

  /** Make annotations as the changes say and tell which annotations and paragraphs are to be drawn again. @param {Change[]} changes */
  apply(changes) {
    const ids = /** @type {Set<string>} */ (new Set());
    const paragraphs = /** @type {Set<number>} */ (new Set());
    for (const { before, after } of changes) {
      const id = /** @type {Annotation} */ (after ?? before).id;
      const current = this.annotations.get(id) ?? null;
      ids.add(id);
      if (current && after && drawnAlike(current, after)) {
        this.#ordered[placeIn(this.#ordered, current)] = after;
        this.annotations.set(id, after);
        continue;
      }
      if (current) this.#leave(current, paragraphs);
      if (after) this.#enter(after, paragraphs);
      for (const annotation of [current, after]) if (annotation) this.#relane(annotation, paragraphs);
    }
    const view = /** @type {Set<keyof View>} */ (new Set());
    if (this.view.selected && !this.annotations.has(this.view.selected)) {
      this.view.selected = null;
      view.add("selected");
    }
    this.#tell({ ids, paragraphs, view });
  }

  /** @param {Annotation} annotation @param {Set<number>} paragraphs */
  #leave(annotation, paragraphs) {
    this.#ordered.splice(placeIn(this.#ordered, annotation), 1);
    this.#index(annotation, (ids, index) => ids.delete(annotation.id) && paragraphs.add(index));
    this.annotations.delete(annotation.id);
    this.#lanes.delete(annotation.id);
  }

  /** @param {Annotation} annotation @param {Set<number>} paragraphs */
  #enter(annotation, paragraphs) {
    this.#ordered.splice(placeIn(this.#ordered, annotation), 0, annotation);
    this.#index(annotation, (ids, index) => ids.add(annotation.id) && paragraphs.add(index));
    this.annotations.set(annotation.id, annotation);
  }

  /** @param {Annotation} annotation @param {(ids: Set<string>, paragraph: number) => void} visit */
  #index({ segments }, visit) {
    for (const [start, end] of segments) {
      const [first, last] = this.article.paragraphsOf(start, end);
      for (let index = first; index <= last; index += 1) visit(this.#touching[index], index);
    }
  }

  /** Assign lanes anew to all that an annotation shares words with, directly or through others. @param {Annotation} annotation @param {Set<number>} paragraphs */
  #relane(annotation, paragraphs) {
    const roof = isRoof(annotation.kind);
    let [start, end] = hull(annotation);
    /** @type {Map<string, Annotation>} */
    const cluster = new Map();
    for (let grown = true; grown; ) {
      grown = false;
      const [first, last] = this.article.paragraphsOf(start, end);
      for (let index = first; index <= last; index += 1) {
        for (const id of this.#touching[index]) {
          const other = /** @type {Annotation} */ (this.annotations.get(id));
          const [from, to] = hull(other);
          if (cluster.has(id) || isRoof(other.kind) !== roof || from >= end || start >= to) continue;
          cluster.set(id, other);
          start = codePoint(Math.min(start, from));
          end = codePoint(Math.max(end, to));
          grown = true;
        }
      }
    }
    for (const [id, lane] of assignLanes([...cluster.values()])) {
      if (this.#lanes.get(id) === lane) continue;
      this.#lanes.set(id, lane);
      this.#index(/** @type {Annotation} */ (cluster.get(id)), (_ids, index) => paragraphs.add(index));
    }
  }
}

/** Whether two states of an annotation look the same in the text. @param {Annotation} a @param {Annotation} b */
function drawnAlike(a, b) {
  return a.position === b.position && a.origin === b.origin && same(a.segments, b.segments);
}
