// @ts-check
/**
 * Making and changing annotations: the composer and the panels of the rail, and what their keys do. Loaded with the first press of a
 * key or a pointer, so that reading needs none of it.
 *
 * @import { Annotation, CodePoint, Coding, Kind, Segment } from "./types.js"
 * @import { Draft } from "./composing.js"
 * @import { Screen } from "./screen.js"
 */
import { Composer } from "./composer.js";
import { Composing } from "./composing.js";
import { fill, find, gettext } from "./dom.js";
import { Drafts } from "./drafts.js";
import { showEveryMention, showFind, untagged } from "./finding.js";
import { showKeys, showPalette } from "./help.js";
import { KINDS } from "./phrases.js";
import { moved, nearest, withSelection, without } from "./placing.js";
import { entityNamed } from "./prefill.js";
import { Registers } from "./records.js";
import { newId, PATHS } from "./sender.js";

export class Making {
  /** @param {Screen} screen @param {(act: string, backward: boolean) => void} run does what a key of that act does @param {() => void} showState of the coding */
  constructor(screen, run, showState) {
    const { store, phrases, boundaries, api } = screen;
    this.screen = screen;
    this.run = run;
    this.showState = showState;
    this.panel = find("[data-panel]");
    this.panel.addEventListener("submit", (event) => event.preventDefault());
    this.composing = new Composing(store, boundaries, newId);
    this.drafts = new Drafts(find("[data-aside]"), screen, (id) => this.resume(id), (draft) => this.composing.noteNamed(draft));
    screen.begunElsewhere = (id, draft) => this.drafts.hear(id, draft);
    this.registers = new Registers(store, phrases, this.composing, api);
    this.composer = new Composer(find("[data-composer]"), {
      store,
      phrases,
      registers: this.registers,
      composing: this.composing,
      save: (draft) => this.save(draft),
      close: () => this.leave(),
      changed: (draft) => this.drafts.keep(draft),
      reshape: (change) => this.reshape(change),
      remove: ({ before }) => before && this.remove(before),
      say: (text) => screen.status.say(text),
    });
    store.subscribe(({ view: seen }) => {
      if (!seen.has("draft")) return;
      this.composer.show(store.view.draft);
      screen.view.highlight("kept", store.view.draft?.annotation.segments ?? []);
    });
  }

  /** What the keys for making do, by their act in the key map. @returns {Record<string, (backward: boolean) => void>} */
  acts() {
    const { store, filters } = this.screen;
    return {
      mention: () => this.compose("mention"),
      stance: () => this.compose("stance"),
      claim: () => this.compose("claim"),
      attribution: () => this.compose("attribution"),
      repeat: () => this.repeat(),
      resume: () => this.resume(),
      everyMention: () => this.everyMention(),
      findAndTag: () => this.find(),
      open: () => {
        const { caret, draft } = store.view;
        // From the text one goes back to what is being made.
        if (draft && (!store.selected || store.selected.id === draft.annotation.id)) return this.composer.focusFirst();
        const annotation = store.selected ?? store.touching(caret, caret).find(({ id }) => !filters.hides(id));
        if (annotation) this.open(annotation);
      },
      addSegment: () =>
        this.reshape((segments) => withSelection(this.screen.article, segments, store.selection), gettext("Select the words to add first: with the mouse, or with W.")),
      dropSegment: () =>
        this.reshape((segments) => {
          const at = segments.findIndex(([start, end]) => start <= store.view.caret && store.view.caret <= end);
          return segments.length > 1 ? without(segments, at < 0 ? segments.length - 1 : at) : null;
        }, gettext("There is no further segment to drop.")),
      moveEnd: (left) => this.moveBoundary(1, (end) => this.screen.caret.way(end, left)),
      moveStart: (backward) => this.moveBoundary(0, () => (backward ? -1 : 1)),
      take: () => this.decide(true),
      dismiss: () => this.decide(false),
      delete: () => store.selected && this.remove(store.selected),
      keys: () => this.keys(),
      palette: () => showPalette(this.screen.page.me.keys, this.run, () => this.screen.caret.focus()),
    };
  }

  /** Of the selection, or of a suggestion at the caret, or of the word there. @param {Kind} kind @param {Segment} [words] */
  compose(kind, words) {
    const { screen } = this;
    if (screen.store.view.readOnly) return screen.status.say(gettext("This article is read only."));
    const suggestion = words ? null : this.#suggestionAtCaret;
    if (suggestion?.kind === kind) return this.open(suggestion);
    const segment = words ?? screen.words();
    if (!suggestion && !segment) return screen.status.say(gettext("Select the words first: with the mouse, or with W."));
    this.closePanel();
    screen.select(null);
    this.#showDraft(this.composing.begin(kind, suggestion ? structuredClone(suggestion.segments) : [/** @type {Segment} */ (segment)]));
  }

