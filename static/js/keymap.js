// @ts-check
/**
 * Every key of the annotation screen. The `?` table and docs/keyboard.md are drawn from here.
 *
 * A key is written with its modifiers in the order Ctrl, Alt, Shift. Shift is written only with keys that have a name: "?" and ":" are
 * what they are on any layout. On a Mac, Command counts as Ctrl.
 */
import { gettext } from "./dom.js";

/** `pair`: the first key goes back, the second on. @typedef {{act: string, keys: string[], pair?: boolean, where: "text" | "reading" | "everywhere" | "composer", group: string, label: string}} Binding */

const MOVE = gettext("Move");
const SELECT = gettext("Select");
const TAG = gettext("Tag");
const GO = gettext("Go through annotations");
const CHANGE = gettext("Change");
const SCREEN = gettext("Screen");

/** "text": while the text has the focus; "reading": the text or the rail; "composer": while something is being made. @type {Binding[]} */
export const KEYMAP = [
  { act: "character", keys: ["ArrowLeft", "ArrowRight"], pair: true, where: "text", group: MOVE, label: gettext("by character") },
  { act: "word", keys: ["Ctrl+ArrowLeft", "Ctrl+ArrowRight"], pair: true, where: "text", group: MOVE, label: gettext("by word") },
  { act: "line", keys: ["ArrowUp", "ArrowDown"], pair: true, where: "text", group: MOVE, label: gettext("by line") },
  { act: "lineEnd", keys: ["Home", "End"], pair: true, where: "text", group: MOVE, label: gettext("to the beginning or the end of the line") },
  { act: "sentence", keys: [",", "."], pair: true, where: "text", group: MOVE, label: gettext("by sentence") },
  { act: "paragraph", keys: ["Ctrl+ArrowUp", "Ctrl+ArrowDown"], pair: true, where: "text", group: MOVE, label: gettext("by paragraph") },
  { act: "textEnd", keys: ["Ctrl+Home", "Ctrl+End"], pair: true, where: "text", group: MOVE, label: gettext("to the beginning or the end of the article") },
  { act: "extendCharacter", keys: ["Shift+ArrowLeft", "Shift+ArrowRight"], pair: true, where: "text", group: SELECT, label: gettext("by character") },
  { act: "extendWord", keys: ["Ctrl+Shift+ArrowLeft", "Ctrl+Shift+ArrowRight"], pair: true, where: "text", group: SELECT, label: gettext("by word") },
  { act: "extendLine", keys: ["Shift+ArrowUp", "Shift+ArrowDown"], pair: true, where: "text", group: SELECT, label: gettext("by line") },
  { act: "extendLineEnd", keys: ["Shift+Home", "Shift+End"], pair: true, where: "text", group: SELECT, label: gettext("to the beginning or the end of the line") },
  { act: "extendSentence", keys: [";", ":"], pair: true, where: "text", group: SELECT, label: gettext("by sentence") },
  { act: "extendParagraph", keys: ["Ctrl+Shift+ArrowUp", "Ctrl+Shift+ArrowDown"], pair: true, where: "text", group: SELECT, label: gettext("by paragraph") },
  { act: "selectWord", keys: ["w"], where: "text", group: SELECT, label: gettext("the word at the caret; again: one word more") },
  { act: "mention", keys: ["e"], where: "reading", group: TAG, label: gettext("as an entity") },
  { act: "stance", keys: ["s"], where: "reading", group: TAG, label: gettext("as a stance") },
  { act: "claim", keys: ["c"], where: "reading", group: TAG, label: gettext("as a claim") },
  { act: "attribution", keys: ["q"], where: "reading", group: TAG, label: gettext("as a quotation") },
  { act: "repeat", keys: ["r"], where: "reading", group: TAG, label: gettext("as the last time: same kind, same fields") },
  { act: "everyMention", keys: ["a"], where: "reading", group: TAG, label: gettext("every mention of this entity") },
  { act: "findAndTag", keys: ["f"], where: "reading", group: TAG, label: gettext("find words and tag them") },
  { act: "pick", keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], where: "composer", group: TAG, label: gettext("pick a position, type or kind; others by their letter") },
  { act: "next", keys: ["]"], where: "reading", group: GO, label: gettext("next annotation") },
  { act: "previous", keys: ["["], where: "reading", group: GO, label: gettext("previous annotation") },
  { act: "outer", keys: ["Alt+ArrowUp"], where: "reading", group: GO, label: gettext("the one around this") },
  { act: "inner", keys: ["Alt+ArrowDown"], where: "reading", group: GO, label: gettext("the one inside this") },
  { act: "comment", keys: ["m"], where: "reading", group: GO, label: gettext("comment on the selected annotation, or answer") },
  { act: "look", keys: ["n"], where: "reading", group: GO, label: gettext("next that needs a look") },
  { act: "open", keys: ["Enter"], where: "reading", group: CHANGE, label: gettext("open the selected annotation; in the composer: save") },
  { act: "back", keys: ["Escape"], where: "everywhere", group: CHANGE, label: gettext("step back; never undo") },
  { act: "resume", keys: ["b"], where: "reading", group: CHANGE, label: gettext("back to what you put aside") },
  { act: "addSegment", keys: ["+"], where: "reading", group: CHANGE, label: gettext("add the selection as a further segment") },
  { act: "dropSegment", keys: ["-"], where: "reading", group: CHANGE, label: gettext("drop the segment at the caret, else the last") },
  { act: "moveEnd", keys: ["Alt+Shift+ArrowLeft", "Alt+Shift+ArrowRight"], pair: true, where: "reading", group: CHANGE, label: gettext("move the end by a word, of the segment at the caret") },
  { act: "moveStart", keys: ["Alt+Shift+ArrowUp", "Alt+Shift+ArrowDown"], pair: true, where: "reading", group: CHANGE, label: gettext("move its beginning by a word") },
  { act: "take", keys: ["y"], where: "reading", group: CHANGE, label: gettext("take the suggestion") },
  { act: "dismiss", keys: ["x"], where: "reading", group: CHANGE, label: gettext("dismiss the suggestion") },
  { act: "delete", keys: ["Delete"], where: "reading", group: CHANGE, label: gettext("delete") },
  { act: "undo", keys: ["Ctrl+z"], where: "everywhere", group: CHANGE, label: gettext("undo") },
  { act: "redo", keys: ["Ctrl+Shift+z", "Ctrl+y"], where: "everywhere", group: CHANGE, label: gettext("redo") },
  { act: "cycle", keys: ["Shift+F6", "F6"], pair: true, where: "everywhere", group: SCREEN, label: gettext("text, rail, composer") },
  { act: "filter", keys: [], where: "reading", group: SCREEN, label: gettext("filter the annotations") },
  { act: "showAll", keys: [], where: "reading", group: SCREEN, label: gettext("show all annotations again") },
  { act: "done", keys: [], where: "reading", group: SCREEN, label: gettext("mark as done, or reopen") },
  { act: "nextArticle", keys: [], where: "reading", group: SCREEN, label: gettext("next article") },
  { act: "list", keys: [], where: "reading", group: SCREEN, label: gettext("back to the list") },
  { act: "palette", keys: ["Ctrl+k"], where: "everywhere", group: SCREEN, label: gettext("everything else, by name") },
  { act: "keys", keys: ["?"], where: "reading", group: SCREEN, label: gettext("this table") },
];

