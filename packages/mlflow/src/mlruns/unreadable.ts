import { isTidemarkError } from '@tidemark/core';
import type { MlrunsProblem } from './mlruns-plan.ts';

/** The reason why something cannot be read completely. The caller turns it into a problem. */
export class Unreadable extends Error {
  readonly place: string;

  constructor(place: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.place = place;
  }
}

/**
 * Reads one thing completely, or records its problem and returns `undefined`. Catches only errors that are about
 * that thing.
 */
export async function wholeOrProblem<T>(
  place: string,
  problems: MlrunsProblem[],
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const where = error instanceof Unreadable ? error.place : place;
    if (!(error instanceof Unreadable) && !isTidemarkError(error)) throw error;
    problems.push({
      severity: 'left-out',
      place,
      message: where === place ? error.message : `${where}: ${error.message}`,
    });
    return undefined;
  }
}
