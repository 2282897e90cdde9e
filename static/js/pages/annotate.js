// @ts-check
/**
 * The annotation screen put together: the document is read and compared with the text, the parts are made, and every key and press
 * becomes a command, a move or a view. A command goes to the store, the undo log and the outbox; the store alone causes drawing.
 *
 * @import { Annotation, CodePoint, Command, Kind, PageDocument, Segment } from "../types.js"
 * @import { Draft } from "../composing.js"
 */
import { Api, newId } from "../api.js";
import { ArticleText } from "../article.js";
import { Caret } from "../caret.js";
import { History } from "../commands.js";
import { Composer } from "../composer.js";
import { button } from "../controls.js";
import { Composing } from "../composing.js";
import { sha256 } from "../digest.js";
import { around, find } from "../dom.js";
import { Filters } from "../filters.js";
import { fill, gettext } from "../i18n.js";
import { actOf, keyOf } from "../keymap.js";
import { codePoint } from "../offsets.js";
import { Outbox, PATHS } from "../outbox.js";
import { KINDS, Phrases, needsLook } from "../phrases.js";
import { entityNamed } from "../prefill.js";
import { Rail } from "../rail.js";
import { Registers } from "../records.js";
import { StatusLine } from "../status.js";
import { Store } from "../store.js";
import { TextView } from "../text.js";
import { Boundaries } from "../words.js";

/** @type {PageDocument} */
const page = JSON.parse(find("#document").textContent ?? "");
const container = find("[data-text]");

/** The text as the page shows it: its paragraphs, and what stands between them. */
function readText() {
  const elements = [...container.querySelectorAll("p")];
  const gaps = [""];
  for (const node of container.childNodes) {
    if (node.nodeName === "P") gaps.push("");
    else gaps[gaps.length - 1] += node.textContent ?? "";
  }
  return new ArticleText(elements.map((element) => element.textContent ?? ""), page.revision.paragraphs, gaps);
}

const article = readText();
const trusted = sha256(article.toString()) === page.revision.sha256 && !article.mismatches().length;
const store = new Store(page, article);
const phrases = new Phrases(page, () => store.records);
const boundaries = new Boundaries(article, page.article.language);
const view = new TextView(container, store);
const composing = new Composing(store, boundaries, newId);
const api = new Api(page.urls.api, csrfToken);
const registers = new Registers(store, phrases, composing, api);
const rail = find("[data-rail]");
const tagbar = find("[data-tagbar]");
const panel = find("[data-panel]");

/** The cookie's token: signing in again in another tab changes it, and the one in the page would no longer hold. */
function csrfToken() {
  const cookie = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie);
  return cookie ? cookie[1] : (document.querySelector("meta[name=csrf-token]")?.getAttribute("content") ?? "");
}

const status = new StatusLine(find("[data-status]"), find("[data-live]"), () => {
  window.open("/accounts/login/", "_blank", "noopener");
});

const outbox = new Outbox({
  send: (request) => api.send(request),
  newId,
  settle: settled,
  tell: () => status.show(outbox.status, store.view.readOnly),
  trouble: (id) => cards.draw([id]),
  body: (state) => (state.segments ? { ...state, exact: article.exact(state.segments) } : { ...state, project: page.project.slug }),
});
for (const annotation of page.annotations) outbox.know(annotation);

const history = new History((id) => store.annotations.get(id) ?? null, perform);

/** @param {Command} command */
function perform({ label, changes }) {
  store.apply(changes);
  outbox.put(
    changes.map(({ before, after }) => {
      const { id, kind } = /** @type {Annotation} */ (after ?? before);
      return { path: PATHS[kind], id, wanted: after };
    }),
  );
  status.say(label);
}

/** The server has an annotation or a record as `state`; null: not at all. @param {any} state @param {string} id @param {string} path */
function settled(state, id, path) {
  if (path === "entities" || path === "issues" || path === "propositions") {
    if (state) store.keepRecord(path, state);
    return;
  }
  const current = store.annotations.get(id) ?? null;
  if (current || state) store.apply([{ before: current, after: state }]);
}