/** What a key without and with Shift is on the layout that the table is made for, by its place. @type {Record<string, string>} */
const PLACES = { BracketLeft: "[{", BracketRight: "]}", Semicolon: ";:", Quote: "'\"", Comma: ",<", Period: ".>", Slash: "/?", Minus: "-_", Equal: "=+" };

/**
 * How a key is written in the table. AltGr makes characters, so it is no modifier; a letter that no Latin layout has is read by the
 * place of its key, so that E is E on a Cyrillic keyboard, and [ is where it is on most others.
 * @param {KeyboardEvent} event
 */
export function keyOf(event) {
  const character = event.key.length === 1;
  const alternate = event.getModifierState?.("AltGraph");
  let { key } = event;
  if (character) {
    key = key.toLowerCase();
    const place = /^(?:Key([A-Z])|Digit(\d))$/.exec(event.code);
    if (key > "\u024F") key = place ? (place[1] ?? place[2]).toLowerCase() : (PLACES[event.code]?.[event.shiftKey ? 1 : 0] ?? key);
  }
  const letter = character && /[a-z]/.test(key);
  const modifiers = [
    (event.ctrlKey || event.metaKey) && !alternate && "Ctrl",
    event.altKey && !alternate && "Alt",
    event.shiftKey && (!character || (letter && (event.ctrlKey || event.metaKey))) && "Shift",
  ];
  return [...modifiers.filter(Boolean), key].join("+");
}

