// @ts-check
/**
 * What becomes of two versions when the editor has decided: a command, which can be taken back like any other.
 *
 * @import { Conflict } from "./types.js"
 * @import { Screen } from "./screen.js"
 */
import { gettext } from "./dom.js";
import { newId } from "./sender.js";

/** @param {Screen} screen @param {Conflict} conflict @param {"mine" | "theirs" | "both"} keep */
export function settle(screen, conflict, keep) {
  const { outbox, store, history, cards } = screen;
  const { id, mine, theirs, fields } = conflict;
  const current = store.annotations.get(id) ?? null;
  outbox.forget(conflict);
  if (mine && !theirs) {
    // What a colleague deleted was shown as mine: it is made again, or goes; both can be taken back.
    history.execute(keep === "mine" ? { label: gettext("Yours is kept"), changes: [{ before: null, after: mine }] } : { label: gettext("Theirs is kept"), changes: [{ before: mine, after: null }] });
  } else if (keep === "mine") {
    const after = mine && current ? { ...current, ...Object.fromEntries(fields.map((name) => [name, mine[name]])) } : null;
    history.execute({ label: gettext("Yours is kept"), changes: [{ before: current, after }] });
  } else if (keep === "both" && mine) {
    history.execute({ label: gettext("Both are kept"), changes: [{ before: null, after: { ...mine, id: newId(), external_id: "", version: 0 } }] });
  }
  screen.drawAgain(id);
  cards.focus(id);
}