/** @param {Annotation} annotation */
function mayChange(annotation) {
  if (store.view.readOnly || annotation.coding !== page.coding?.id) return false;
  return !annotation.created_by || annotation.created_by === page.me.username || /^(editor|manager)$/.test(page.me.role);
}

const caret = new Caret(view, store, boundaries, find("[data-caret]"), (event) => {
  const [start, end] = store.selection;
  if (start === end) {
    const ids = event?.target instanceof Element ? view.idsAt(event.target).filter((id) => !filters.hides(id)) : [];
    // A second press at the same place goes on to the annotation around the first.
    const at = ids.indexOf(store.view.selected ?? "");
    select(ids.length ? ids[(at + 1) % ids.length] : null);
  }
  showTagbar(start !== end);
});

const cards = new Rail(find("[data-list]"), rail, store, view, phrases, {
  select: (id, scroll) => select(id || null, scroll),
  open,
  remove,
  mayChange,
  standing: (id) => ({ pending: outbox.entries.has(id), problem: outbox.entries.get(id)?.problem ?? null, conflict: outbox.conflicts.get(id) }),
  settle: settleConflict,
  discard: (id) => {
    outbox.discard(id);
    cards.draw([id]);
  },
  extra: (annotation) => (annotation.kind === "mention" && annotation.entity ? [button(gettext("Every mention"), everyMention)] : annotation.origin === "suggested" ? [button(gettext("Take"), () => decide(true)), button(gettext("Dismiss"), () => decide(false))] : []),
});

const composer = new Composer(find("[data-composer]"), { store, phrases, registers, composing, save, close: closeComposer, remove: (draft) => draft.before && remove(draft.before), say: (text) => status.say(text) });

const filters = new Filters(find("[data-filters]"), store, phrases, (hidden, active) => {
  view.filter(hidden);
  cards.filter(hidden);
  find("[data-active]").textContent = active ? String(active) : "";
  status.say(fill(gettext("%(shown)s of %(all)s shown"), { shown: cards.shown().length, all: store.ordered.length }));
});

let counting = 0;
store.subscribe(({ ids, paragraphs, view: seen, records }) => {
  if (paragraphs.size) {
    view.draw(paragraphs);
    caret.sync();
    caret.draw();
  }
  if (ids.size) cards.draw(ids);
  if (ids.size || records) {
    cancelAnimationFrame(counting);
    counting = requestAnimationFrame(() => {
      filters.draw();
      count();
    });
  }
  if (seen.has("selected") || ids.has(store.view.selected ?? "")) highlightSelected();
  if (seen.has("draft")) {
    composer.show(store.view.draft);
    view.highlight("kept", store.view.draft?.annotation.segments ?? []);
  }
});

function count() {
  find("[data-count]").textContent = String(store.ordered.length);
  find("[data-empty]").hidden = store.ordered.length > 0;
}

/** The words of the selected annotation, and lightly those that belong to it: who speaks, the cue, hedges, the target. */
function highlightSelected() {
  const annotation = store.selected;
  const attribution = annotation?.attribution ? store.annotations.get(annotation.attribution) : annotation;
  view.highlight("selected", annotation?.segments ?? []);
  view.highlight("source", attribution?.source_span ?? []);
  view.highlight("cue", attribution?.cue_span ?? []);
  view.highlight("target", annotation?.target_span ?? []);
  view.highlight("hedge", annotation?.hedge_spans ?? []);
}

/** @param {string | null} id @param {boolean} [scroll] bring its words into view */
function select(id, scroll = false) {
  const before = store.view.selected;
  const annotation = id ? store.annotations.get(id) : null;
  const now = annotation?.id ?? null;
  if (before !== now) {
    store.show({ selected: now });
    cards.select(before, now);
  }
  if (!annotation) return;
  const [start] = annotation.segments[0];
  if (scroll) {
    reveal(start);
    store.show({ anchor: start, caret: start });
    caret.sync();
    caret.draw();
  }
  cards.align(annotation.id);
}

