// @ts-check
/** What is asked for now and then: the table of keys, and everything by name. Each in a dialog that gives the focus back. */
import { Combobox, fit } from "./combobox.js";
import { h } from "./dom.js";
import { gettext } from "./i18n.js";
import { KEYMAP, written } from "./keymap.js";

/** The table of keys, in a dialog that returns the focus. @param {() => void} closed */
export function showKeys(closed) {
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
          h("dl", {}, ...KEYMAP.filter((binding) => binding.group === group).map(({ keys, label }) => h("div", {}, h("dt", {}, ...keyNames(keys)), h("dd", {}, label)))),
        ),
      ),
    ),
    h("form", { method: "dialog" }, h("button", { class: "button primary", autofocus: true }, gettext("Close"))),
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
  const shown = keys.length > 2 ? [keys[0], "–", keys[keys.length - 1]] : keys;
  return shown.flatMap((key, index) => [index ? " " : "", key === "–" ? key : h("kbd", {}, written(key))]);
}

/**
 * Everything that has a key, found by its name.
 * @param {(act: string) => void} run
 * @param {() => void} closed
 */
export function showPalette(run, closed) {
  const listed = KEYMAP.filter(({ keys, where }) => keys.length === 1 && where !== "composer").map(({ act, keys, group, label }) => ({ id: act, label: `${group}: ${label}`, detail: written(keys[0]) }));
  /** @type {string | null} */
  let picked = null;
  const combobox = new Combobox({
    label: gettext("What to do"),
    chosen: null,
    search: (query) => listed.filter(({ label }) => fit(query, [label]) !== null),
    pick: (option) => {
      picked = option?.id ?? null;
      dialog.close();
    },
  });
  const dialog = h("dialog", { class: "palette", "aria-label": gettext("Everything by name") }, combobox.element);
  show(dialog, () => {
    closed();
    if (picked) run(picked);
  });
  // Before the field, which would only close its list.
  dialog.addEventListener("keydown", ({ key }) => key === "Escape" && dialog.close(), { capture: true });
  combobox.input.focus();
  combobox.open();
}
