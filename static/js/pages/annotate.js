// @ts-check
/**
 * The entry of the annotation screen: every key and press becomes a move or an act.
 *
 * @import { Kind } from "../types.js"
 * @import { Making } from "../making.js"
 */
import { afterFrame, around, doUnseen, fill, find, gettext, idly } from "../dom.js";
import { actOf, keyOf, showOwnKeys } from "../keymap.js";
import { follow, moves, place } from "../moving.js";
import { codePoint } from "../offsets.js";
import { Screen } from "../screen.js";

const tagbar = find("[data-tagbar]");
const panels = find("[data-filters]");

/** @type {Screen} */
const screen = new Screen(
  JSON.parse(find("#document").textContent ?? ""),
  {
    select: (id, scroll) => screen.select(id || null, scroll),
    open: (annotation) => make((hands) => hands.open(annotation)),
    standing: (id) => screen.standing(id),
    unfold: (annotation, selected) => {
      if (!details) unfold().then((came) => came && drawUnfolded(annotation.id));
      return details?.of(annotation, selected) ?? [];
    },
  },
  (event) => {
    const { store, view, filters } = screen;
    const [start, end] = store.selection;
    if (start === end) {
      const ids = event?.target instanceof Element ? view.idsAt(event.target).filter((id) => !filters.hides(id)) : [];
      // A second press at the same place goes on to the annotation around the first.
      const at = ids.indexOf(store.view.selected ?? "");
      screen.select(ids.length ? ids[(at + 1) % ids.length] : null);
    }
    showTagbar(start !== end);
  },
);
const { store, caret, outbox, status, page } = screen;

/* What is loaded later: the details of a card with the first that is unfolded, the hands with the first press */

const PATIENCE = 1500; // milliseconds

/** @type {import("../details.js").Details | null} */
let details = null;
/** @type {Making | null} */
let making = null;
/** Whether something was asked of hands that are not there yet; what is pressed meanwhile waits. */
let asked = false;
/** @type {KeyboardEvent[]} */
let held = [];
/** @type {((keys: KeyboardEvent[]) => void) | null} */
let pressAgain = null;

/**
 * Have something brought, once; null when it could not be had, and then asked for again.
 * @template Thing @param {() => Promise<Thing>} bring @param {string} failed is said then @returns {() => Promise<Thing | null>}
 */
function once(bring, failed) {
  /** @type {Promise<Thing | null> | null} */
  let coming = null;
  return () =>
    (coming ??= bring().catch(() => {
      coming = null;
      if (failed) status.say(failed);
      return null;
    }));
}

const unfold = once(
  async () => {
    const { Details } = await import("../details.js");
    details = new Details(screen, run, (act) => make(act));
    return details;
  },
  gettext("The details could not be loaded: the server did not answer. Try again."),
);

/** Show what has come for a card, which is higher then. @param {string} id */
function drawUnfolded(id) {
  screen.cards.draw([id]);
  if (store.view.selected === id) screen.cards.align(id);
}