/** Scroll so that a position stands in the upper part of the window; not at all when it stands in the part that is free. @param {CodePoint} position @param {number} [free] */
function reveal(position, free = 0.7) {
  const rect = view.range(position, codePoint(position + 1)).getBoundingClientRect();
  const top = find("header.bar").getBoundingClientRect().bottom;
  if (rect.top > top + 24 && rect.bottom < innerHeight * free) return;
  window.scrollBy({ top: rect.top - top - Math.min(innerHeight / 4, 24 + innerHeight * (free - 0.2)), behavior: "instant" });
}

/** Read out what was selected by key. @param {string} id */
function announce(id) {
  const annotation = store.annotations.get(id);
  if (annotation) status.say(`${KINDS[annotation.kind]}: ${phrases.plain(annotation, article.exact(annotation.segments))}`);
}

/* Making and changing */

/** The words to tag: the selection, else the word at the caret. @returns {Segment | null} */
function words() {
  const [start, end] = store.selection;
  return start < end ? article.trim(start, end) : boundaries.wordAt(store.view.caret);
}

/** @param {Kind} kind @param {Segment | null} [segment] */
function compose(kind, segment = words()) {
  if (store.view.readOnly) {
    status.say(gettext("This article is read only."));
    return;
  }
  if (!segment) {
    status.say(gettext("Select the words first: with the mouse, or with W."));
    return;
  }
  showTagbar(false);
  if (!panel.hidden) closePanel();
  select(null);
  store.show({ draft: composing.begin(kind, [segment]) });
  // On a telephone the composer covers the lower half.
  if (getComputedStyle(find("[data-composer]")).position === "fixed") reveal(segment[0], 0.25);
}

/** Tag as the last time: the same kind with the same fields, on other words. */
function repeat() {
  const { latest } = composing;
  const segment = words();
  if (!latest || !segment || store.view.readOnly) {
    status.say(gettext("There is nothing to repeat yet."));
    return;
  }
  const draft = composing.begin(latest.kind, [segment]);
  composing.copy(latest, draft.annotation);
  const missing = Object.keys(composing.problems(draft)).length > 0;
  if (missing || latest.kind === "claim") store.show({ selected: null, draft });
  else save(draft);
}

/** A suggestion becomes the editor's own, or goes. @param {boolean} taken */
function decide(taken) {
  const suggestion = store.selected;
  if (suggestion?.origin !== "suggested" || !mayChange(suggestion)) {
    status.say(gettext("This is no suggestion."));
    return;
  }
  if (taken) history.execute({ label: gettext("Suggestion taken"), changes: [{ before: suggestion, after: { ...suggestion, origin: "manual" } }] });
  else history.execute({ ...composing.remove(suggestion), label: gettext("Suggestion dismissed") });
  caret.focus();
}

const room = { place: panel, store, view, phrases, composing, close: closePanel, say: (/** @type {string} */ text) => status.say(text) };

function closePanel() {
  panel.hidden = true;
  panel.replaceChildren();
  view.highlight("hit", []);
  highlightSelected();
  caret.focus();
}

async function everyMention() {
  const segment = words();
  const id = store.selected?.entity ?? store.selected?.holder ?? store.selected?.claimant ?? store.selected?.source;
  const entity = store.records.entities[id] ?? (segment && entityNamed(article.slice(...segment), Object.values(store.records.entities)));
  if (!entity || store.view.readOnly) {
    status.say(gettext("Select a mention of the entity first."));
    return;
  }
  const { showEveryMention } = await import("../finding.js");
  showEveryMention(room, entity, (command) => history.execute(command));
}

async function findAndTag() {
  const { showFind } = await import("../finding.js");
  const choose = (/** @type {Segment} */ segment) => {
    closePanel();
    caret.set(...segment);
  };
  showFind(room, choose, (kind, segment) => {
    choose(segment);
    compose(kind, segment);
  });
}

