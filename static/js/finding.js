// @ts-check
/**
 * Two panels over words found in the text, in the composer's place: every mention of an entity, ticked, to be tagged in one go; and
 * words that one types, to be selected and tagged.
 *
 * @import { Annotation, Command, Entity, Kind, Segment } from "./types.js"
 * @import { Composing } from "./composing.js"
 * @import { Phrases } from "./phrases.js"
 * @import { Store } from "./store.js"
 * @import { TextView } from "./text.js"
 */
import { button, fill, gettext, h, ngettext } from "./dom.js";
import { loosely, placesOf } from "./folding.js";
import { KINDS } from "./phrases.js";
import { codePoint } from "./offsets.js";
import { occurrences } from "./prefill.js";

const AROUND = 28; // characters of context on each side
const LISTED = 100; // hits

/** @typedef {{place: HTMLElement, store: Store, view: TextView, phrases: Phrases, composing: Composing, close: () => void, say: (text: string, heard?: boolean) => void}} Room */

/** Words with what stands around them. @param {Store} store @param {Segment} segment */
function inContext({ article }, [start, end]) {
  const paragraph = article.paragraphs[article.paragraphAt(start)];
  const from = codePoint(Math.max(paragraph.start, start - AROUND));
  const to = codePoint(Math.min(paragraph.end, end + AROUND));
  return h("span", { class: "context-line", dir: "auto" }, from > paragraph.start && "…", article.slice(from, start), h("b", {}, article.slice(start, end)), article.slice(end, to), to < paragraph.end && "…");
}

/** Where an entity is named and not yet tagged with it. @param {Store} store @param {Entity} entity @returns {Segment[]} */
export function untagged(store, { id, name, aliases }) {
  return occurrences(store.article, [name, ...(aliases ?? [])]).filter(
    ([start, end]) => !store.touching(start, end).some(({ kind, entity, segments }) => kind === "mention" && entity === id && segments.some(([from, to]) => from === start && to === end)),
  );
}

/** The command that tags places as mentions of an entity. @param {Composing} composing @param {Entity} entity @param {Segment[]} segments @returns {Command} */
export function tagAll(composing, { id, name, type, subtype }, segments) {
  const changes = segments.map((segment) => {
    const { annotation } = composing.begin("mention", [segment]);
    return { before: null, after: /** @type {Annotation} */ ({ ...annotation, entity: id, type, subtype, no_entity_reason: "", level: "NAM" }) };
  });
  return { label: fill(ngettext("%(count)s mention of %(name)s tagged", "%(count)s mentions of %(name)s tagged", segments.length), { name }), changes };
}

/** @param {Room} room @param {Entity} entity @param {(command: Command) => void} execute */
export function showEveryMention({ place, store, view, composing, close, say }, entity, execute) {
  const found = untagged(store, entity);
  if (!found.length) {
    say(fill(gettext("Every mention of %(name)s is tagged."), { name: entity.name }));
    return;
  }
  const ticked = new Set(found);
  const save = h("button", { type: "submit", class: "button primary" });
  const told = () => {
    save.textContent = ngettext("Tag %(count)s mention", "Tag %(count)s mentions", ticked.size);
    save.disabled = !ticked.size;
    view.highlight("hit", found.filter((segment) => ticked.has(segment)));
  };
  const list = h("ol", { class: "hits" });
  for (const segment of found) {
    const box = h("input", { type: "checkbox", checked: true });
    box.addEventListener("change", () => {
      if (box.checked) ticked.add(segment);
      else ticked.delete(segment);
      told();
    });
    list.append(h("li", {}, h("label", {}, box, inContext(store, segment))));
  }
  open(place, fill(gettext("Every mention of %(name)s"), { name: entity.name }), list, h("div", { class: "foot" }, h("span", { class: "grow" }), button(gettext("Cancel"), close, "quiet"), save));
  told();
  place.onsubmit = () => {
    close();
    execute(tagAll(composing, entity, found.filter((segment) => ticked.has(segment))));
  };
  place.querySelector("input")?.focus();
  say(ngettext("%(count)s mention found", "%(count)s mentions found", found.length), true);
}

/**
 * @param {Room} room
 * @param {(segment: Segment) => void} choose selects words in the text
 * @param {(kind: Kind, segment: Segment) => void} tag
 */
export function showFind({ place, store, view, close, say }, choose, tag) {
  /** @type {Segment[]} */
  let found = [];
  let at = 0;
  const input = h("input", { type: "search", "aria-label": gettext("Words to find"), placeholder: gettext("Words to find"), autocomplete: "off", spellcheck: "false", dir: "auto" });
  const list = h("ol", { class: "hits", "aria-label": gettext("Found") });
  const tags = h("div", { class: "actions", role: "group", "aria-label": gettext("Tag the chosen words") });
  for (const kind of /** @type {Kind[]} */ (["mention", "stance", "claim", "attribution"])) {
    tags.append(button(KINDS[kind], () => found[at] && tag(kind, found[at]), "small"));
  }
  const point = (/** @type {number} */ index) => {
    at = index;
    [...list.querySelectorAll("button")].forEach((hit, position) => (position === index ? hit.setAttribute("aria-current", "true") : hit.removeAttribute("aria-current")));
    const hit = found[index];
    if (!hit) return;
    view.highlight("selected", [hit]);
    view.range(...hit).startContainer.parentElement?.scrollIntoView({ block: "nearest" });
  };
  input.addEventListener("input", () => {
    found = finds(store, input.value);
    list.replaceChildren(
      ...found.slice(0, LISTED).map((segment, index) => {
        const hit = h("button", { type: "button" }, inContext(store, segment));
        hit.addEventListener("focus", () => point(index));
        hit.addEventListener("click", () => choose(segment));
        return h("li", {}, hit);
      }),
    );
    const sought = Boolean(input.value.trim());
    if (sought && !found.length) list.append(h("li", { class: "quietly" }, gettext("These words are not in the text.")));
    tags.hidden = !found.length;
    view.highlight("hit", found);
    point(0);
    say(sought ? ngettext("%(count)s place found", "%(count)s places found", found.length) : "", true);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const move = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (move && found.length) {
      event.preventDefault();
      point((at + move + found.length) % found.length);
      say(inContext(store, found[at]).textContent ?? "", true);
    }
  });
  place.onsubmit = () => found[at] && choose(found[at]);
  tags.hidden = true;
  open(place, gettext("Find and tag"), input, tags, list, h("div", { class: "foot" }, h("span", { class: "grow" }), button(gettext("Close"), close, "quiet")));
  input.focus();
}

/** Where the text has words, case and the ways of writing them aside. @param {Store} store @param {string} query @returns {Segment[]} */
function finds({ article }, query) {
  const words = query.trim();
  if (!words) return [];
  const expression = new RegExp(`${loosely(words)}(?!\\p{M})`, "giu");
  return article.paragraphs.flatMap((paragraph) => placesOf(paragraph, expression));
}

/** @param {HTMLElement} place @param {string} title @param {...Node} parts */
function open(place, title, ...parts) {
  place.hidden = false;
  place.setAttribute("aria-label", title);
  place.replaceChildren(h("h2", {}, title), ...parts);
  place.scrollIntoView({ block: "nearest" });
}
