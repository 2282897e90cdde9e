// @ts-check
/**
 * What the screen says of itself: whether all is stored, and what just happened, once, to a screen reader too.
 *
 * @import { OutboxStatus } from "./types.js"
 */
import { afterFrame, gettext, h, ngettext } from "./dom.js";

export class StatusLine {
  /** @type {any} */
  #clearing = null;
  #saying = 0;
  #shown = "";
  #trouble = "";

  /**
   * @param {object} places
   * @param {HTMLElement} places.place shows how it stands
   * @param {HTMLElement} places.live is read out
   * @param {HTMLElement} places.standing is read out when what is done is not stored any more, and when it is again
   * @param {() => void} signIn opens a way to sign in again
   */
  constructor({ place, live, standing }, signIn) {
    this.place = place;
    this.live = live;
    this.standing = standing;
    this.signIn = signIn;
  }

  /** @param {OutboxStatus & {keeps: boolean, left: string}} status @param {boolean} readOnly */
  show({ waiting, sending, offline, signedOut, refused, conflicts, keeps, left }, readOnly) {
    const [state, text] = signedOut
      ? ["signed-out", waiting ? ngettext("Signed out, %(count)s waiting", "Signed out, %(count)s waiting", waiting) : gettext("Signed out")]
      : refused
        ? ["refused", ngettext("%(count)s not saved", "%(count)s not saved", refused)]
        : offline || !navigator.onLine
          ? ["waiting", waiting ? ngettext("%(count)s waiting", "%(count)s waiting", waiting) : gettext("Offline")]
          : waiting || sending
            ? ["saving", gettext("Saving…")]
            : conflicts
              ? ["refused", ngettext("%(count)s to decide", "%(count)s to decide", conflicts)]
              : ["saved", readOnly ? gettext("Read only") : gettext("Saved")];
    this.place.title = left === "unknown" ? gettext("This browser does not say what an earlier page has left unsent.") : !waiting || state === "saving" ? "" : keeps ? gettext("Kept in this browser; it is sent as soon as that is possible.") : gettext("This browser keeps nothing: leave this page open until it says “Saved”.");
    const warning = waiting && !keeps ? gettext("keep this page open") : left === "unknown" ? gettext("of this page") : "";
    if (this.place.dataset.state === state && this.#shown === text + warning) return;
    this.#shown = text + warning;
    this.place.dataset.state = state;
    this.place.toggleAttribute("data-asks", signedOut || warning !== "");
    this.#speakOf(state, text);
    this.place.replaceChildren(h("span", {}, text));
    if (warning) this.place.append(" ", h("b", {}, warning));
    if (signedOut) {
      const again = h("button", { type: "button", class: "button small" }, gettext("Sign in again"));
      again.addEventListener("click", this.signIn);
      this.place.append(" ", again);
    }
  }

  /** Each save has been told by what was done: of how it stands only a turn is heard, for the worse and for the better. @param {string} state @param {string} text */
  #speakOf(state, text) {
    const trouble = state === "saving" ? this.#trouble : state === "saved" ? "" : state;
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.standing.textContent = text;
  }

  /**
   * Say something once, to be heard and seen; of what is said in one moment the last, and the same again is heard again.
   * @param {string} text
   * @param {boolean} [heard] only heard: who sees, sees it in the text or the rail
   */
  say(text, heard = false) {
    clearTimeout(this.#clearing);
    this.live.textContent = "";
    const saying = (this.#saying += 1);
    // A region is read when its text changes, not when the same text is put there twice in a moment.
    afterFrame(() => {
      if (saying !== this.#saying) return;
      this.live.classList.toggle("unseen", heard);
      this.live.textContent = text;
    });
    this.#clearing = setTimeout(() => this.live.replaceChildren(), 8000);
  }
}
