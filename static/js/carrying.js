// @ts-check
/**
 * Work that was made on a former text of the article: carried to the current one where the server can prove the place, else laid
 * before the editor with its words and the places where they may stand now. Loaded when there is such work.
 *
 * @import { Annotation, Conflict, Entry, Unplaced } from "./types.js"
 * @import { Screen } from "./screen.js"
 */
import { PLACES, same } from "./commands.js";
import { button, fill, find, gettext, h, ngettext } from "./dom.js";
import { KINDS } from "./phrases.js";
import { MOST } from "./sender.js";

const PATIENCE = 5000; // milliseconds between two tries

/** The fields of a state that are named. @param {any} state @param {string[]} names */
const only = (state, names) => Object.fromEntries(names.filter((name) => name in state).map((name) => [name, state[name]]));

/**
 * What becomes of an entry.
 * @param {Entry} entry made on a former text
 * @param {{place: {fields: any, exact: string[]} | null}} found what the server says of its spans
 * @param {any} theirs the server's state on the current text; null: it has none
 * @returns {Partial<Entry> | null} its changes; null: nobody can say where it belongs
 */
export function carried({ base, wanted, more }, { place }, theirs) {
  if (!theirs) return place && { wanted: { ...wanted, ...place.fields }, more: { ...more, exact: place.exact } };
  if (theirs.anchoring) return null;
  // Where it stands I have not touched: it stands where it was carried to.
  const there = { ...only(theirs, PLACES), revision: theirs.revision };
  const ground = { ...base, ...there };
  if (base && PLACES.every((name) => same(base[name], wanted[name]))) return { base: ground, wanted: { ...wanted, ...there }, more: { ...more, exact: theirs.exact } };
  return place && { base: ground, wanted: { ...wanted, ...place.fields }, more: { ...more, exact: place.exact } };
}

export class Carrying {
  #running = false;
  #carried = 0;

  /** @param {Screen} screen */
  constructor(screen) {
    this.screen = screen;
    const list = find("[data-list]");
    this.place = h("section", { class: "unplaced", "aria-label": gettext("Made on a former text"), hidden: true });
    list.before(this.place);
  }

  /** Carry what is to be carried; again in a while where the server does not answer. */
  async run() {
    if (this.#running) return;
    this.#running = true;
    const { outbox } = this.screen;
    let answered = true;
    // Until nothing is left: more may come while the server is asked.
    while (answered && outbox.outdated.length) {
      const { revision } = outbox.outdated[0].wanted;
      answered = await this.#carry(revision, outbox.outdated.filter(({ wanted }) => wanted.revision === revision).slice(0, MOST));
    }
    this.#running = false;
    this.show();
    // Signed out, the outbox calls again when the session is renewed.
    if (!answered && !outbox.flags.signedOut) setTimeout(() => void this.run(), PATIENCE);
  }

  /** @param {number} revision @param {Entry[]} entries @returns {Promise<boolean>} whether the server answered */
  async #carry(revision, entries) {
    const { api, outbox, page } = this.screen;
    const annotations = entries.map(({ wanted }) => only(wanted, PLACES));
    const { status, body } = await api.send({ method: "POST", path: `articles/${page.article.id}/revisions/${revision}/carry/`, body: { annotations } });
    if (status === 401 || status === 0 || status === 429 || status >= 500) return false;
    // A text that is not there any more tells nothing: each is laid before the editor.
    const found = status === 200 ? body.carried : entries.map(() => ({ place: null, choices: [] }));
    if (status === 200) outbox.revision = body.revision;
    for (const [index, entry] of entries.entries()) {
      const { id, path } = entry;
      const now = entry.base ? await api.send({ method: "GET", path: `${path}/${id}/` }) : null;
      if (now && (now.status === 0 || now.status === 401 || now.status >= 500)) return false;
      const theirs = now ? (now.body?.current ?? (now.status === 200 ? now.body : null)) : null;
      const changes = theirs?.deleted_at ? {} : carried(entry, found[index], theirs);
      if (changes) {
        this.#carried += 1;
        outbox.carryOver(entry, changes, theirs);
      } else outbox.unplace(entry, { exact: entry.more?.exact ?? [], choices: found[index].choices }, theirs);
    }
    return true;
  }

