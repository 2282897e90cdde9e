// @ts-check
/**
 * The service worker: an article on which an editor has worked opens again without a network. Where there is one, nothing is answered
 * from here but files whose names have their digest. What names the text's people and issues is kept along with it.
 *
 * A kept page belongs to who was signed in when it was made, as its answer says. The first answer that is for somebody else or for
 * nobody clears it away, and so does whatever is sent to sign in or out. It stands alone: a browser loads it by its own address.
 */

const FILES = "files";
const PAGES = "pages of "; // and a username
const MOST = 30; // articles
const ARTICLE = /^\/p\/[^/]+\/articles\/[0-9a-f-]{36}\/$/;
const REGISTER = /^\/api\/v1\/(entities|issues)\/$/;
const FILE = /^\/static\/.+\.[0-9a-f]{12}\.\w+$/;

/** A ServiceWorkerGlobalScope, whose types exclude those of a page. @type {any} */
const worker = self;

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(takeCharge()));
worker.addEventListener("message", (/** @type {any} */ event) => event.waitUntil(keepWhole(event.data)));
worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname, searchParams } = new URL(url);
  if (origin !== location.origin) return;
  if (method !== "GET") {
    if (pathname.startsWith("/accounts/")) event.waitUntil(clear());
  } else if (mode === "navigate") event.respondWith(page(event, pathname));
  else if (FILE.test(pathname)) event.respondWith(file(event.request));
  else if (REGISTER.test(pathname) && !searchParams.has("q")) event.respondWith(register(event));
});

/** The browser asks for a page while this starts, so that nobody waits for it. */
async function takeCharge() {
  await worker.registration.navigationPreload?.enable();
  await worker.clients.claim();
}

/** A page from the server; where that cannot be reached, as it was kept. @param {any} event @param {string} pathname @returns {Promise<Response>} */
async function page(event, pathname) {
  /** @type {Response} */
  let answer;
  try {
    answer = (await event.preloadResponse) ?? (await fetch(event.request));
  } catch (unreachable) {
    const kept = await find(pathname);
    if (kept) return kept;
    throw unreachable;
  }
  const copy = answer.clone();
  event.waitUntil(keep(pathname, copy));
  // Nobody sees a page before that of another is gone.
  const owner = ownerOf(answer);
  if (owner !== null) await clear(owner);
  return answer;
}

/** Who was signed in when it was made; "": nobody; null: it is no page of the site. @param {Response} answer */
const ownerOf = (answer) => answer.headers.get("X-Signed-In-As");

/** @param {Request} request */
async function file(request) {
  return (await caches.match(request, { cacheName: FILES, ignoreVary: true })) ?? fetch(request);
}

/** A register of the project, for who asks for it. @param {any} event @returns {Promise<Response>} */
async function register({ request }) {
  const name = PAGES + (request.headers.get("X-Signed-In-As") ?? "");
  const kept = (await pages()).includes(name) ? await caches.open(name) : null;
  try {
    const answer = await fetch(request);
    if (answer.ok) await kept?.put(request.url, answer.clone());
    return answer;
  } catch (unreachable) {
    const former = await kept?.match(request.url, { ignoreVary: true });
    if (former) return former;
    throw unreachable;
  }
}

/** A page that is kept. There is one person's at a time. @param {string} pathname @returns {Promise<Response | undefined>} */
async function find(pathname) {
  for (const name of await pages()) {
    const kept = await caches.match(pathname, { cacheName: name, ignoreVary: true });
    if (kept) return kept;
  }
}

async function pages() {
  return (await caches.keys()).filter((name) => name.startsWith(PAGES));
}

/** Let go of all pages but those of one person. @param {string} [owner] */
async function clear(owner) {
  const others = (await pages()).filter((name) => !owner || name !== PAGES + owner);
  await Promise.all(others.map((name) => caches.delete(name)));
}

/** @param {string} pathname @param {Response} answer */
async function keep(pathname, answer) {
  const owner = ownerOf(answer);
  if (!ARTICLE.test(pathname) || !owner) return;
  const cache = await caches.open(PAGES + owner);
  await cache.delete(pathname);
  if (!answer.ok) return;
  await cache.put(pathname, answer);
  const kept = (await cache.keys()).filter(({ url }) => ARTICLE.test(new URL(url).pathname));
  for (const oldest of kept.slice(0, Math.max(0, kept.length - MOST))) await cache.delete(oldest);
}

/** Keep what a page needs: its files, and itself and the registers where they came before there was a worker. @param {{pathname: string, files: string[], registers: string[], whose: string}} page */
async function keepWhole({ pathname, files, registers, whose }) {
  const cache = await caches.open(FILES);
  const there = new Map((await cache.keys()).map((request) => [new URL(request.url).pathname, request]));
  await cache.addAll(files.filter((name) => FILE.test(name) && !there.has(name)));
  const former = [...there].filter(([name]) => !files.includes(name));
  // The site is another one: pages that were made by the former would not find their files.
  if (former.length) await clear();
  for (const [, request] of former) await cache.delete(request);
  if (await find(pathname)) return;
  const answer = await fetch(pathname);
  if (answer.redirected || ownerOf(answer) !== whose) return;
  await keep(pathname, answer);
  const headers = { "X-Signed-In-As": whose };
  for (const address of registers) await register({ request: new Request(address, { headers }) });
}
