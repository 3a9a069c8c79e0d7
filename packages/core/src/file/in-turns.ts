import { setImmediate } from 'node:timers/promises';

/** The longest turn, if the work yields often enough. */
const TURN_MS = 8;

/** Does work in turns, and lets the event loop continue between them. */
export async function inTurns<Result>(work: Generator<void, Result>): Promise<Result> {
  for (;;) {
    const endMs = performance.now() + TURN_MS;
    do {
      const { done, value } = work.next();
      if (done === true) return value;
    } while (performance.now() < endMs);
    await setImmediate();
  }
}
