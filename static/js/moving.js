// @ts-check
/**
 * Going about the screen: the caret's moves, from annotation to annotation, from text to rail to composer.
 *
 * @import { Annotation } from "./types.js"
 * @import { Screen } from "./screen.js"
 * @import { Unit } from "./article.js"
 */
import { find, gettext } from "./dom.js";
import { codePoint } from "./offsets.js";
import { needsLook } from "./phrases.js";
import { inTextOrder } from "./segments.js";

/** Where the focus is; in a field, letters are text. @returns {"text" | "rail" | "composer" | "page"} */
export function place() {
  const active = document.activeElement;
  if (active?.matches("[data-text]")) return "text";
  if (active?.closest("[data-composer], [data-panel]")) return "composer";
  return active?.closest("[data-list], [data-adrift]") && !active.matches("textarea") ? "rail" : "page";
}

/** What the keys for moving do, by their act in the key map. @param {Screen} screen @returns {Record<string, (backward: boolean) => void>} */
export function moves(screen) {
  const { caret, store, boundaries, article } = screen;
  /** @param {Unit | "paragraph"} unit @param {boolean} extend */
  const step = (unit, extend) => (/** @type {boolean} */ backward) => caret.step(unit, backward ? -1 : 1, extend);
  /** @param {Unit} unit @param {boolean} extend */
  const aside = (unit, extend) => (/** @type {boolean} */ left) => caret.stepAside(unit, left, extend);
  return {
    character: aside("grapheme", false),
    extendCharacter: aside("grapheme", true),
    word: aside("word", false),
    extendWord: aside("word", true),
    sentence: step("sentence", false),
    extendSentence: step("sentence", true),
    paragraph: step("paragraph", false),
    extendParagraph: step("paragraph", true),
    line: (backward) => caret.stepLine(backward ? -1 : 1, false),
    extendLine: (backward) => caret.stepLine(backward ? -1 : 1, true),
    lineEnd: (backward) => caret.stepLineEnd(backward ? -1 : 1, false),
    extendLineEnd: (backward) => caret.stepLineEnd(backward ? -1 : 1, true),
    textEnd: (backward) => {
      const { paragraphs } = article;
      const end = backward ? paragraphs[0].start : paragraphs[paragraphs.length - 1].end;
      caret.set(end, end);
    },
    selectWord: () => {
      const [start, end] = store.selection;
      const found = start < end ? boundaries.grow(start, end) : boundaries.wordAt(store.view.caret);
      if (found) caret.set(...found);
    },
    next: () => go(screen, 1),
    previous: () => go(screen, -1),
    look: () => look(screen),
    cycle: (backward) => cycle(screen, backward),
    outer: () => goThrough(screen, 1),
    inner: () => goThrough(screen, -1),
  };
}

/** Whether an annotation needs a look: by what it says, what is said about it, or what became of it. @param {Screen} screen @param {string} id */
function waits(screen, id) {
  const { annotations, comments } = screen.store;
  const annotation = annotations.get(id);
  const { conflicts, problem } = screen.standing(id);
  return Boolean((annotation && needsLook(annotation)) || comments.get(id)?.some(({ resolved }) => !resolved) || conflicts.length || problem);
}

/** To the next that needs a look; after the last of the text come those that have no place in it. @param {Screen} screen */
function look(screen) {
  const { store, cards } = screen;
  const waiting = cards.shown().filter(({ id }) => waits(screen, id));
  const { on, index } = from(screen, waiting);
  const atEnd = (on ? index + 1 : index) >= waiting.length;
  if ((cards.isAdrift || atEnd) && cards.stepAdrift()) return;
  if (cards.isAdrift) {
    screen.caret.focus();
    store.show({ anchor: codePoint(0), caret: codePoint(0), selected: null });
  }
  go(screen, 1, ({ id }) => waits(screen, id));
}

/** @param {Screen} screen @param {1 | -1} direction @param {(annotation: Annotation) => boolean} [wanted] */
function go(screen, direction, wanted = () => true) {
  const { store, cards } = screen;
  const shown = cards.shown().filter(wanted);
  if (!shown.length) {
    screen.status.say(gettext("Nothing more here."));
    return;
  }
  const at = from(screen, shown);
  const index = at.on ? at.index + direction : direction > 0 ? at.index : at.index - 1;
  const { id } = shown[(index + shown.length) % shown.length];
  const inRail = place() === "rail";
  screen.select(id, true);
  if (inRail) cards.focus(id);
  screen.announce(id);
}

/**
 * Where among annotations one stands: `on` the selected, as long as the caret stayed with it, else before the first that begins after
 * the caret.
 * @param {Screen} screen @param {Annotation[]} shown
 */
function from({ store }, shown) {
  const { selected } = store;
  const { caret } = store.view;
  const stayed = selected && (place() === "rail" || (selected.segments[0][0] <= caret && caret <= selected.segments[selected.segments.length - 1][1]));
  if (selected && stayed) {
    const index = shown.indexOf(selected);
    if (index >= 0) return { on: true, index };
    // It is not among those that are sought: the next of them in text order.
    const later = shown.findIndex((other) => inTextOrder(selected, other) < 0);
    return { on: false, index: later < 0 ? shown.length : later };
  }
  const after = shown.findIndex(({ segments }) => segments[0][0] >= caret);
  return { on: false, index: after < 0 ? shown.length : after };
}

/** @param {Screen} screen @param {1 | -1} direction 1: to the annotation around the selected, -1: inside it */
function goThrough(screen, direction) {
  const { store, caret, filters } = screen;
  const position = store.view.caret;
  const stack = store.touching(position, position).filter(({ id }) => !filters.hides(id));
  if (!stack.length) return;
  const at = stack.findIndex(({ id }) => id === store.view.selected);
  const { id } = at < 0 ? stack[0] : stack[Math.min(Math.max(at + direction, 0), stack.length - 1)];
  screen.select(id);
  caret.set(position, position, { scroll: false });
  screen.announce(id);
}

/** Text, rail, composer and round again. @param {Screen} screen @param {boolean} backward */
function cycle({ cards, caret, store }, backward) {
  const open = ["[data-composer]", "[data-panel]"].map((selector) => find(selector)).find((form) => !form.hidden);
  const places = ["text", ...(cards.shown().length ? ["rail"] : []), ...(open ? ["composer"] : [])];
  const here = places.indexOf(place());
  const next = here < 0 ? "text" : places[(here + (backward ? places.length - 1 : 1)) % places.length];
  if (next === "text") caret.focus();
  else if (next === "rail") cards.focus(store.view.selected ?? undefined);
  else /** @type {HTMLElement | null | undefined} */ (open?.querySelector("input:checked") ?? open?.querySelector("input, textarea, button"))?.focus();
}

/** Have the rail go along with the text, unless the editor is at work in it. @param {Screen} screen */
export function follow({ rail, store, view, cards, article }) {
  let following = 0;
  const align = () => {
    if (rail.matches(":hover, :focus-within") || store.view.draft) return;
    const selected = store.selected && view.place(store.selected.id);
    if (store.selected && selected && selected.top > 0 && selected.top < innerHeight) {
      cards.align(store.selected.id);
      return;
    }
    const top = rail.getBoundingClientRect().top;
    const first = article.paragraphs[view.firstBelow(top)];
    const annotation = first && cards.shown().find(({ segments }) => segments[0][0] >= first.start);
    if (annotation) cards.align(annotation.id);
  };
  window.addEventListener(
    "scroll",
    () => {
      cancelAnimationFrame(following);
      following = requestAnimationFrame(align);
    },
    { passive: true },
  );
}