async function showKeys() {
  const { showKeys: show } = await import("../help.js");
  const focused = document.activeElement;
  show(() => (focused instanceof HTMLElement && focused !== container ? focused.focus() : caret.focus()));
}

async function showPalette() {
  const { showPalette: show } = await import("../help.js");
  show((act) => ACTS[act]?.(false), () => caret.focus());
}

/** @param {Annotation} annotation */
function open(annotation) {
  if (!mayChange(annotation)) {
    status.say(gettext("You may not change this annotation."));
    return;
  }
  select(annotation.id);
  const draft = composing.change(annotation);
  const problem = outbox.entries.get(annotation.id)?.problem;
  for (const { field, message } of problem?.errors ?? []) draft.errors[field] = message;
  store.show({ draft });
}

function closeComposer() {
  store.show({ draft: null });
  caret.focus();
}

/** @param {Draft} draft */
function save(draft) {
  for (const { noun, record } of draft.records) {
    if (!Object.values(draft.annotation).includes(record.id) && draft.quotation?.source !== record.id) continue;
    store.keepRecord(noun, record);
    outbox.put([{ path: noun, id: record.id, wanted: record }]);
  }
  const command = composing.command(draft);
  closeComposer();
  history.execute(command);
  const id = draft.annotation.id;
  const [, end] = draft.annotation.segments[draft.annotation.segments.length - 1];
  if (!draft.before) caret.set(end, end, { scroll: false });
  select(id);
}

/** @param {Annotation} annotation */
function remove(annotation) {
  if (!mayChange(annotation)) {
    status.say(gettext("You may not delete this annotation."));
    return;
  }
  const within = rail.contains(document.activeElement) && !find("[data-composer]").contains(document.activeElement);
  const next = cards.shown()[cards.shown().indexOf(annotation) + 1]?.id;
  if (store.view.draft) closeComposer();
  history.execute(composing.remove(annotation));
  if (within && cards.focus(next)) return;
  caret.focus();
}

/** @param {string} id @param {"mine" | "theirs" | "both"} keep */
function settleConflict(id, keep) {
  const conflict = outbox.conflicts.get(id);
  if (!conflict) return;
  const { mine, theirs, fields } = conflict;
  const current = store.annotations.get(id) ?? null;
  outbox.forget(id);
  if (mine && !theirs) {
    if (keep === "mine") outbox.put([{ path: PATHS[mine.kind], id, wanted: mine }]);
    else store.apply([{ before: current, after: null }]);
  } else if (keep === "mine") {
    const after = mine && current ? { ...current, ...Object.fromEntries(fields.map((name) => [name, mine[name]])) } : null;
    history.execute({ label: gettext("Yours is kept"), changes: [{ before: current, after }] });
  } else if (keep === "both" && mine) {
    history.execute({ label: gettext("Both are kept"), changes: [{ before: null, after: { ...mine, id: newId(), external_id: "", version: 0 } }] });
  }
  cards.draw([id]);
  cards.focus(id);
}

/** Change the place of the selected annotation or of the draft. @param {(segments: Segment[]) => Segment[] | null} change */
function reshape(change) {
  const { draft } = store.view;
  const annotation = draft?.annotation ?? store.selected;
  if (!annotation || (!draft && !mayChange(annotation))) return;
  const segments = change(annotation.segments.map(([start, end]) => [start, end]));
  if (!segments?.length) return;
  if (draft) {
    draft.annotation.segments = segments;
    composer.redraw();
    view.highlight("kept", segments);
  } else {
    history.execute({ label: gettext("Place changed"), changes: [{ before: annotation, after: { ...annotation, segments } }] });
  }
  status.say(article.exact(segments).join(" … "));
}