const hands = once(
  async () => {
    const [{ Making: Hands }, { pressAgain: press }] = await Promise.all([import("../making.js"), import("../held.js")]);
    const come = new Hands(screen, run, showState);
    pressAgain = press;
    // What the project knows is wanted for the first proposal, but not waited for when it does not come.
    await Promise.race([come.registers.load(), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
    making = come;
    idly(() => void screen.keepPage());
    document.documentElement.dataset.ready = "to annotate";
    return come;
  },
  // Who asked for it is told; who did not has lost nothing.
  "",
);

/** @param {(hands: Making) => void} act */
async function make(act) {
  if (making) {
    act(making);
    return;
  }
  asked = true;
  const came = await hands();
  asked = false;
  const keys = held;
  held = [];
  // Where nothing came, what they were meant for is not there.
  if (!came) return status.say(gettext("The composer could not be loaded: the server did not answer. Try again."));
  act(came);
  pressAgain?.(keys);
}
for (const press of ["pointerdown", "keydown"]) {
  document.addEventListener(press, hands, { once: true, capture: true });
  document.addEventListener(press, unfold, { once: true, capture: true });
}

/* Keys */

const MOVES = moves(screen);
const OWN = page.me.keys;
/** @type {Record<string, (backward: boolean) => void>} */
const ACTS = {
  ...MOVES,
  comment: async () => {
    const { selected } = store;
    if (!selected) return status.say(gettext("Select an annotation first."));
    if (store.view.draft?.before?.id === selected.id) making?.makeRoom();
    if (!(await unfold())?.comments.focus(selected.id)) status.say(gettext("You may not comment here."));
  },
  filter: () => showFilters(!panels.classList.contains("open")),
  showAll: () => screen.filters.clear(),
  done: () => done?.click(),
  nextArticle: () => {
    if (page.next_article) location.assign(page.next_article);
    else status.say(gettext("This is the last article of the list."));
  },
  list: () => location.assign(page.urls.list),
  undo: () => turn(screen.history.undo(), TURNED.undo),
  redo: () => turn(screen.history.redo(), TURNED.redo),
  back,
};

const TURNED = {
  undo: {
    none: gettext("Nothing to undo."),
    whole: gettext("Undone: %(label)s"),
    part: gettext("Undone in part: %(label)s. What somebody else has changed since stays."),
    nothing: gettext("Not undone: %(label)s. Somebody else has changed it since, and that stays."),
  },
  redo: {
    none: gettext("Nothing to do again."),
    whole: gettext("Done again: %(label)s"),
    part: gettext("Done again in part: %(label)s. What somebody else has changed since stays."),
    nothing: gettext("Not done again: %(label)s. Somebody else has changed it since, and that stays."),
  },
};

/** Say what became of a turn. @param {ReturnType<typeof screen.history.undo>} turned @param {typeof TURNED.undo} says */
function turn(turned, says) {
  if (!turned) return status.say(says.none);
  status.say(fill(!turned.changed ? says.nothing : turned.whole ? says.whole : says.part, { label: turned.label }));
}

/** One step back: what is open closes, what is selected is let go. Nothing is undone. */
function back() {
  if (store.view.draft) {
    make(({ composer }) => composer.back());
    return;
  }
  const panel = find("[data-panel]");
  const [start, end] = store.selection;
  if (!panel.hidden) make((hands) => hands.closePanel());
  else if (panels.classList.contains("open")) {
    showFilters(false);
    return;
  } else if (!tagbar.hidden) showTagbar(false);
  else if (start !== end) caret.set(store.view.caret, store.view.caret);
  else if (store.view.selected) screen.select(null);
  caret.focus();
}

/** @param {string} act @param {boolean} [backward] */
function run(act, backward = false) {
  if (ACTS[act]) ACTS[act](backward);
  else {
    showTagbar(false);
    make((hands) => hands.acts()[act]?.(backward));
  }
}

// Its own children alone are looked at: to look through a long text costs more than most keys do.
const isUnderDialog = () => document.body.matches(":has(> dialog[open])");

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented || isUnderDialog()) return;
  const found = actOf(keyOf(event), place(), OWN);
  if (!found) return;
  const target = event.target instanceof Element ? event.target : document.body;
  // In a field, undo is the field's own; a button in the rail is pressed by Enter, not opened.
  if (/^(undo|redo)$/.test(found.act) && target.matches("input:not([type=radio], [type=checkbox]), textarea, select")) return;
  if (found.act === "open" && target.matches("button:not(.say), a")) return;
  if (found.act === "pick") return;
  event.preventDefault();
  run(found.act, found.backward);
});
// While the hands are on their way, keys wait for them: what the screen knows, and what can be written. All others are the browser's.
const WRITTEN = /^(?:.|Enter|Backspace)$/u;
document.addEventListener(
  "keydown",
  (event) => {
    if (!asked || !event.isTrusted || !(WRITTEN.test(keyOf(event)) || actOf(keyOf(event), place(), OWN))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    held.push(event);
  },
  { capture: true },
);

/* Presses */

tagbar.addEventListener("pointerdown", (event) => event.preventDefault());
document.addEventListener("click", (event) => {
  const kind = /** @type {Kind | undefined} */ (around(event, "[data-tag]")?.dataset.tag);
  if (kind) run(kind);
  const turned = around(event, "[data-turn]")?.dataset.turn;
  if (turned) run(turned);
  if (around(event, "[data-keys]")) run("keys");
  if (around(event, "[data-find]")) run("findAndTag");
  if (around(event, "[data-toggle-filters]")) run("filter");
  if (around(event, "[data-show-all]")) {
    run("showAll");
    caret.focus();
  }
});

/** The buttons beside what was selected by mouse or finger. @param {boolean} shown */
function showTagbar(shown) {
  const [start, end] = store.selection;
  // A browser tells of a selection by touch again when the composer has opened with it.
  const isMade = store.view.draft?.annotation.segments.some(([from, to]) => from === start && to === end);
  tagbar.hidden = !shown || store.view.readOnly || Boolean(isMade);
  if (tagbar.hidden) return;
  const rects = screen.view.range(start, end).getClientRects();
  const last = rects[rects.length - 1];
  // Words that are not drawn have no place to stand beside.
  if (!last) {
    tagbar.hidden = true;
    return;
  }
  const origin = /** @type {HTMLElement} */ (tagbar.offsetParent ?? document.body).getBoundingClientRect();
  const width = tagbar.offsetWidth;
  tagbar.style.left = `${Math.max(0, Math.min(last.right - origin.left - width / 2, origin.width - width))}px`;
  tagbar.style.top = `${last.bottom - origin.top + 8}px`;
}

/** Where the filters have no column of their own. @param {boolean} shown */
function showFilters(shown) {
  panels.classList.toggle("open", shown);
  const toggle = find("[data-toggle-filters]");
  toggle.setAttribute("aria-expanded", String(shown));
  if (shown) panels.querySelector("button")?.focus();
  else if (toggle.offsetParent) toggle.focus();
  else caret.focus();
}

/* The state of the coding */

const done = /** @type {HTMLButtonElement | null} */ (document.querySelector("[data-done]"));

function showState() {
  const state = page.coding?.state ?? "open";
  store.show({ readOnly: !screen.trusted || !page.coding || state !== "open" });
  document.body.classList.toggle("read-only", store.view.readOnly);
  if (done) {
    done.textContent = state === "open" ? gettext("Mark as done") : gettext("Reopen");
    // Of a text that is not the server's nobody can say that it is coded.
    done.hidden = !screen.trusted;
  }
  find("[data-state-note]").hidden = state === "open";
  screen.showStatus();
}

done?.addEventListener("click", () => make((come) => come.turnState(done)));

/* The network, the session, the way out */

window.addEventListener("online", () => screen.hurry());
window.addEventListener("offline", () => screen.showStatus());
window.addEventListener("focus", () => outbox.status.signedOut && screen.hurry());
window.addEventListener("beforeunload", (event) => {
  doUnseen();
  const { waiting: unsent, refused, conflicts } = outbox.status;
  const begun = store.view.draft || details?.comments.unsent || making?.drafts.latest;
  if ((unsent || refused || conflicts || begun) && !screen.desk.status.kept) event.preventDefault();
});
window.addEventListener("beforeprint", () => {
  screen.view.finish();
  screen.cards.finish();
});

/** The annotation that the address names: …/#a-<id>. */
function goToHash() {
  const id = /^#a-(.+)$/.exec(location.hash)?.[1];
  if (id && store.annotations.has(id)) screen.select(id, true);
}
window.addEventListener("hashchange", goToHash);

/** The words that the address names, where it is of this text: …/?at=<start>-<end>&revision=<number>, as a search found them. */
function goToWords() {
  const asked = new URLSearchParams(location.search);
  const [, start, end] = /^(\d{1,9})-(\d{1,9})$/.exec(asked.get("at") ?? "") ?? [];
  if (!start || Number(start) >= Number(end) || Number(end) > page.revision.length || asked.get("revision") !== String(page.revision.number)) return;
  caret.set(codePoint(Number(start)), codePoint(Number(end)));
}

showState();
screen.draw();
showOwnKeys(OWN);
follow(screen);
if (!screen.trusted) find("[data-mismatch]").hidden = false;
goToHash();
goToWords();
// Who opens an article sees it first.
await new Promise((resolve) => afterFrame(() => resolve(null)));
await screen.resume((begun) => void make((come) => come.drafts.restore(begun)));
// What an earlier page left unsent may be what the address names.
if (!store.view.selected) goToHash();
// The keys act while the text has the focus: who opens an article can press one at once.
if (document.activeElement === document.body) caret.focus();
document.documentElement.dataset.ready = "to read";
// What colleagues did since the document was made comes with the stream: it is no part of a first visit.
async function followColleagues() {
  try {
    const { Following } = await import("../following.js");
    new Following(screen, showState).start();
  } catch {
    window.addEventListener("online", followColleagues, { once: true });
  }
}
setTimeout(followColleagues, PATIENCE);
// Who may annotate has what that needs before the first press, also should the network go meanwhile; it is no part of a first visit either.
if (!store.view.readOnly) setTimeout(() => idly(hands), 2 * PATIENCE);
