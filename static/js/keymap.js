// @ts-check
/**
 * Every key of the annotation screen. The `?` table and docs/keyboard.md are drawn from here.
 *
 * A key is written with its modifiers in the order Ctrl, Alt, Shift. Shift is written only with keys that have a name: "?" and ":" are
 * what they are on any layout. On a Mac, Command counts as Ctrl.
 */
import { gettext } from "./i18n.js";

/** @typedef {{act: string, keys: string[], where: "text" | "reading" | "everywhere" | "composer", group: string, label: string}} Binding */

const MOVE = gettext("Move");
const SELECT = gettext("Select");
const TAG = gettext("Tag");
const GO = gettext("Go through annotations");
const CHANGE = gettext("Change");
const SCREEN = gettext("Screen");

/** "text": while the text has the focus; "reading": the text or the rail; "composer": while something is being made. @type {Binding[]} */
export const KEYMAP = [
  { act: "character", keys: ["ArrowLeft", "ArrowRight"], where: "text", group: MOVE, label: gettext("by character") },
  { act: "word", keys: ["Ctrl+ArrowLeft", "Ctrl+ArrowRight"], where: "text", group: MOVE, label: gettext("by word") },
  { act: "line", keys: ["ArrowUp", "ArrowDown"], where: "text", group: MOVE, label: gettext("by line") },
  { act: "lineEnd", keys: ["Home", "End"], where: "text", group: MOVE, label: gettext("to the beginning or the end of the line") },
  { act: "sentence", keys: [",", "."], where: "text", group: MOVE, label: gettext("by sentence") },
  { act: "paragraph", keys: ["Ctrl+ArrowUp", "Ctrl+ArrowDown"], where: "text", group: MOVE, label: gettext("by paragraph") },
  { act: "textEnd", keys: ["Ctrl+Home", "Ctrl+End"], where: "text", group: MOVE, label: gettext("to the beginning or the end of the article") },
  { act: "extendCharacter", keys: ["Shift+ArrowLeft", "Shift+ArrowRight"], where: "text", group: SELECT, label: gettext("by character") },
  { act: "extendWord", keys: ["Ctrl+Shift+ArrowLeft", "Ctrl+Shift+ArrowRight"], where: "text", group: SELECT, label: gettext("by word") },
  { act: "extendLine", keys: ["Shift+ArrowUp", "Shift+ArrowDown"], where: "text", group: SELECT, label: gettext("by line") },
  { act: "extendLineEnd", keys: ["Shift+Home", "Shift+End"], where: "text", group: SELECT, label: gettext("to the beginning or the end of the line") },
  { act: "extendSentence", keys: [";", ":"], where: "text", group: SELECT, label: gettext("by sentence") },
  { act: "extendParagraph", keys: ["Ctrl+Shift+ArrowUp", "Ctrl+Shift+ArrowDown"], where: "text", group: SELECT, label: gettext("by paragraph") },
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
  { act: "look", keys: ["n"], where: "reading", group: GO, label: gettext("next that needs a look") },
  { act: "open", keys: ["Enter"], where: "reading", group: CHANGE, label: gettext("open the selected annotation; in the composer: save") },
  { act: "back", keys: ["Escape"], where: "everywhere", group: CHANGE, label: gettext("step back; never undo") },
  { act: "addSegment", keys: ["+"], where: "reading", group: CHANGE, label: gettext("add the selection as a further segment") },
  { act: "dropSegment", keys: ["-"], where: "reading", group: CHANGE, label: gettext("drop the segment at the caret, else the last") },
  { act: "moveEnd", keys: ["Alt+Shift+ArrowLeft", "Alt+Shift+ArrowRight"], where: "reading", group: CHANGE, label: gettext("move the end by a word") },
  { act: "moveStart", keys: ["Alt+Shift+ArrowUp", "Alt+Shift+ArrowDown"], where: "reading", group: CHANGE, label: gettext("move the beginning by a word") },
  { act: "take", keys: ["y"], where: "reading", group: CHANGE, label: gettext("take the suggestion") },
  { act: "dismiss", keys: ["x"], where: "reading", group: CHANGE, label: gettext("dismiss the suggestion") },
  { act: "delete", keys: ["Delete"], where: "reading", group: CHANGE, label: gettext("delete") },
  { act: "undo", keys: ["Ctrl+z"], where: "everywhere", group: CHANGE, label: gettext("undo") },
  { act: "redo", keys: ["Ctrl+Shift+z", "Ctrl+y"], where: "everywhere", group: CHANGE, label: gettext("redo") },
  { act: "cycle", keys: ["F6", "Shift+F6"], where: "everywhere", group: SCREEN, label: gettext("text, rail, composer") },
  { act: "palette", keys: ["Ctrl+k"], where: "everywhere", group: SCREEN, label: gettext("everything else, by name") },
  { act: "keys", keys: ["?"], where: "reading", group: SCREEN, label: gettext("this table") },
];

/**
 * How a key is written in the table. AltGr makes characters, so it is no modifier; a letter that no Latin layout has is read by the
 * place of its key, so that E is E on a Cyrillic keyboard.
 * @param {KeyboardEvent} event
 */
export function keyOf(event) {
  const character = event.key.length === 1;
  const alternate = event.getModifierState?.("AltGraph");
  let { key } = event;
  if (character) {
    key = key.toLowerCase();
    const place = /^(?:Key([A-Z])|Digit(\d))$/.exec(event.code);
    if (key > "\u024F" && place) key = (place[1] ?? place[2]).toLowerCase();
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
  for (const { act, keys, where } of KEYMAP) {
    const own = remapped[act] ?? keys;
    const index = own.indexOf(key);
    if (index < 0) continue;
    if (where === "everywhere" || where === place || (where === "reading" && (place === "text" || place === "rail"))) {
      return { act, backward: index === 0 };
    }
  }
  return null;
}

/** @type {Record<string, string>} */
const NAMES = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", Delete: "Del", Enter: "Enter" };

/** A key as people write it. @param {string} key */
export const written = (key) =>
  key === "+" ? key : key.split(/\+(?=.)/).map((part) => NAMES[part] ?? (key.length > 1 && part.length === 1 ? part.toUpperCase() : part)).join("+");
