// @ts-check
/* Shows how far a job is while its page is open; the page is read anew once the job has come to an end. */

import { written } from "../dom.js";

const EVERY = 1500; // milliseconds

/** @type {HTMLElement | null} */
const job = document.querySelector("[data-job]");

/** @param {HTMLElement} job */
async function look(job) {
  const answer = await fetch(/** @type {string} */ (job.dataset.job), { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const told = await answer.json();
  if (told.state !== job.dataset.state) {
    location.reload();
    return;
  }
  const bar = job.querySelector("progress");
  if (bar) {
    bar.max = told.size;
    bar.value = told.read;
  }
  const figures = { position: told.position, ...told.counts };
  for (const [name, figure] of Object.entries(figures)) {
    const shown = job.querySelector(`[data-figure="${name}"]`);
    if (shown) shown.textContent = written(figure);
  }
}

if (job) {
  const looking = setInterval(() => {
    if (!document.hidden) look(job).catch(() => {}); // without an answer it is asked again
  }, EVERY);
  addEventListener("pagehide", () => clearInterval(looking));
}
