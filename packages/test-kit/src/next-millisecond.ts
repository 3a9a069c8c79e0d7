import { setImmediate } from 'node:timers/promises';

/**
 * Waits until the clock shows another millisecond. Runs that start in the same millisecond are equally new, so a test
 * that needs the newest one calls this between them.
 */
export async function nextMillisecond(): Promise<void> {
  const nowMs = Date.now();
  while (Date.now() === nowMs) await setImmediate();
}
