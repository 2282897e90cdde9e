import { equal, test } from "./harness.js";
import { Phrases } from "/modules/phrases.js";

document.documentElement.lang = "en";
const phrases = new Phrases({ codebook: {} }, () => ({ entities: { e: { name: "יעל כהן" }, m: { name: "Ilsa \u202eMarrow" }, q: { name: "Tomas Quill" } } }));
const facts = (claimant) => phrases.facts({ kind: "claim", claim_kind: "quantity", claimant, certainty: "sure" }, () => undefined);

test("a name that is read from the right turns nothing of the line but itself", () => {
  equal(facts("e"), ["quantity", "\u2068יעל כהן\u2069", "sure"]);
  equal(facts("m"), ["quantity", "\u2068Ilsa \u202eMarrow\u2069", "sure"]);
  equal(facts("q"), ["quantity", "Tomas Quill", "sure"]);
});