/**
 * What a key does here.
 * @param {string} key as keyOf writes it
 * @param {"text" | "rail" | "composer" | "page"} place where the focus is
 * @param {Record<string, string[]>} [remapped] an editor's own keys by act
 * @returns {{act: string, backward: boolean} | null} `backward`: the first of a pair of keys
 */
export function actOf(key, place, remapped = {}) {
  for (const binding of KEYMAP) {
    const { act, where, pair = false } = binding;
    const index = key ? keysOf(binding, remapped).indexOf(key) : -1;
    if (index < 0) continue;
    if (where === "everywhere" || where === place || (where === "reading" && (place === "text" || place === "rail"))) {
      return { act, backward: pair && index === 0 };
    }
  }
  return null;
}

/** Keys that are no one's to give away: they end, confirm and go on everywhere. */
const KEPT = new Set(["Enter", "Escape", "Tab", "Shift+Tab"]);
/** Acts whose keys are the same for everyone: the codebook says which digits, and Enter and Escape are those of every dialog. */
const FIXED = new Set(["pick", "open", "back"]);
const HEARD = { text: ["text"], reading: ["text", "rail"], composer: ["composer"], everywhere: ["text", "rail", "composer", "page"] };

/** @param {Binding} binding */
export const isFixed = ({ act }) => FIXED.has(act);

/** @param {string} key */
export const isKept = (key) => KEPT.has(key);

/** Which other act a key would take from, heard in the same place. @param {string} key @param {Binding} binding @param {Record<string, string[]>} own */
export function takenBy(key, binding, own) {
  const meet = (/** @type {Binding} */ other) => HEARD[other.where].some((place) => HEARD[binding.where].includes(place));
  return KEYMAP.find((other) => other !== binding && meet(other) && keysOf(other, own).includes(key)) ?? null;
}

/** The digit that a key has: where digits need Shift, as on a French keyboard, the key without it too. @param {KeyboardEvent} event */
export const digitOf = ({ key, code }) => (/^\d$/.test(key) ? key : (/^Digit(\d)$/.exec(code)?.[1] ?? ""));

/** The keys of an act, the editor's own where there are some. @param {Binding} binding @param {Record<string, string[]>} own */
export const keysOf = ({ act, keys }, own) => own[act] ?? keys;

/** Have what the page says of keys say the editor's own. @param {Record<string, string[]>} own by act @param {ParentNode} [page] */
export function showOwnKeys(own, page = document) {
  const named = /** @type {NodeListOf<HTMLElement>} */ (page.querySelectorAll("[data-key], [data-key-title]"));
  for (const element of named) {
    const { key = "", keyTitle } = element.dataset;
    const binding = KEYMAP.find(({ act }) => act === (keyTitle ?? key));
    const [first = ""] = binding ? keysOf(binding, own) : [];
    const shown = first.length === 1 ? first.toUpperCase() : written(first);
    if (!keyTitle) element.textContent = shown;
    else if (shown) element.title = `${element.title} (${shown})`;
  }
}

/** @type {Record<string, string>} */
const NAMES = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", Delete: "Del", Enter: "Enter" };

/** A key as people write it. @param {string} key */
export const written = (key) =>
  key === "+" ? key : key.split(/\+(?=.)/).map((part) => NAMES[part] ?? (key.length > 1 && part.length === 1 ? part.toUpperCase() : part)).join("+");
