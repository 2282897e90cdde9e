// @ts-check
/**
 * What the screen says of itself: whether all is stored, what just happened (once, to a screen reader too), and the table of keys.
 *
 * @import { Status } from "./outbox.js"
 */
import { h } from "./dom.js";
import { gettext, ngettext } from "./i18n.js";
import { KEYMAP, written } from "./keymap.js";

export class StatusLine {
  /** @type {any} */
  #clearing = null;

  /** @param {HTMLElement} place shows how it stands @param {HTMLElement} live is read out @param {() => void} signIn opens a way to sign in again */
  constructor(place, live, signIn) {
    this.place = place;
    this.live = live;
    this.signIn = signIn;
  }

  /** @param {Status} status @param {boolean} readOnly */
  show({ waiting, sending, offline, signedOut, refused, conflicts }, readOnly) {
    const [state, text] = signedOut
      ? ["signed-out", gettext("Signed out")]
      : refused
        ? ["refused", ngettext("%(count)s not saved", "%(count)s not saved", refused)]
        : waiting && offline
          ? ["waiting", ngettext("%(count)s waiting", "%(count)s waiting", waiting)]
          : waiting || sending
            ? ["saving", gettext("Saving…")]
            : conflicts
              ? ["refused", ngettext("%(count)s to decide", "%(count)s to decide", conflicts)]
              : ["saved", readOnly ? gettext("Read only") : gettext("Saved")];
    if (this.place.dataset.state === state && this.place.textContent?.startsWith(text)) return;
    this.place.dataset.state = state;
    this.place.replaceChildren(h("span", {}, text));
    if (signedOut) {
      const again = h("button", { type: "button", class: "button small" }, gettext("Sign in again"));
      again.addEventListener("click", this.signIn);
      this.place.append(" ", again);
    }
  }

  /** Say something once; saying the same again is heard again. @param {string} text */
  say(text) {
    clearTimeout(this.#clearing);
    this.live.textContent = "";
    // A region is read when its text changes, not when the same text is put there twice in a moment.
    requestAnimationFrame(() => {
      this.live.textContent = text;
    });
    this.#clearing = setTimeout(() => this.live.replaceChildren(), 8000);
  }
}

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
