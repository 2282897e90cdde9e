import { equal, test } from "./harness.js";
import { KEYMAP, actOf, digitOf, keyOf, takenBy, written } from "/modules/keymap.js";

const press = (key, code, modifiers = {}) => ({ key, code, getModifierState: (name) => name === "AltGraph" && Boolean(modifiers.altGraph), ...modifiers });

test("letters whatever their case", () => equal([keyOf(press("E", "KeyE", { shiftKey: true })), keyOf(press("e", "KeyE"))], ["e", "e"]));
test("a letter of another alphabet is read by its place", () => equal([keyOf(press("у", "KeyE")), keyOf(press("ق", "KeyR"))], ["e", "r"]));
test("a Latin letter is read by what it is, not by its place", () => equal(keyOf(press("a", "KeyQ")), "a"));
test("what AltGr makes is the character alone", () => equal(keyOf(press("[", "Digit8", { ctrlKey: true, altKey: true, altGraph: true })), "["));
test("a character made with Shift is itself", () => equal([keyOf(press("?", "Slash", { shiftKey: true })), keyOf(press(":", "Semicolon", { shiftKey: true })), keyOf(press("+", "Equal", { shiftKey: true }))], ["?", ":", "+"]));
test("modifiers in their order", () => equal([keyOf(press("ArrowLeft", "ArrowLeft", { ctrlKey: true, shiftKey: true })), keyOf(press("z", "KeyZ", { metaKey: true })), keyOf(press("Z", "KeyZ", { ctrlKey: true, shiftKey: true }))], ["Ctrl+Shift+ArrowLeft", "Ctrl+z", "Ctrl+Shift+z"]));
test("a letter acts in text and rail, not elsewhere", () => equal(["text", "rail", "composer", "page"].map((place) => actOf("s", place)?.act ?? null), ["stance", "stance", null, null]));
test("caret keys act in the text alone", () => equal(["text", "rail"].map((place) => actOf("ArrowDown", place)?.act ?? null), ["line", null]));
test("a pair of keys tells its direction", () => equal([actOf("ArrowLeft", "text").backward, actOf("ArrowRight", "text").backward], [true, false]));
test("an editor's own keys take the place of the others", () => equal([actOf("t", "text", { stance: ["t"] })?.act, actOf("s", "text", { stance: ["t"] })], ["stance", null]));
test("no key has two meanings in one place", () => {
  for (const place of ["text", "rail", "composer", "page"]) {
    const seen = new Map();
    for (const { act, keys, where } of KEYMAP) {
      const here = where === "everywhere" || where === place || (where === "reading" && (place === "text" || place === "rail"));
      for (const key of here ? keys : []) {
        if (seen.has(key)) throw new Error(`${key} is ${seen.get(key)} and ${act} in ${place}`);
        seen.set(key, act);
      }
    }
  }
});
test("keys as people write them", () => equal(["Ctrl+Shift+z", "+", "Alt+ArrowUp", "w"].map(written), ["Ctrl+Shift+Z", "+", "Alt+↑", "w"]));
test("brackets and signs of an alphabet without them are read by their place", () =>
  equal([keyOf(press("х", "BracketLeft")), keyOf(press("ъ", "BracketRight")), keyOf(press("Ж", "Semicolon", { shiftKey: true })), keyOf(press("ю", "Period"))], ["[", "]", ":", "."]));
test("a sign of any layout is itself, whatever key makes it", () => equal([keyOf(press("z", "KeyY")), keyOf(press("ö", "Semicolon")), keyOf(press("-", "Digit6"))], ["z", "ö", "-"]));
test("where digits need Shift, their keys are digits without it", () => equal([digitOf(press("&", "Digit1")), digitOf(press("3", "Digit3")), digitOf(press("3", "Numpad3")), digitOf(press("x", "KeyX"))], ["1", "3", "3", ""]));
test("a key without a pair has no direction", () => equal(actOf("s", "text").backward, false));
test("an act whose key was taken away is found under none", () => equal([actOf("s", "text", { stance: [""] }), actOf("", "text", { stance: [""] })?.act ?? null], [null, null]));
test("a key that another act has in the same place is told", () => {
  const binding = (act) => KEYMAP.find((each) => each.act === act);
  equal([takenBy("e", binding("stance"), {})?.act, takenBy("t", binding("stance"), {}), takenBy("e", binding("stance"), { mention: ["t"] }), takenBy("F6", binding("word"), {})?.act, takenBy("1", binding("stance"), {})], ["mention", null, null, "cycle", null]);
});