  /** The suggestion that is selected, as long as nothing else is and the caret stayed with it. */
  get #suggestionAtCaret() {
    const { selected, selection: [start, end] } = this.screen.store;
    return start === end && selected?.origin === "suggested" && selected.segments.some(([from, to]) => from <= end && end <= to) ? selected : null;
  }

  /** Go on with what was put aside. @param {string} [id] else the last */
  resume(id = this.drafts.latest) {
    const { screen } = this;
    if (!id) return screen.status.say(gettext("Nothing is put aside."));
    if (screen.store.view.readOnly) return screen.status.say(gettext("This article is read only."));
    const begun = this.drafts.take(id);
    if (!begun) return;
    this.closePanel();
    if ("comment" in begun) {
      this.makeRoom();
      screen.select(begun.comment, true);
      this.run("comment", false);
      return;
    }
    this.composing.renew(begun);
    screen.select(begun.before?.id ?? null);
    this.#showDraft(begun);
    if (begun.annotation.wording !== begun.opened.wording) this.composer.focusField("wording");
  }

  /** What is open makes room for something else; what was done on it stays, put aside. */
  makeRoom() {
    const { store, status } = this.screen;
    const { draft } = store.view;
    if (!draft) return;
    if (this.composing.isChanged(draft)) {
      this.drafts.putAside(draft);
      status.say(fill(gettext("%(kind)s put aside: it stands above the cards."), { kind: KINDS[draft.annotation.kind] }));
    }
    store.show({ draft: null });
  }

  /** @param {Draft} draft */
  #showDraft(draft) {
    this.makeRoom();
    this.screen.store.show({ draft });
    // On a telephone the composer covers the lower half.
    if (getComputedStyle(this.composer.place).position === "fixed") this.screen.reveal(draft.annotation.segments[0]?.[0] ?? this.screen.store.view.caret, 0.25);
  }

  /** @param {Annotation} annotation */
  open(annotation) {
    const { screen } = this;
    if (!screen.mayChange(annotation)) return screen.status.say(gettext("You may not change this annotation."));
    if (screen.store.view.draft?.annotation.id === annotation.id) return this.composer.focusFirst();
    const begun = this.drafts.take(annotation.id);
    this.closePanel();
    screen.select(annotation.id);
    const draft = begun && "annotation" in begun ? begun : this.composing.change(annotation);
    this.composing.renew(draft);
    // It stands at its field, and need not name it.
    for (const { field, message } of screen.outbox.entries.get(annotation.id)?.problem?.errors ?? []) draft.errors[field] = message.replace(/^`[^`]*`: /, "");
    this.#showDraft(draft);
  }

  close() {
    this.screen.store.show({ draft: null });
    this.screen.caret.focus();
  }

  /** What is open is given up, with all that was done on it. */
  leave() {
    const { draft } = this.screen.store.view;
    if (draft) this.drafts.drop(draft.annotation.id);
    this.close();
  }

  /** @param {Draft} draft */
  save(draft) {
    const { history, caret, store, outbox } = this.screen;
    // What the editor took back from under it comes again with what was changed on it.
    if (draft.before && !store.annotations.has(draft.before.id) && outbox.wentByMe(draft.before.id)) this.composing.makeAnew(draft);
    const command = this.composing.command(draft);
    this.close();
    history.execute(command);
    const { id, segments } = draft.annotation;
    // Only now: what is neither kept as begun nor as made could be lost.
    this.drafts.drop(id);
    const [, end] = segments[segments.length - 1];
    if (!draft.before) caret.set(end, end, { scroll: false });
    this.screen.select(id);
  }

  /** @param {Annotation} annotation */
  remove(annotation) {
    const { screen } = this;
    const { cards } = screen;
    if (!screen.mayChange(annotation)) return screen.status.say(gettext("You may not delete this annotation."));
    const inRail = document.activeElement?.closest("[data-list]");
    const next = cards.shown()[cards.shown().indexOf(annotation) + 1]?.id;
    if (screen.store.view.draft?.annotation.id === annotation.id) this.leave();
    screen.history.execute(this.composing.remove(annotation));
    if (!inRail || !cards.focus(next)) screen.caret.focus();
  }

  /** Tag as the last time: the same kind with the same fields, on other words. */
  repeat() {
    const { latest } = this.composing;
    const segment = this.screen.words();
    if (!latest || !segment || this.screen.store.view.readOnly) return this.screen.status.say(gettext("There is nothing to repeat yet."));
    const draft = this.composing.begin(latest.kind, [segment]);
    this.composing.copy(latest, draft);
    // A claim has a wording of its own.
    if (latest.kind === "claim" || Object.keys(this.composing.problems(draft)).length) this.#showDraft(draft);
    else {
      this.makeRoom();
      this.save(draft);
    }
  }

  /** A suggestion becomes the editor's own, or goes. @param {boolean} taken */
  decide(taken) {
    const { screen } = this;
    const suggestion = screen.store.selected;
    if (suggestion?.origin !== "suggested" || !screen.mayChange(suggestion)) return screen.status.say(gettext("This is no suggestion."));
    if (taken) screen.history.execute({ label: gettext("Suggestion taken"), changes: [{ before: suggestion, after: { ...suggestion, origin: "manual" } }] });
    else screen.history.execute({ ...this.composing.remove(suggestion), label: gettext("Suggestion dismissed") });
    screen.caret.focus();
  }

  /** Change the place of the selected annotation or of the draft. @param {(segments: Segment[]) => Segment[] | null} change @param {string} [otherwise] is said where it changes nothing */
  reshape(change, otherwise = "") {
    const { screen } = this;
    const { draft } = screen.store.view;
    const annotation = draft?.annotation ?? screen.store.selected;
    if (!annotation) return screen.status.say(gettext("Select an annotation first."));
    if (!draft && !screen.mayChange(annotation)) return screen.status.say(gettext("You may not change this annotation."));
    const segments = change(annotation.segments.map(([start, end]) => [start, end]));
    if (!segments?.length) return screen.status.say(otherwise);
    if (draft) {
      draft.annotation.segments = segments;
      delete draft.errors.segments;
      this.drafts.keep(draft);
      this.composer.redraw();
      screen.view.highlight("kept", segments);
    } else screen.history.execute({ label: gettext("Place changed"), changes: [{ before: annotation, after: { ...annotation, segments } }] });
    screen.status.say(screen.article.exact(segments).join(" … "), true);
  }

  /** Of the segment at the caret, else of the nearest. @param {0 | 1} side @param {(boundary: CodePoint) => 1 | -1} way */
  moveBoundary(side, way) {
    this.reshape((segments) => {
      const index = nearest(segments, this.screen.store.view.caret);
      return index < 0 ? null : moved(this.screen.boundaries, segments, index, side, way(segments[index][side]));
    });
  }

  get #room() {
    const { store, view, phrases, status } = this.screen;
    return { place: this.panel, store, view, phrases, composing: this.composing, close: () => this.closePanel(), say: (/** @type {string} */ text, heard = false) => status.say(text, heard) };
  }

  closePanel() {
    if (this.panel.hidden) return;
    this.panel.hidden = true;
    this.panel.replaceChildren();
    this.screen.view.highlight("hit", []);
    this.screen.highlightSelected();
    this.screen.caret.focus();
  }

  everyMention() {
    const { store, article, status, history } = this.screen;
    const [start, end] = store.selection;
    const segment = this.screen.words();
    const named = segment && entityNamed(article.slice(...segment), Object.values(store.records.entities));
    const { selected } = store;
    const id = selected?.entity ?? selected?.holder ?? selected?.claimant ?? selected?.source;
    // What was just selected is meant before the card that is still open, and that before the word at the caret.
    const entity = (start < end && named) || store.records.entities[id] || named;
    if (!entity || store.view.readOnly) return status.say(gettext("Select a mention of the entity first."));
    if (untagged(store, entity).length) this.makeRoom();
    showEveryMention(this.#room, entity, (command) => history.execute(command));
  }

  find() {
    this.makeRoom();
    /** @param {Segment} segment */
    const choose = (segment) => {
      this.closePanel();
      this.screen.caret.set(...segment);
    };
    showFind(this.#room, choose, (kind, segment) => {
      choose(segment);
      this.compose(kind, segment);
    });
  }

  /** Mark the coding as done, or open it again. @param {HTMLButtonElement} control */
  async turnState(control) {
    const { page, store, status, cards, api } = this.screen;
    const coding = /** @type {Coding} */ (page.coding);
    const unworded = store.ordered.find(({ kind, wording, coding: layer }) => kind === "claim" && !wording && layer === coding.id);
    if (coding.state === "open" && unworded) {
      this.screen.select(unworded.id, true);
      status.say(gettext("A claim has no wording yet: it needs one before the coding is done."));
      cards.focus(unworded.id);
      return;
    }
    control.disabled = true;
    const { status: code, body } = await api.send({ method: "POST", path: "codings/", body: { article: page.article.id, layer: coding.layer, state: coding.state === "open" ? "done" : "open" }, operation: newId() });
    control.disabled = false;
    if (code === 200) {
      Object.assign(coding, body);
      this.showState();
      cards.drawAll();
      status.say(coding.state === "done" ? gettext("Marked as done.") : gettext("Open again."));
    } else status.say(body?.detail ?? gettext("The server did not answer. Nothing was changed."));
    control.focus();
  }

  keys() {
    const focused = document.activeElement;
    showKeys(this.screen.page.me.keys, this.screen.page.urls.keys, () => (focused instanceof HTMLElement ? focused.focus() : this.screen.caret.focus()));
  }
}
