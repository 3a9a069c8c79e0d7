import { setImmediate } from 'node:timers/promises';

/**
 * Waits until the clock shows another millisecond. Runs that begin in one millisecond are equally new: a test that
 * asks for the newest lets one pass between them.
 */
export async function nextMillisecond(): Promise<void> {
  const nowMs = Date.now();
  while (Date.now() === nowMs) await setImmediate();
}