/** @param {boolean} end which boundary moves @param {1 | -1} direction */
function moveBoundary(end, direction) {
  reshape((segments) => {
    const moved = end ? segments[segments.length - 1] : segments[0];
    const to = boundaries.step(moved[end ? 1 : 0], "word", direction);
    const trimmed = end ? article.trim(moved[0], to) : article.trim(to, moved[1]);
    if (!trimmed) return null;
    return article.join(segments.filter((segment) => segment !== moved), trimmed);
  });
}

/* Going about */

/** @param {1 | -1} direction @param {(annotation: Annotation) => boolean} [wanted] */
function go(direction, wanted = () => true) {
  const shown = cards.shown().filter(wanted);
  if (!shown.length) {
    status.say(gettext("Nothing more here."));
    return;
  }
  const selected = store.selected;
  const { caret: position } = store.view;
  let index = selected ? shown.indexOf(selected) : -1;
  if (index >= 0) index += direction;
  else {
    index = shown.findIndex(({ segments }) => segments[0][0] >= position);
    if (index < 0) index = direction > 0 ? 0 : shown.length;
    if (direction < 0) index -= 1;
  }
  const { id } = shown[(index + shown.length) % shown.length];
  const inRail = rail.contains(document.activeElement);
  select(id, true);
  if (inRail) cards.focus(id);
  announce(id);
}

/** @param {1 | -1} direction 1: to the annotation around the selected, -1: inside it */
function goThrough(direction) {
  const stack = store.touching(store.view.caret, store.view.caret).filter(({ id }) => !filters.hides(id));
  if (!stack.length) return;
  const at = stack.findIndex(({ id }) => id === store.view.selected);
  const next = at < 0 ? stack[0] : stack[Math.min(Math.max(at + direction, 0), stack.length - 1)];
  const { caret: position } = store.view;
  select(next.id);
  caret.set(position, position, { scroll: false });
  announce(next.id);
}

/** Text, rail, composer and round again. @param {boolean} backward */
function cycle(backward) {
  const places = ["text", ...(cards.shown().length ? ["rail"] : []), ...(store.view.draft || !panel.hidden ? ["composer"] : [])];
  const here = Math.max(0, places.indexOf(place()));
  const next = place() === "page" ? "text" : places[(here + (backward ? places.length - 1 : 1)) % places.length];
  if (next === "text") caret.focus();
  else if (next === "rail") cards.focus(store.view.selected ?? undefined);
  else if (store.view.draft) composer.focusFirst();
  else panel.querySelector("input")?.focus();
}

/** Where the focus is. @returns {"text" | "rail" | "composer" | "page"} */
function place() {
  const active = document.activeElement;
  if (container === active) return "text";
  if (find("[data-composer]").contains(active) || panel.contains(active)) return "composer";
  return find("[data-list]").contains(active) ? "rail" : "page";
}

/** The buttons beside what was selected by mouse or finger. @param {boolean} shown */
function showTagbar(shown) {
  tagbar.hidden = !shown || store.view.readOnly;
  if (tagbar.hidden) return;
  const [start, end] = store.selection;
  const rects = view.range(start, end).getClientRects();
  const last = rects[rects.length - 1];
  const origin = /** @type {HTMLElement} */ (tagbar.offsetParent ?? document.body).getBoundingClientRect();
  const width = tagbar.offsetWidth;
  tagbar.style.left = `${Math.max(0, Math.min(last.right - origin.left - width / 2, origin.width - width))}px`;
  tagbar.style.top = `${last.bottom - origin.top + 8}px`;
}

