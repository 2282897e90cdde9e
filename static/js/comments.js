// @ts-check
/**
 * What members say to each other about an annotation, on its card: read, answered, settled, taken back. A comment goes through the
 * outbox like everything else; one that is being written survives whatever happens to its card.
 *
 * @import { Annotation, Comment } from "./types.js"
 * @import { Screen } from "./screen.js"
 */
import { moment } from "./details.js";
import { button, fill, gettext, h } from "./dom.js";
import { newId } from "./sender.js";

const LONGEST = 5000; // characters, as the server has it

export class Comments {
  /** Where each annotation's next comment is being written. @type {Map<string, HTMLTextAreaElement>} */
  #fields = new Map();

  /** @param {Screen} screen */
  constructor(screen) {
    this.screen = screen;
  }

  /** Whether somebody is in the middle of one. */
  get unsent() {
    return [...this.#fields.values()].some(({ value }) => value.trim());
  }

  /** @param {Annotation} annotation @param {Comment[]} comments @param {boolean} writes whether there is room for another @returns {Node[]} */
  of(annotation, comments, writes) {
    const { me } = this.screen.page;
    const list = h("ol", { class: "talk", "aria-label": gettext("Comments") }, ...comments.map((comment) => this.#comment(comment)));
    return [...(comments.length ? [list] : []), ...(writes && me.may.includes("comment.add") ? [this.#form(annotation, comments.length > 0)] : [])];
  }

  /** @param {Comment} comment */
  #comment(comment) {
    const { me } = this.screen.page;
    const mine = comment.created_by === me.username && me.role !== "reader";
    const may = mine || /^(editor|manager)$/.test(me.role);
    const settle = button(comment.resolved ? gettext("Open again") : gettext("Settle"), () => this.#keep({ ...comment, resolved: !comment.resolved }));
    const problem = this.screen.standing(comment.id).problem;
    return h(
      "li",
      { class: comment.resolved ? "settled" : null, "data-comment": comment.id },
      h("p", { class: "who" }, [comment.created_by, moment(comment.created_at), comment.resolved && gettext("settled")].filter(Boolean).join(" · ")),
      h("p", { class: "text", dir: "auto" }, comment.text),
      problem && h("p", { class: "error" }, gettext("Not saved."), " ", (problem.errors ?? []).map(({ message }) => message).join(" ") || problem.detail),
      may && settle,
      may && button(gettext("Take back"), () => this.#takeBack(comment)),
    );
  }

  /** @param {Annotation} annotation @param {boolean} answer */
  #form(annotation, answer) {
    const field = this.#field(annotation);
    field.setAttribute("aria-label", answer ? gettext("Answer") : gettext("Comment"));
    field.placeholder = answer ? gettext("Answer…") : gettext("Comment…");
    return h("div", { class: "write" }, field, button(gettext("Send"), () => this.#send(annotation), "small"));
  }

  /** One field an annotation, kept as long as the page, so that nothing typed is lost when its card is drawn anew. @param {Annotation} annotation */
  #field(annotation) {
    const known = this.#fields.get(annotation.id);
    if (known) return known;
    const field = h("textarea", { rows: 1, dir: "auto", maxlength: LONGEST, "data-write": true });
    field.value = this.screen.begun.get(annotation.id) ?? "";
    field.addEventListener("input", () => this.#begin(annotation.id, field.value));
    field.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        this.#send(annotation);
      } else if (event.key === "Escape") {
        event.preventDefault();
        this.screen.cards.focus(annotation.id);
      }
    });
    this.#fields.set(annotation.id, field);
    return field;
  }

  /** What is being written outlives the page. @param {string} id of the annotation @param {string} text */
  #begin(id, text) {
    void this.screen.desk.keepDraft(`comment ${id}`, text.trim() ? { comment: id, text } : null);
  }

  /** @param {Annotation} annotation */
  #send(annotation) {
    const field = this.#field(annotation);
    const text = field.value.trim();
    if (!text) {
      this.screen.status.say(gettext("Write the comment first."));
      field.focus();
      return;
    }
    field.value = "";
    this.#begin(annotation.id, "");
    const { id, kind } = annotation;
    this.#keep({ id: newId(), kind, annotation: id, text, resolved: false, version: 0, created_at: new Date().toISOString(), created_by: this.screen.page.me.username });
    field.focus({ preventScroll: true });
    this.screen.status.say(gettext("Comment added"), true);
  }

  /** @param {Comment} comment */
  #keep(comment) {
    const base = this.screen.store.comments.get(comment.annotation)?.find(({ id }) => id === comment.id);
    this.screen.store.keepComment(comment);
    this.screen.outbox.put([{ path: "comments", id: comment.id, wanted: comment, base }]);
  }

  /** @param {Comment} comment */
  #takeBack(comment) {
    const { store, outbox, cards, status } = this.screen;
    store.dropComment(comment.id);
    outbox.put([{ path: "comments", id: comment.id, wanted: null }]);
    cards.focus(comment.annotation);
    status.say(fill(gettext("Comment taken back: %(text)s"), { text: comment.text.slice(0, 60) }));
  }

  /** Where the next comment on an annotation is written. @param {string} id */
  focus(id) {
    const field = /** @type {HTMLElement | null | undefined} */ (this.screen.cards.element(id)?.querySelector("[data-write]"));
    field?.scrollIntoView({ block: "nearest" });
    field?.focus({ preventScroll: true });
    return Boolean(field);
  }
}
