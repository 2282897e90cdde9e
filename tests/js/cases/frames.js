import { equal, test } from "./harness.js";
import { afterFrame } from "/modules/dom.js";

test("what nobody sees is done after the frame, in its order", async () => {
  const done = [];
  afterFrame(() => done.push("first"));
  requestAnimationFrame(() => done.push("frame"));
  afterFrame(() => done.push("second"));
  equal(done, []);

  await new Promise((resolve) => afterFrame(resolve));

  equal(done, ["frame", "first", "second"]);
});
test("it waits for no frame where the page goes", async () => {
  const done = [];
  afterFrame(() => done.push("first"));
  afterFrame(() => done.push("second"));

  dispatchEvent(new Event("pagehide"));
  await null;

  equal(done, ["first", "second"]);
});
test("nor where the page is hidden, and what waited then comes first", () => {
  const done = [];
  afterFrame(() => done.push("first"));
  Object.defineProperty(document, "hidden", { value: true, configurable: true });

  document.dispatchEvent(new Event("visibilitychange"));
  queueMicrotask(() => afterFrame(() => done.push("second")));

  return Promise.resolve().then(() => {
    delete document.hidden;
    equal(done, ["first", "second"]);
  });
});
test("nor where no frame comes", async () => {
  const { requestAnimationFrame: request } = window;
  window.requestAnimationFrame = () => 0;

  await new Promise((resolve) => afterFrame(resolve));

  window.requestAnimationFrame = request;
});
test("where one fails, the others are done", async () => {
  const told = [];
  addEventListener("error", (event) => told.push(event.error.message) && event.preventDefault(), { once: true });
  afterFrame(() => {
    throw new Error("no");
  });

  await new Promise((resolve) => afterFrame(resolve));

  equal(told, ["no"]);
});
