// @ts-check
/**
 * Keys that were pressed while what they act on was being loaded, pressed again: what they do on the screen, and in a field the text
 * that they write.
 */

/** @param {KeyboardEvent[]} events in their order */
export function pressAgain(events) {
  for (const { key, code, shiftKey, ctrlKey, altKey, metaKey } of events) {
    const at = document.activeElement ?? document.body;
    const untaken = at.dispatchEvent(new KeyboardEvent("keydown", { key, code, shiftKey, ctrlKey, altKey, metaKey, bubbles: true, cancelable: true }));
    // What a page presses writes nothing.
    if (untaken && isField(at)) write(at, key);
    else if (untaken && at instanceof HTMLButtonElement && /^(?: |Enter)$/.test(key)) at.click();
  }
}

/** @param {Element} element @returns {element is HTMLInputElement | HTMLTextAreaElement} */
const isField = (element) => element instanceof HTMLTextAreaElement || (element instanceof HTMLInputElement && /^(text|search)$/.test(element.type));

/** @param {HTMLInputElement | HTMLTextAreaElement} field @param {string} key */
function write(field, key) {
  const [start, end] = [field.selectionStart ?? 0, field.selectionEnd ?? 0];
  if (key.length === 1) field.setRangeText(key, start, end, "end");
  else if (key === "Backspace") field.setRangeText("", start === end ? Math.max(0, start - 1) : start, end, "end");
  else return;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
