// @ts-check
/**
 * What was begun and is not saved: kept in this browser from the first change on, and told above the cards when another draft took its
 * place, or an earlier page of the editor ended in the middle of it.
 *
 * @import { Draft } from "./composing.js"
 * @import { Screen } from "./screen.js"
 */
import { button, fill, gettext, h, quoted } from "./dom.js";
import { KINDS } from "./phrases.js";

/** A comment that was begun. @typedef {{comment: string, text: string}} Begun `comment`: id of the annotation that it is on */

export class Drafts {
  /** The latest last. @type {Map<string, Draft | Begun>} */
  #aside = new Map();

  /** @param {HTMLElement} place @param {Screen} screen @param {(id: string) => void} resume goes on with what was put aside @param {(draft: Draft) => void} note is told of a draft before it is kept */
  constructor(place, screen, resume, note) {
    this.place = place;
    this.screen = screen;
    this.resume = resume;
    this.note = note;
  }

  /** Id of what was put aside last. */
  get latest() {
    return [...this.#aside.keys()].at(-1);
  }

  /** What an earlier page has left. @param {(Draft | Begun)[]} left */
  restore(left) {
    for (const each of left) this.#aside.set(idOf(each), each);
    this.#draw();
  }

  /** What is put aside here goes on in another page, or ends there. @param {string} id @param {Draft | Begun | null} each */
  hear(id, each) {
    if (!this.#aside.has(id)) return;
    if (each) this.#aside.set(id, each);
    else this.#aside.delete(id);
    this.#draw();
  }

  /** Keep a draft as it is now. @param {Draft} draft */
  keep(draft) {
    this.note(draft);
    void this.screen.desk.keepDraft(idOf(draft), draft);
  }

  /** It was saved, or left for good. @param {string} id */
  drop(id) {
    void this.screen.desk.keepDraft(id, null);
    this.take(id);
  }

  /** @param {Draft} draft */
  putAside(draft) {
    this.keep(draft);
    this.#aside.set(idOf(draft), draft);
    this.#draw();
  }

  /** What was put aside is taken up again. @param {string} id */
  take(id) {
    const taken = this.#aside.get(id);
    if (this.#aside.delete(id)) this.#draw();
    return taken;
  }

  #draw() {
    this.place.hidden = !this.#aside.size;
    this.place.replaceChildren(h("h3", {}, gettext("Begun and not saved")), h("ul", {}, ...[...this.#aside].map(([id, each]) => this.#line(id, each)).reverse()));
  }

  /** @param {string} id @param {Draft | Begun} each */
  #line(id, each) {
    const { store } = this.screen;
    const [kind, text] = "comment" in each ? [gettext("Comment"), each.text] : [KINDS[each.annotation.kind], each.annotation.wording || each.annotation.comment];
    const words = "comment" in each ? store.article.exact(store.annotations.get(each.comment)?.segments ?? []) : store.article.exact(each.annotation.segments);
    // Where a comment is on what is no more, it can only be read.
    const there = !("comment" in each) || store.annotations.has(each.comment);
    return h(
      "li",
      {},
      h("p", {}, h("b", {}, kind), " ", words.length > 0 && quoted(shortened(words.join(" … "))), text && h("span", { class: "text", dir: "auto" }, text)),
      there && button(fill(gettext("Back to this %(kind)s"), { kind: kind.toLowerCase() }), () => this.resume(id), "small"),
      button(gettext("Discard"), () => {
        this.drop(id);
        this.screen.caret.focus();
      }),
    );
  }
}

/** @param {Draft | Begun} each */
const idOf = (each) => ("comment" in each ? `comment ${each.comment}` : each.annotation.id);

/** @param {string} words */
const shortened = (words) => (words.length > 90 ? `${words.slice(0, 89)}…` : words);
