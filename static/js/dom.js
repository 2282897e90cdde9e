// @ts-check
/** What every module has of the page: elements made without markup, so that text is always text; the interface's words; when something is done. */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | boolean | null | undefined>} [attributes] true: present; false, null, undefined: absent
 * @param {...(Node | string | number | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const name in attributes) {
    const value = attributes[name];
    if (value !== false && value != null) element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child != null && child !== false) element.append(child instanceof Node ? child : String(child));
  return element;
}

/** The element that a selector finds, which must be there. @param {string} selector @param {ParentNode} [within] @returns {HTMLElement} */
export function find(selector, within = document) {
  const element = within.querySelector(selector);
  if (!(element instanceof HTMLElement)) throw new Error(`The page has no ${selector}.`);
  return element;
}

/** The nearest element around an event's target that a selector finds. @param {Event} event @param {string} selector @returns {HTMLElement | null} */
export function around(event, selector) {
  return event.target instanceof Element ? /** @type {HTMLElement | null} */ (event.target.closest(selector)) : null;
}

/** @param {string} label @param {() => void} act @param {string} [looks] */
export function button(label, act, looks = "quiet small") {
  const made = h("button", { type: "button", class: `button ${looks}` }, label);
  made.addEventListener("click", act);
  return made;
}

/** Words of a text between quotation marks, unless they bring their own. @param {string} words @param {string} [shown] as they are shown */
export function quoted(words, shown = words) {
  return h("q", { dir: "auto", class: /^["“«„‘]/.test(words) ? "quoted" : null }, shown);
}

/** Have an element hold these children and no others; what stands there already stays untouched. @param {Element} parent @param {ChildNode[]} children */
export function hold(parent, children) {
  const staying = new Set(children);
  for (const child of [...parent.childNodes]) if (!staying.has(child)) child.remove();
  let next = parent.firstChild;
  for (const child of children) {
    if (child === next) next = next.nextSibling;
    else parent.insertBefore(child, next);
  }
}

/** What is done when the frame is painted, in its order. @type {(() => void)[]} */
let unseen = [];

const NO_FRAME = 200; // milliseconds after which none comes: a window behind others may have none

/** Do what nobody sees when the frame is painted that shows what the editor just did, all in the order in which it was asked for. @param {() => void} act */
export function afterFrame(act) {
  if (document.hidden && !unseen.length) return act();
  if (unseen.push(act) > 1) return;
  requestAnimationFrame(() => setTimeout(doUnseen));
  setTimeout(doUnseen, NO_FRAME);
}

/** Do now what waits for the frame: the page goes, or is no more to be seen. */
export function doUnseen() {
  const acts = unseen;
  unseen = [];
  // Each for itself: where one fails, the others are done.
  for (const act of acts) queueMicrotask(act);
}
addEventListener("pagehide", doUnseen);
document.addEventListener("visibilitychange", doUnseen);

/** Do something when the browser has nothing better to do, within a second at the latest. @param {() => void} act */
export function idly(act) {
  if ("requestIdleCallback" in window) requestIdleCallback(act, { timeout: 1000 });
  else setTimeout(act, 0);
}

/* Words. Texts are marked with `gettext` and `ngettext`, as `manage.py makemessages -d djangojs` finds them; the page carries the
   translations of its language as JSON. */

/** @type {Record<string, string | string[]>} */
const catalogue = JSON.parse(document.getElementById("catalogue")?.textContent || "{}");

/** @param {string} text */
export function gettext(text) {
  const translated = catalogue[text];
  return typeof translated === "string" ? translated : text;
}

/** The form for a number, with the number in place of `%(count)s`. @param {string} one @param {string} many @param {number} count */
export function ngettext(one, many, count) {
  const forms = catalogue[one];
  const text = Array.isArray(forms) ? forms[count === 1 ? 0 : forms.length - 1] : count === 1 ? one : many;
  return fill(text, { count });
}

const numbers = new Intl.NumberFormat(document.documentElement.lang || "en");

/** A number as people read it: “12,345”. @param {number} value */
export const written = (value) => numbers.format(value);

/** `%(name)s` replaced by what `values` has under that name. @param {string} text @param {Record<string, string | number>} values */
export function fill(text, values) {
  return text.replace(/%\((\w+)\)s/g, (whole, name) => {
    const value = values[name] ?? whole;
    return typeof value === "number" ? written(value) : value;
  });
}
