// Counts what was asserted and prints one line for each.
import { isDeepStrictEqual, inspect } from "node:util";

let passed = 0;
let failed = 0;

export function that(name, ok, ...seen) {
  if (ok) {
    passed++;
    console.log(`ok    ${name}`);
  } else {
    failed++;
    console.log(`FAIL  ${name}`);
    for (const s of seen) console.log(`      | ${inspect(s)}`);
  }
}

export function equal(name, seen, wanted) {
  that(name, isDeepStrictEqual(seen, wanted), { seen, wanted });
}

export async function rejects(name, promise, text) {
  try {
    const value = await promise;
    that(name, false, { resolved: value });
  } catch (e) {
    that(name, !text || String(e.message).includes(text) || String(e.code).includes(text), e);
  }
}

// A part of the program; what it throws is one failure, not the end.
export async function section(name, part) {
  let timer;
  const bound = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("not done after 40 s")), 40_000);
  });
  try {
    await Promise.race([part(), bound]);
  } catch (e) {
    that(`${name} runs to its end`, false, e);
  } finally {
    clearTimeout(timer);
  }
}

export function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

// Waits for a condition, for up to ten seconds.
export async function eventually(name, condition) {
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    if (await condition()) {
      that(name, true);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  that(name, false, "not after 10 s");
}

export const servers = (process.env.NATS_URL ?? "").split(",");
export const num_replicas = Number(process.env.REPLICAS ?? 1);
