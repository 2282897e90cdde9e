// @ts-check
/** What is asked for now and then: the table of keys, and everything by name. Each in a dialog that gives the focus back. */
import { Combobox, fit } from "./combobox.js";
import { fill, gettext, h } from "./dom.js";
import { KEYMAP, keysOf, written } from "./keymap.js";

/**
 * The table of keys, in a dialog that returns the focus.
 * @param {Record<string, string[]>} own the editor's own keys by act
 * @param {string} address of the page on which keys are changed
 * @param {() => void} closed
 */
export function showKeys(own, address, closed) {
  const groups = [...new Set(KEYMAP.map(({ group }) => group))];
  const dialog = h(
    "dialog",
    { class: "keys", "aria-labelledby": "keys-title" },
    h("h2", { id: "keys-title" }, gettext("Keys")),
    h("p", {}, gettext("Single letters act while the text or the rail has the focus. F6 takes you there.")),
    h(
      "div",
      { class: "groups", tabindex: 0, role: "region", "aria-labelledby": "keys-title" },
      ...groups.map((group) =>
        h(
          "section",
          {},
          h("h3", {}, group),
          h("dl", {}, ...KEYMAP.filter((binding) => binding.group === group).map((binding) => h("div", {}, h("dt", {}, ...keyNames(keysOf(binding, own))), h("dd", {}, binding.label)))),
        ),
      ),
    ),
    h("form", { method: "dialog" }, h("a", { class: "button quiet", href: address }, gettext("Change keys")), h("button", { class: "button primary", autofocus: true }, gettext("Close"))),
  );
  show(dialog, closed);
}

/** @param {HTMLDialogElement} dialog @param {() => void} closed */
function show(dialog, closed) {
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    closed();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.showModal();
}

/** @param {string[]} keys */
function keyNames(keys) {
  if (!keys.some(Boolean)) return ["–"];
  const shown = keys.length > 2 ? [keys[0], "–", keys[keys.length - 1]] : keys;
  return shown.flatMap((key, index) => [index ? " " : "", key === "–" ? key : h("kbd", {}, written(key))]);
}

/**
 * Everything that one can do, found by its name.
 * @param {Record<string, string[]>} own the editor's own keys by act
 * @param {(act: string, backward: boolean) => void} run
 * @param {() => void} closed
 */
export function showPalette(own, run, closed) {
  const listed = KEYMAP.filter(({ act, where }) => where !== "composer" && act !== "palette").flatMap((binding) => {
    const { act, group, label, pair } = binding;
    const keys = keysOf(binding, own);
    const ways = pair ? [fill(gettext("%(label)s, back"), { label }), fill(gettext("%(label)s, on"), { label })] : [label];
    return ways.map((way, index) => ({ id: `${act} ${index}`, label: `${group}: ${way}`, detail: pair ? (keys[index] ? written(keys[index]) : "") : keys.filter(Boolean).map(written).join("  "), value: { act, backward: Boolean(pair) && index === 0 } }));
  });
  /** @type {{act: string, backward: boolean} | null} */
  let picked = null;
  const combobox = new Combobox({
    label: gettext("What to do"),
    chosen: null,
    search: (query) => listed.filter(({ label }) => fit(query, [label]) !== null),
    pick: (option) => {
      picked = option?.value ?? null;
      dialog.close();
    },
  });
  const dialog = h("dialog", { class: "palette", "aria-label": gettext("Everything by name") }, combobox.element);
  show(dialog, () => {
    closed();
    if (picked) run(picked.act, picked.backward);
  });
  // Before the field, which would only close its list.
  dialog.addEventListener("keydown", ({ key }) => key === "Escape" && dialog.close(), { capture: true });
  combobox.input.focus();
  combobox.open();
}
