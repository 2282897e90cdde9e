// What the cases are written with: named cases that compare by value. tests/js/test_modules.py runs them in the browser.

const cases = [];

export function test(name, check) {
  cases.push({ name, check });
}

export function equal(actual, expected, about = "") {
  const [found, wanted] = [actual, expected].map((value) => JSON.stringify(value, (_, inner) => (inner === undefined ? "undefined" : inner instanceof Set ? [...inner] : inner instanceof Map ? [...inner] : inner)));
  if (found !== wanted) throw new Error(`${about && `${about}: `}expected ${wanted}, got ${found}`);
}

export function refuses(act, message) {
  let said = null;
  try {
    act();
  } catch (error) {
    said = error.message;
  }
  equal(said, message);
}

/** Numbers that look random and are the same each time (mulberry32). */
export function numbers(seed) {
  return (below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** The names of the cases, and what failed. */
export async function run() {
  const failed = [];
  for (const { name, check } of cases) {
    try {
      await check();
    } catch (error) {
      failed.push(`${name}: ${error.message}`);
    }
  }
  return { run: cases.length, failed };
}