/** @type {Record<string, (backward: boolean) => void>} */
const ACTS = {
  character: (backward) => caret.step("grapheme", backward ? -1 : 1, false),
  extendCharacter: (backward) => caret.step("grapheme", backward ? -1 : 1, true),
  word: (backward) => caret.step("word", backward ? -1 : 1, false),
  extendWord: (backward) => caret.step("word", backward ? -1 : 1, true),
  line: (backward) => caret.stepLine(backward ? -1 : 1, false),
  extendLine: (backward) => caret.stepLine(backward ? -1 : 1, true),
  lineEnd: (backward) => caret.stepLineEnd(backward ? -1 : 1, false),
  extendLineEnd: (backward) => caret.stepLineEnd(backward ? -1 : 1, true),
  sentence: (backward) => caret.step("sentence", backward ? -1 : 1, false),
  extendSentence: (backward) => caret.step("sentence", backward ? -1 : 1, true),
  paragraph: (backward) => caret.step("paragraph", backward ? -1 : 1, false),
  extendParagraph: (backward) => caret.step("paragraph", backward ? -1 : 1, true),
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
  mention: () => compose("mention"),
  stance: () => compose("stance"),
  claim: () => compose("claim"),
  attribution: () => compose("attribution"),
  next: () => go(1),
  previous: () => go(-1),
  look: () => go(1, (annotation) => Boolean(needsLook(annotation)) || outbox.conflicts.has(annotation.id) || Boolean(outbox.entries.get(annotation.id)?.problem)),
  outer: () => goThrough(1),
  inner: () => goThrough(-1),
  open: () => {
    const selected = store.selected ?? store.touching(store.view.caret, store.view.caret).find(({ id }) => !filters.hides(id));
    if (selected) open(selected);
  },
  back: () => {
    if (store.view.draft) composer.back();
    else if (!panel.hidden) closePanel();
    else if (find("[data-filters]").classList.contains("open")) showFilters(false);
    else if (!tagbar.hidden) showTagbar(false);
    else if (store.selection[0] !== store.selection[1]) caret.set(store.view.caret, store.view.caret);
    else if (store.view.selected) select(null);
    if (!store.view.draft && document.activeElement !== find("[data-toggle-filters]")) caret.focus();
  },
  addSegment: () => {
    const [start, end] = store.selection;
    const added = start < end ? article.trim(start, end) : null;
    if (added) reshape((segments) => article.join(segments, added));
  },
  dropSegment: () =>
    reshape((segments) => {
      const at = segments.findIndex(([start, end]) => start <= store.view.caret && store.view.caret <= end);
      return segments.length > 1 ? segments.filter((_, index) => index !== (at < 0 ? segments.length - 1 : at)) : null;
    }),
  moveEnd: (backward) => moveBoundary(true, backward ? -1 : 1),
  moveStart: (backward) => moveBoundary(false, backward ? -1 : 1),
  delete: () => store.selected && remove(store.selected),
  undo: () => turnHistory(history.undo(), gettext("Undone: %(what)s"), gettext("Nothing to undo.")),
  redo: () => turnHistory(history.redo(), gettext("Done again: %(what)s"), gettext("Nothing to do again.")),
  repeat,
  take: () => decide(true),
  dismiss: () => decide(false),
  everyMention,
  findAndTag,
  palette: showPalette,
  cycle: () => cycle(false),
  keys: showKeys,
};

/** @param {string | null} label @param {string} done @param {string} nothing */
function turnHistory(label, done, nothing) {
  status.say(label ? fill(done, { what: label }) : nothing);
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const key = keyOf(event);
  const here = place();
  const found = actOf(key, here);
  const act = found && ACTS[found.act];
  if (!act) return;
  // In a field, undo is the field's own.
  if (/^(undo|redo)$/.test(found.act) && event.target instanceof Element && event.target.matches("input:not([type=radio], [type=checkbox]), textarea, select")) return;
  // A button in the rail is pressed by Enter, not opened.
  if (found.act === "open" && event.target instanceof HTMLButtonElement && !event.target.matches(".say")) return;
  event.preventDefault();
  if (found.act === "cycle") cycle(event.shiftKey);
  else act(found.backward);
});

