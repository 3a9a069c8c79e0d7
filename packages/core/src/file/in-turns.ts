import { setImmediate } from 'node:timers/promises';

/** The longest turn, if the work yields often enough. */
export const TURN_MS = 8;

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

/** Hands out what such work finds. Work that finds nothing yet, and lets others have their turn, yields `undefined`. */
export async function* handedOut<Found>(work: Iterable<Found | undefined>): AsyncGenerator<Found> {
  let endMs = performance.now() + TURN_MS;
  for (const found of work) {
    if (found !== undefined) yield found;
    if (performance.now() < endMs) continue;
    await setImmediate();
    endMs = performance.now() + TURN_MS;
  }
}
