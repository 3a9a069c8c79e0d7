import { setImmediate } from 'node:timers/promises';

/** So long a turn is at most, as far as the work lets others have theirs. */
const TURN_MS = 8;

/** Does work that is done in turns, and lets the event loop continue between them. */
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
