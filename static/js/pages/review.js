// @ts-check
/* The review list by keyboard. Without script each card has the same buttons. */

const list = /** @type {HTMLElement | null} */ (document.querySelector("[data-review]"));
const cards = /** @type {HTMLElement[]} */ ([...(list?.children ?? [])]);

/** @returns {number} the card that holds the focus, or -1 */
const current = () => cards.findIndex((card) => card.contains(document.activeElement));

/** @param {number} index */
const go = (index) => {
  const card = cards[Math.max(0, Math.min(index, cards.length - 1))];
  card?.focus({ preventScroll: true });
  card?.scrollIntoView({ block: "nearest" });
};

/** Send a form of the card by its own button, so that what the button says is sent too. @param {HTMLElement} card @param {string} form */
const send = (card, form) => card.querySelector(`[${form}]`)?.querySelector("button")?.click();

/** @param {HTMLElement} card */
const pick = (card) => {
  const fold = /** @type {HTMLDetailsElement | null} */ (card.querySelector("[data-pick]"));
  if (!fold) return;
  fold.open = true;
  const first = /** @type {HTMLElement | null} */ (fold.querySelector("input[type=radio]") ?? fold.querySelector("input:not([type=hidden])"));
  first?.focus();
};

/** @type {Record<string, (at: number) => void>} */
const KEYS = {
  "]": (at) => go(at + 1),
  "[": (at) => go(at < 0 ? 0 : at - 1),
  y: (at) => cards[at] && send(cards[at], "data-accept"),
  p: (at) => cards[at] && pick(cards[at]),
  u: () => /** @type {HTMLElement | null} */ (document.querySelector("[data-undo] button"))?.click(),
  Delete: (at) => cards[at] && send(cards[at], "data-delete"),
};

let begun = false;

document.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (event.key === "Escape" && current() >= 0) {
    go(current());
  } else if (!target.closest("input:not([type=radio]), textarea, select") && KEYS[event.key]) {
    event.preventDefault();
    // A key may come before the page is loaded to its end: it is meant for the card at which that begins.
    begin();
    KEYS[event.key](current());
  }
});

/** Begin, once, at the card that the address names, within it at the places that were looked for. */
const begin = () => {
  if (begun) return;
  begun = true;
  const named = cards.findIndex((card) => `#${card.id}` === location.hash);
  const place = cards[named]?.querySelector("[data-pick] input[type=radio]");
  if (place instanceof HTMLElement && new URLSearchParams(location.search).has("pick")) place.focus();
  else go(named);
};

if (cards.length) {
  document.querySelector("[data-keys]")?.removeAttribute("hidden");
  // The browser goes to the address's fragment at the end of loading, and would take the focus along.
  window.addEventListener("load", () => requestAnimationFrame(begin));
}
