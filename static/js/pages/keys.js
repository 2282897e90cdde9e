// @ts-check
/**
 * One's own keys: every act of the key map with its keys; a press of a button waits for the key that is wanted instead. The form sends
 * what differs from the usual keys.
 *
 * @import { Binding } from "../keymap.js"
 */
import { button, fill, find, gettext, h } from "../dom.js";
import { KEYMAP, isFixed, isKept, keyOf, keysOf, takenBy, written } from "../keymap.js";
import "./menus.js";

const form = /** @type {HTMLFormElement} */ (find("[data-own-keys]"));
const table = find("[data-table]", form);
const said = find("[data-said]", form);

/** The keys that differ from the usual ones, by act. @type {Record<string, string[]>} */
let own = JSON.parse(find("#stored").textContent ?? "{}");
/** The key that is to be pressed anew: of which act, and which of its keys. @type {{binding: Binding, index: number} | null} */
let waiting = null;
let changed = false;

const GROUPS = [...new Set(KEYMAP.map(({ group }) => group))];

/** @param {{binding: Binding, index: number} | null} [focused] */
function draw(focused = null) {
  table.replaceChildren(
    ...GROUPS.map((group) => h("section", {}, h("h2", {}, group), h("ul", {}, ...KEYMAP.filter((binding) => binding.group === group).map((binding) => row(binding))))),
  );
  find("[data-save]", form).hidden = false;
  find("[data-usual]", form).hidden = !Object.keys(own).length;
  if (focused) /** @type {HTMLElement | null} */ (table.querySelector(`[data-of="${focused.binding.act} ${focused.index}"]`))?.focus();
}

/** @param {Binding} binding */
function row(binding) {
  const { act, label, pair } = binding;
  const keys = keysOf(binding, own);
  const name = h("span", { id: `act-${act}` }, label);
  if (isFixed(binding)) return h("li", {}, name, h("span", { class: "fixed" }, keys.map(written).join(" ")), "");
  const places = Math.max(keys.length, binding.keys.length, 1);
  const shown = Array.from({ length: places }, (_, index) => {
    const here = waiting?.binding === binding && waiting.index === index;
    const text = here ? gettext("Press a key…") : keys[index] ? written(keys[index]) : gettext("none");
    const way = pair ? (index ? gettext("on") : gettext("back")) : "";
    const made = button(text, () => wait(binding, index), `small key${own[act] ? " own" : ""}`);
    made.setAttribute("aria-pressed", String(here));
    made.setAttribute("aria-label", [label, way, text].filter(Boolean).join(", "));
    made.dataset.of = `${act} ${index}`;
    return made;
  });
  const usual = own[act] ? button(gettext("As usual"), () => set(binding, null, 0), "quiet small usual") : h("span", { class: "usual" });
  if (own[act]) usual.setAttribute("aria-label", fill(gettext("As usual: %(label)s"), { label }));
  return h("li", {}, name, h("span", { class: "keys" }, ...shown), usual);
}

/** @param {Binding} binding @param {number} index */
function wait(binding, index) {
  waiting = { binding, index };
  draw(waiting);
  say(fill(gettext("Press the key for “%(label)s”. Esc leaves it as it is."), { label: binding.label }), button(gettext("No key"), () => press("")));
}

/** @param {string} key as the key map writes it; empty: none */
function press(key) {
  const { binding, index } = /** @type {{binding: Binding, index: number}} */ (waiting);
  if (isKept(key)) {
    say(fill(gettext("%(key)s does the same everywhere and cannot be given away. Press another."), { key: written(key) }));
    return;
  }
  const other = key ? takenBy(key, binding, own) : null;
  if (other) {
    const taken = fill(gettext("%(key)s is the key for “%(label)s”. Press another."), { key: written(key), label: `${other.group}: ${other.label}` });
    say(taken, isFixed(other) ? null : button(gettext("Take it from there"), () => take(key, other)));
    return;
  }
  const keys = [...keysOf(binding, own)];
  keys[index] = key;
  set(binding, keys, index);
}

/** @param {string} key @param {Binding} other whose key it was */
function take(key, other) {
  own[other.act] = keysOf(other, own).map((each) => (each === key ? "" : each));
  press(key);
}

/** @param {Binding} binding @param {string[] | null} keys null: the usual ones @param {number} index of the key to focus */
function set(binding, keys, index) {
  waiting = null;
  changed = true;
  const clash = keys ? null : binding.keys.map((key) => [key, takenBy(key, binding, own)]).find(([, other]) => other);
  if (clash) {
    const [key, other] = /** @type {[string, Binding]} */ (clash);
    say(fill(gettext("%(key)s is now the key for “%(label)s”. Give that another first."), { key: written(key), label: other.label }));
    draw();
    return;
  }
  if (keys && keys.join() !== binding.keys.join()) own[binding.act] = Array.from(keys, (key) => key ?? "");
  else delete own[binding.act];
  draw({ binding, index });
  say(gettext("Not saved yet."));
}

/** @param {string} text @param {Node | null} [control] */
function say(text, control = null) {
  said.replaceChildren(text, ...(control ? [control] : []));
}

document.addEventListener(
  "keydown",
  (event) => {
    if (!waiting || event.isComposing || /^(Shift|Control|Alt|AltGraph|Meta|CapsLock|Dead)$/.test(event.key)) return;
    // The button beside the question is pressed by its own keys.
    if (said.contains(document.activeElement) && /^(Enter| |Tab)$/.test(event.key)) return;
    if (event.key === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") {
      const { binding, index } = waiting;
      waiting = null;
      draw({ binding, index });
      said.replaceChildren();
    } else press(keyOf(event));
  },
  { capture: true },
);

form.addEventListener("submit", () => {
  changed = false;
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("keys"));
  field.value = JSON.stringify(own);
});
find("[data-usual]", form).addEventListener("click", () => {
  own = {};
  waiting = null;
  changed = true;
  draw();
  say(gettext("All as usual. Not saved yet."));
  find("[data-save]", form).focus();
});
window.addEventListener("beforeunload", (event) => changed && event.preventDefault());

draw();
