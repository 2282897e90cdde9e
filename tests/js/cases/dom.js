import { equal, test } from "./harness.js";
import { fill, ngettext, written } from "/modules/dom.js";

test("numbers are written as people read them", () => {
  equal(written(12345), "12,345");
  equal(ngettext("%(count)s waiting", "%(count)s waiting", 1200), "1,200 waiting");
  equal(fill("%(who)s: %(id)s", { who: "Mo", id: "12345" }), "Mo: 12345");
});
