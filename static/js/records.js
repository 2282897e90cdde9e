// @ts-check
/**
 * Type-aheads over the project's records: what is offered, how it is found, what can be made of the typed text.
 *
 * @import { RecordNoun } from "./types.js"
 * @import { Api } from "./sender.js"
 * @import { Option } from "./combobox.js"
 * @import { Store } from "./store.js"
 * @import { Composing, Draft } from "./composing.js"
 * @import { Phrases } from "./phrases.js"
 */
import { fit } from "./combobox.js";
import { fill, gettext } from "./dom.js";

const OFFERED = 12;
const LOADED = 200;

/** The first page of each register: what is at hand. @param {string} project its slug */
export const registersOf = (project) => /** @type {RecordNoun[]} */ (["entities", "issues"]).map((noun) => ({ noun, path: `${noun}/?${new URLSearchParams({ project, page_size: String(LOADED) })}` }));

/** Text in a field of records that picks none of them stays with the draft until it does. @param {Draft} draft @param {string} name of the field */
export function unpicked({ typed }, name) {
  const leave = (/** @type {string} */ text) => {
    if (text) typed[name] = text;
    else delete typed[name];
  };
  return { typed: typed[name] ?? "", leave };
}

export class Registers {
  /** @param {Store} store @param {Phrases} phrases @param {Composing} composing @param {Api} api */
  constructor(store, phrases, composing, api) {
    this.store = store;
    this.phrases = phrases;
    this.composing = composing;
    this.api = api;
  }

  /** @param {Draft} draft @param {RecordNoun} noun @param {string | null} id */
  find(draft, noun, id) {
    const among = (/** @type {Draft["records"]} */ records) => records.find(({ record }) => record.id === id)?.record;
    return id ? (among(draft.records) ?? this.store.records[noun][id] ?? among(draft.named ?? [])) : undefined;
  }

  /** @param {any} entity @returns {Option} */
  #entity(entity) {
    // Two people may have one name: what is known of each tells them apart.
    const known = [this.phrases.label("mention.type", entity.type), (entity.description ?? "").slice(0, 60)];
    return { id: entity.id, label: entity.name, detail: known.filter(Boolean).join(" · "), value: { noun: "entities", record: entity } };
  }

  /** @param {RecordNoun} noun @param {any} record @returns {Option} */
  #worded(noun, record) {
    const detail = noun === "issues" ? gettext("Issue") : gettext("Proposition");
    return { id: record.id, label: record.wording, detail, value: { noun, record } };
  }

  /** @param {RecordNoun} noun @param {any} record */
  option(noun, record) {
    return noun === "entities" ? this.#entity(record) : this.#worded(noun, record);
  }

  /** What a party can be besides an entity. @returns {Option[]} */
  voices() {
    return [
      { id: "AUTHOR", label: this.phrases.party("AUTHOR"), detail: gettext("in the article’s own voice") },
      { id: "UNSPECIFIED", label: this.phrases.party("UNSPECIFIED"), detail: gettext("“it is said”, “critics say”") },
    ];
  }

  /** The option that stands for a value now. @param {Draft} draft @param {RecordNoun} noun @param {string | null} id @returns {Option | null} */
  chosen(draft, noun, id) {
    if (!id) return null;
    const voice = this.voices().find((option) => option.id === id);
    const record = this.find(draft, noun, id);
    return voice ?? (record ? this.option(noun, record) : { id, label: gettext("a record that is not here") });
  }

  /** How often this article names each record. @returns {Map<string, number>} */
  #uses() {
    const uses = new Map();
    for (const { entity, source, holder, claimant, target } of this.store.ordered) {
      for (const id of new Set([entity, source, holder, claimant, target])) if (id) uses.set(id, (uses.get(id) ?? 0) + 1);
    }
    return uses;
  }

  /** The best of the records at hand: how they fit, then of which noun they are, then how often this article names them. @param {RecordNoun[]} nouns @param {string} query @param {Option[]} [also] */
  search(nouns, query, also = []) {
    const uses = this.#uses();
    const found = [];
    for (const [rank, noun] of nouns.entries()) {
      for (const record of Object.values(this.store.records[noun])) {
        const fits = fit(query, noun === "entities" ? [record.name, ...(record.aliases ?? [])] : [record.wording]);
        if (fits !== null) found.push({ option: this.option(noun, record), fits, rank, uses: uses.get(record.id) ?? 0 });
      }
    }
    for (const option of also) {
      const fits = fit(query, [option.label]);
      if (fits !== null) found.push({ option, fits, rank: nouns.length, uses: 0 });
    }
    return found
      .sort((a, b) => (query ? a.fits - b.fits : 0) || a.rank - b.rank || b.uses - a.uses || (a.option.label < b.option.label ? -1 : 1))
      .slice(0, OFFERED)
      .map(({ option }) => option);
  }

  /** The same from the server, for registers that are larger than the page. @param {RecordNoun[]} nouns @param {string} query @param {AbortSignal} signal @returns {Promise<Option[]>} */
  async ask(nouns, query, signal) {
    const found = await Promise.all(
      nouns.map(async (noun) => {
        const parameters = new URLSearchParams({ project: this.store.page.project.slug, q: query, page_size: String(OFFERED) });
        const { status, body } = await this.api.send({ method: "GET", path: `${noun}/?${parameters}` }, signal);
        return status === 200 ? body.results.map((/** @type {any} */ record) => this.option(noun, record)) : [];
      }),
    );
    return found.flat();
  }

  /** @param {string} name @param {string} [first] the likeliest type @returns {Option[]} */
  makeEntity(name, first = "PER") {
    const types = [first, "PER", "ORG", "GPE"].filter((type, index, all) => all.indexOf(type) === index).slice(0, 3);
    return types.map((type) => ({
      id: `make-${type}`,
      make: true,
      label: fill(gettext("Add “%(name)s”"), { name }),
      detail: this.phrases.label("mention.type", type),
      value: { noun: "entities", record: this.composing.newEntity(name, type) },
    }));
  }

  /** @param {RecordNoun} noun @param {string} wording @param {string} [kind] @returns {Option[]} */
  makeWorded(noun, wording, kind = "other") {
    const id = this.composing.newId();
    const record = noun === "issues" ? { id, wording, definition: "", supporting_example: "", opposing_example: "", parent: null, version: 0 } : { id, wording, kind, version: 0 };
    const detail = noun === "issues" ? gettext("New issue") : gettext("New proposition");
    return [{ id: `make-${noun}`, make: true, label: fill(gettext("Add “%(name)s”"), { name: wording }), detail, value: { noun, record } }];
  }

  /** Bring in the project's entities and issues, as far as one page of each goes: names in the text are then known, and lists open full. */
  async load() {
    for (const { noun, path } of registersOf(this.store.page.project.slug)) {
      const { status, body } = await this.api.send({ method: "GET", path });
      const unnamed = this.store.unnamed();
      for (const record of status === 200 ? body.results : []) {
        // An article that was opened without a network may name what its document does not have.
        if (unnamed.has(record.id)) this.store.keepRecord(noun, record);
        else this.store.records[noun][record.id] ??= record;
      }
    }
  }

  /** Take over what was picked: a record that the page did not know, or one to be made. @param {Draft} draft @param {Option} option @returns {string} its id */
  take(draft, option) {
    if (!option.value) return option.id;
    const { noun, record } = option.value;
    if (option.make) draft.records.push({ noun, record });
    else if (!this.store.records[/** @type {RecordNoun} */ (noun)][record.id]) this.store.keepRecord(noun, record);
    return record.id;
  }
}
