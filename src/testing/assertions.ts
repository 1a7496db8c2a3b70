/** Assertions of the contract suites: plain errors, so that any test runner can run them. */

/** Throws an error with `message` unless the condition holds. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** Throws unless both are the same value, NaN included. */
export function assertEqual(found: unknown, expected: unknown, what: string): void {
  assert(Object.is(found, expected), `${what}: expected ${String(expected)}, found ${String(found)}`);
}

/** Throws unless the promise is rejected with an error for which `isExpected` holds. */
export async function assertRejects(
  run: () => Promise<unknown>,
  isExpected: (error: unknown) => boolean,
  what: string,
): Promise<void> {
  let found: unknown;
  try {
    found = await run();
  } catch (error) {
    assert(isExpected(error), `${what}, found the error: ${String(error)}`);
    return;
  }
  throw new Error(`${what}, found an answer: ${String(found)}`);
}
