/**
 * An editor's random operations, by the page's own layer of commands; evaluated in a page with a seed, to which it adds `operate`,
 * `settle`, `standing` and `held`. What asks for a server waits a little, never twice the same time.
 */
async (seed) => {
  const [{ Making }, { tagAll, untagged }, { settle: decide }, { numbers }] = await Promise.all(["/static/js/making.js", "/static/js/finding.js", "/static/js/deciding.js", "/cases/harness.js"].map((address) => import(address)));
  const number = numbers(seed);
  const pick = (list) => list[number(list.length)];
  const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

  const { fetch } = window;
  window.fetch = async (...request) => {
    await pause(number(60));
    const answer = await fetch(...request);
    await pause(number(60));
    return answer;
  };

  // The hands of the page, which it keeps to itself, are met when a key asks for them.
  const hands = await new Promise((resolve) => {
    const { acts } = Making.prototype;
    Making.prototype.acts = function () {
      Making.prototype.acts = acts;
      resolve(this);
      return {};
    };
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "Delete", bubbles: true }));
  });
  const { screen, composing } = hands;
  const { store, history, outbox, article } = screen;

  const words = article.paragraphs.map(({ start, end }) => [...article.slice(start, end).matchAll(/[\p{L}\d]+/gu)].map(({ index, 0: word }) => [start + index, start + index + word.length]));
  const some = () => {
    const paragraph = pick(words);
    const first = number(paragraph.length);
    return [paragraph[first][0], paragraph[Math.min(paragraph.length - 1, first + number(4))][1]];
  };
  const mine = () => [...store.annotations.values()].filter((annotation) => screen.mayChange(annotation));
  let said = 0;
  let heard = screen.page.event;
  document.addEventListener("happened", ({ detail }) => (heard = Math.max(heard, detail.id)));

  /** Each does one thing; false: there was nothing to do it with. */
  const OPERATIONS = {
    make() {
      const draft = composing.begin(pick(["mention", "mention", "stance", "claim", "attribution"]), [some()]);
      const { annotation } = draft;
      const voice = annotation.attribution ? (draft.quotation ?? store.annotations.get(annotation.attribution)).source : null;
      if (annotation.kind === "attribution") annotation.source ??= "UNSPECIFIED";
      if (annotation.kind === "stance") Object.assign(annotation, { position: pick(["support", "oppose", "mixed", "neutral"]), holder: voice ?? "AUTHOR", target: pick(Object.keys(store.records.issues)) });
      if (annotation.kind === "claim") Object.assign(annotation, { claim_kind: "event", claimant: voice ?? "AUTHOR", wording: `Claim ${(said += 1)} of ${screen.page.me.username}.` });
      if (Object.keys(composing.problems(draft)).length) return false;
      history.execute(composing.command(draft));
    },
    change() {
      const before = pick(mine());
      if (!before) return false;
      const fields = pick([{ comment: `Comment ${(said += 1)} of ${screen.page.me.username}.` }, before.kind === "stance" ? { position: pick(["support", "oppose", "mixed", "unclear"]) } : { certainty_of_coder: pick(["certain", "uncertain"]) }, { segments: [some()] }]);
      history.execute({ label: "Changed", changes: [{ before, after: { ...before, ...fields } }] });
    },
    boundary() {
      const annotation = pick(mine());
      if (!annotation) return false;
      screen.select(annotation.id);
      hands.acts()[pick(["moveEnd", "moveStart"])](number(2) === 0);
    },
    remove() {
      const annotation = pick(mine());
      if (!annotation) return false;
      history.execute(composing.remove(annotation));
    },
    everyMention() {
      const entity = pick(Object.values(store.records.entities).filter((each) => untagged(store, each).length));
      if (!entity) return false;
      history.execute(tagAll(composing, entity, untagged(store, entity).slice(0, 4)));
    },
    undo: () => history.undo() !== null,
    redo: () => history.redo() !== null,
  };
  const OFTEN = ["make", "make", "make", "change", "change", "change", "boundary", "remove", "everyMention", "undo", "undo", "redo"];

  Object.assign(window, {
    async operate(count) {
      for (let done = 0; done < count; ) {
        if (OPERATIONS[pick(OFTEN)]() !== false) done += 1;
        await pause(number(12));
      }
      screen.select(null);
    },
    /** Decide what there is to decide, and leave what was refused. */
    settle() {
      for (const conflict of outbox.undecided) decide(screen, conflict, pick(["mine", "theirs", ...(conflict.mine && conflict.theirs ? ["both"] : [])]));
      const refused = [...outbox.entries.values()].filter(({ problem }) => problem);
      for (const { id } of refused) outbox.discard(id);
      screen.select(null);
    },
    /** Where it stands: what waits, and the last event that was heard. */
    standing: () => ({ ...outbox.status, heard, entries: outbox.entries.size }),
    held: () => [...store.annotations.values()],
  });
}
