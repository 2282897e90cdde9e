// @ts-check
/**
 * Work that an editor has left in other articles, when any article is open: what can go by itself is sent from here, unless a page has
 * that article open; of the rest the page tells where it waits. Loaded when there is such work.
 *
 * @import { Api } from "./sender.js"
 * @import { Place } from "./desk.js"
 */
import { Desk } from "./desk.js";
import { gettext, h, ngettext } from "./dom.js";
import { Outbox } from "./outbox.js";
import { newId } from "./sender.js";

export class Elsewhere {
  /** @type {Map<string, {place: Place, outbox: Outbox, desk: Desk, line: HTMLElement}>} */
  #open = new Map();

  /** @param {Api} api @param {HTMLElement} list where it is told what waits */
  constructor(api, list) {
    this.api = api;
    this.list = list;
  }

  /** Send what waits in these places. @param {Place[]} places */
  async send(places) {
    // One after the other: this article's own work goes first.
    for (const place of places) await this.#send(place);
  }

  /** The network is back, or the session. */
  resume() {
    for (const { desk } of this.#open.values()) desk.hurry();
  }

  /** @param {Place} place */
  async #send(place) {
    const { name, title, url, revision } = place;
    const desk = new Desk({ name, about: { title, url, revision }, tell: () => {} });
    const outbox = new Outbox({
      send: (request, signal) => this.api.send(request, signal),
      newId,
      me: this.api.username,
      settle: () => {},
      tell: () => this.#tell(name),
      trouble: () => {},
      keep: (deltas, flight) => desk.keep(deltas, flight),
    });
    const line = h("p", { class: "message", hidden: true });
    this.list.append(line);
    await desk.join(outbox, null);
    this.#open.set(name, { place, outbox, desk, line });
    this.#tell(name);
  }

  /** @param {string} name */
  #tell(name) {
    const open = this.#open.get(name);
    if (!open) return;
    const { place, outbox, desk, line } = open;
    const { waiting, refused, conflicts, sending } = outbox.status;
    const left = refused + conflicts + waiting;
    line.hidden = !left;
    const there = h("a", { href: place.url, dir: "auto" }, place.title);
    const said = ngettext("%(count)s change of yours waits in another article:", "%(count)s changes of yours wait in another article:", left);
    line.replaceChildren(said, " ", there, conflicts || refused ? ` ${gettext("It needs a decision of yours there.")}` : "");
    // What is left is for the page of that article.
    if (sending || (waiting && !outbox.isStuck)) return;
    desk.close();
    this.#open.delete(name);
  }
}
