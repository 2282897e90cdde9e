// @ts-check
/**
 * Signing in again without leaving the page: the form that the sign-in page has, sent to the same addresses, so that limits, second
 * factors and messages stay in one place. Loaded when a session has ended.
 *
 * @import { Api } from "./sender.js"
 */
import { button, fill, gettext, h } from "./dom.js";

const SIGN_IN = "/accounts/login/";
const CODE = "/accounts/code/";
const SIGN_OUT = "/accounts/logout/";

/** @typedef {"in" | "code" | "wrong" | "slow" | "away"} Outcome signed in; a code is asked for; password or code is wrong; too many tries; no answer */

/** @param {string} address @param {Record<string, string>} fields @param {() => string} csrfToken @returns {Promise<Response | null>} */
async function post(address, fields, csrfToken) {
  try {
    return await fetch(address, { method: "POST", body: new URLSearchParams({ ...fields, csrfmiddlewaretoken: csrfToken() }), credentials: "same-origin", redirect: "manual" });
  } catch {
    return null;
  }
}

export class SigningIn {
  /**
   * @param {HTMLElement} place a form is put here
   * @param {Api} api
   * @param {() => void} done is called when the session is the editor's again
   */
  constructor(place, api, done) {
    this.place = place;
    this.api = api;
    this.done = done;
  }

  /** Who has the session now. @returns {Promise<string | null>} */
  async #whoIsIn() {
    const { status, body } = await this.api.send({ method: "GET", path: "me/", asAnyone: true });
    return status === 200 ? body.username : null;
  }

  /** Show the form, unless somebody signed the editor in elsewhere meanwhile. */
  async show() {
    if (this.place.childElementCount) return;
    const other = await this.#whoIsIn();
    if (other === this.api.username) return this.#close();
    const { username } = this.api;
    const problem = h("p", { class: "trouble", role: "alert", hidden: true });
    const password = h("input", { type: "password", id: "sign-in-password", name: "password", autocomplete: "current-password", required: true });
    const code = h("input", { id: "sign-in-code", name: "code", autocomplete: "one-time-code", inputmode: "numeric" });
    const codeField = h("p", { hidden: true }, h("label", { for: code.id }, gettext("Code of your authenticator")), code);
    const submit = h("button", { type: "submit", class: "button primary" }, gettext("Sign in"));
    const form = h(
      "form",
      { class: "sign-in", "aria-label": gettext("Sign in again") },
      h("p", {}, h("b", {}, fill(gettext("You are signed out, %(username)s."), { username })), " ", gettext("What you did is kept here, and is sent when you are signed in again.")),
      other && h("p", {}, fill(gettext("%(other)s is signed in in this browser. Signing in as %(username)s signs %(other)s out."), { other, username })),
      h("input", { type: "text", name: "username", value: username, autocomplete: "username", hidden: true }),
      h("p", {}, h("label", { for: password.id }, gettext("Password")), password),
      codeField,
      problem,
      h("p", { class: "actions" }, submit, button(gettext("Later"), () => this.#hide()), h("a", { href: SIGN_IN, target: "_blank", rel: "noopener" }, gettext("Sign in in another way"))),
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      submit.disabled = true;
      const outcome = codeField.hidden ? await this.#enter(password.value, other) : await this.#confirm(code.value);
      submit.disabled = false;
      if (outcome === "in") return this.#close();
      problem.hidden = outcome === "code";
      problem.textContent = outcome === "code" ? "" : (codeField.hidden ? PASSWORD : CODES)[outcome];
      if (outcome === "code") codeField.hidden = false;
      (codeField.hidden ? password : code).select();
    });
    form.addEventListener("keydown", (event) => {
      // Keys here are text, not acts of the screen.
      event.stopPropagation();
      if (event.key === "Escape") this.#hide();
    });
    this.place.replaceChildren(form);
    password.focus();
  }

  /** @param {string} password @param {string | null} other who has the session @returns {Promise<Outcome>} */
  async #enter(password, other) {
    // The form's page gives the token that goes with a session that is to begin.
    await fetch(SIGN_IN, { credentials: "same-origin", redirect: "manual" }).catch(() => null);
    if (other) await post(SIGN_OUT, {}, this.api.csrfToken);
    return this.#outcome(await post(SIGN_IN, { username: this.api.username, password }, this.api.csrfToken), "code");
  }

  /** @param {string} code @returns {Promise<Outcome>} */
  async #confirm(code) {
    return this.#outcome(await post(CODE, { code }, this.api.csrfToken), "wrong");
  }

  /** @param {Response | null} response @param {Outcome} otherwise where it leads on without a session @returns {Promise<Outcome>} */
  async #outcome(response, otherwise) {
    if (!response || response.status >= 500) return "away";
    if (response.status === 429) return "slow";
    if (response.type !== "opaqueredirect") return "wrong";
    return (await this.#whoIsIn()) === this.api.username ? "in" : otherwise;
  }

  #hide() {
    this.place.replaceChildren();
  }

  #close() {
    this.#hide();
    this.done();
  }
}

/** @type {Record<string, string>} */
const PASSWORD = {
  wrong: gettext("That is not the password of this account."),
  slow: gettext("Too many tries: wait five minutes."),
  away: gettext("The server did not answer. Try again."),
};
/** @type {Record<string, string>} */
const CODES = { ...PASSWORD, wrong: gettext("That code does not fit, or no longer: type the one that shows now.") };