tagbar.addEventListener("pointerdown", (event) => event.preventDefault());
document.addEventListener("click", (event) => {
  const kind = around(event, "[data-tag]")?.dataset.tag;
  if (kind) compose(/** @type {Kind} */ (kind));
  if (around(event, "[data-keys]")) showKeys();
  if (around(event, "[data-toggle-filters]")) showFilters(!find("[data-filters]").classList.contains("open"));
  if (around(event, "[data-find]")) findAndTag();
});

panel.addEventListener("submit", (event) => event.preventDefault());

/** Where the filters have no column of their own. @param {boolean} shown */
function showFilters(shown) {
  find("[data-filters]").classList.toggle("open", shown);
  find("[data-toggle-filters]").setAttribute("aria-expanded", String(shown));
  if (!shown) find("[data-toggle-filters]").focus();
}

/* The rail goes along with the text */
let following = 0;
window.addEventListener(
  "scroll",
  () => {
    cancelAnimationFrame(following);
    following = requestAnimationFrame(() => {
      if (rail.matches(":hover, :focus-within") || store.view.draft) return;
      const selected = store.selected && view.place(store.selected.id);
      if (store.selected && selected && selected.top > 0 && selected.top < innerHeight) {
        cards.align(store.selected.id);
        return;
      }
      const first = view.paragraphs.findIndex((paragraph) => paragraph.getBoundingClientRect().bottom > 80);
      const top = cards.shown().find(({ segments }) => first >= 0 && segments[0][0] >= article.paragraphs[first].start);
      if (top) cards.align(top.id);
    });
  },
  { passive: true },
);

/* The state of the coding */
const done = /** @type {HTMLButtonElement | null} */ (document.querySelector("[data-done]"));

function showState() {
  const state = page.coding?.state ?? "open";
  store.show({ readOnly: !trusted || !page.coding || state !== "open" });
  document.body.dataset.state = state;
  document.body.classList.toggle("read-only", store.view.readOnly);
  if (done) done.textContent = state === "open" ? gettext("Mark as done") : gettext("Reopen");
  find("[data-state-note]").hidden = state === "open";
  status.show(outbox.status, store.view.readOnly);
  if (page.annotations.length) cards.drawAll();
}

done?.addEventListener("click", async () => {
  const { coding } = page;
  if (!coding) return;
  const unworded = store.ordered.filter(({ kind, wording, coding: layer }) => kind === "claim" && !wording && layer === coding.id);
  if (coding.state === "open" && unworded.length) {
    select(unworded[0].id, true);
    status.say(gettext("A claim has no wording yet: it needs one before the coding is done."));
    cards.focus(unworded[0].id);
    return;
  }
  done.disabled = true;
  const { status: code, body } = await api.send({ method: "PATCH", path: `codings/${coding.id}/`, body: { state: coding.state === "open" ? "done" : "open" }, operation: newId() });
  done.disabled = false;
  if (code === 200) {
    Object.assign(coding, body);
    showState();
    status.say(coding.state === "done" ? gettext("Marked as done.") : gettext("Open again."));
  } else status.say(body?.detail ?? gettext("The server did not answer. Nothing was changed."));
  done.focus();
});

window.addEventListener("online", () => outbox.resume());
window.addEventListener("focus", () => outbox.status.signedOut && outbox.resume());
window.addEventListener("beforeunload", (event) => {
  const { waiting, refused, conflicts } = outbox.status;
  if (waiting || refused || conflicts || store.view.draft) event.preventDefault();
});

/** The annotation that the address names: …/#a-<id>. */
function goToHash() {
  const id = /^#a-(.+)$/.exec(location.hash)?.[1];
  if (id && store.annotations.has(id)) select(id, true);
}
window.addEventListener("hashchange", goToHash);

view.drawAll();
filters.draw();
count();
showState();
if (!trusted) {
  find("[data-mismatch]").hidden = false;
  status.say(find("[data-mismatch]").textContent ?? "");
}
goToHash();
document.documentElement.dataset.ready = "";
registers.load();
// So that they open at once: what is typed after their key must not act on the text.
setTimeout(() => Promise.all([import("../finding.js"), import("../help.js")]), 1000);
