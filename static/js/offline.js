// @ts-check
/**
 * Has this article kept by the service worker (worker.js), so that it opens again without a network. Loaded when an editor begins to
 * work: who only reads needs none of it.
 *
 * @import { PageDocument } from "./types.js"
 */
import { registersOf } from "./records.js";

const ADDRESS = "/worker.js";

/** A worker is a script: on this page nothing is loaded as one but what this policy lets through, which is this address. */
const trusted = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("worker", { createScriptURL: () => ADDRESS });

/** Files with a digest that the page has loaded or may load: from the import map and from the elements that name one. */
function files() {
  const led = JSON.parse(document.querySelector("script[type=importmap]")?.textContent ?? "{}").imports ?? {};
  const named = [...document.querySelectorAll("link[href], script[src], img[src]")].map((element) => element.getAttribute("href") ?? element.getAttribute("src"));
  return [...new Set([...Object.values(led), ...named].map((address) => new URL(address, location.href)).filter(({ origin }) => origin === location.origin).map(({ pathname }) => pathname))];
}

/** Best effort: without it, all works as long as the page is open. @param {PageDocument} page */
export async function keepPage({ me, project, urls }) {
  const workers = navigator.serviceWorker;
  if (!workers) return; // plain http to another machine
  try {
    await workers.register(trusted?.createScriptURL("") ?? ADDRESS, { updateViaCache: "none" });
    const { active } = await workers.ready;
    active?.postMessage({ pathname: location.pathname, files: files(), registers: registersOf(project.slug).map(({ path }) => urls.api + path), whose: encodeURIComponent(me.username) });
  } catch {
    // Refused by the browser or by its user: then not.
  }
}