  /** Say what was carried, and show what waits for a place. */
  show() {
    const { outbox, page, status } = this.screen;
    const waiting = [...outbox.conflicts.values()].filter(({ unplaced }) => unplaced);
    const isOld = outbox.revision !== page.revision.number;
    if (this.#carried) {
      status.say(ngettext("The text was replaced: %(count)s change of yours was carried to the new one.", "The text was replaced: %(count)s changes of yours were carried to the new one.", this.#carried));
      this.#carried = 0;
    }
    this.place.hidden = !waiting.length && !isOld;
    this.place.replaceChildren(
      h("h3", {}, gettext("Made on a former text")),
      h("p", {}, isOld ? fill(gettext("The article has another text now (revision %(number)s). What you did is kept, and nothing is put on other words."), { number: outbox.revision }) : gettext("The words of these are not where they were. Pick a place, or select words in the text.")),
      isOld ? button(gettext("Load the new text"), () => location.reload(), "small primary") : "",
      h("ul", {}, ...waiting.map((conflict) => this.#card(conflict, isOld))),
    );
  }

  /** @param {Conflict} conflict @param {boolean} isOld the page shows the former text */
  #card(conflict, isOld) {
    const { phrases, article, status } = this.screen;
    const mine = /** @type {Annotation} */ (conflict.mine);
    const { exact, choices } = /** @type {Unplaced} */ (conflict.unplaced);
    const card = h("li", { class: `trouble ${mine.kind}`, "data-id": mine.id }, h("p", {}, `${KINDS[mine.kind]}: ${phrases.plain(mine, exact)}`));
    // What names its words has said them.
    if (mine.kind === "stance" || mine.kind === "claim") card.append(h("blockquote", { dir: "auto" }, exact.join(" … ")));
    if (!isOld) {
      for (const { fields, context } of choices) {
        const shown = h("span", { class: "context", dir: "auto" }, ...context.map(({ text, marked }) => (marked ? h("b", {}, text) : text)));
        card.append(h("p", {}, shown, " ", button(gettext("Here"), () => this.#put(conflict, fields), "small")));
      }
      const onSelected = () => {
        const [start, end] = this.screen.store.selection;
        const segment = start < end ? article.trim(start, end) : null;
        if (!segment) return status.say(gettext("Select the words in the text first."));
        this.#put(conflict, { ...Object.fromEntries(PLACES.filter((name) => name in mine).map((name) => [name, name === "quantities" ? [] : null])), segments: [segment] });
      };
      card.append(button(gettext("On the selected words"), onSelected, "small"));
    }
    card.append(button(gettext("Leave it"), () => this.#leave(conflict)));
    return card;
  }

  /** @param {Conflict} conflict @param {any} fields */
  #put(conflict, fields) {
    const { id, mine } = conflict;
    const { outbox, history, store, page } = this.screen;
    if (!mine) return;
    /** @type {Annotation} */
    const after = { ...mine, ...fields, revision: page.revision.number, anchoring: "" };
    // What it rested on may have stayed behind.
    for (const name of ["attribution", "parent"]) if (after[name] && !store.annotations.has(after[name])) after[name] = null;
    outbox.forget(conflict);
    history.execute({ label: fill(gettext("%(kind)s placed"), { kind: KINDS[mine.kind] }), changes: [{ before: null, after }] });
    this.show();
    this.screen.select(id, true);
    this.screen.caret.focus();
  }

  /** @param {Conflict} conflict */
  #leave(conflict) {
    this.screen.outbox.forget(conflict);
    this.show();
    this.screen.caret.focus();
  }
}
