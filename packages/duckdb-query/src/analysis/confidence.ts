import { TidemarkError } from '@tidemark/core';

/** The confidence of intervals and bands, where none is given. */
export const DEFAULT_CONFIDENCE = 0.95;

/** Checks a confidence. @throws INVALID_ARGUMENT */
export function assertConfidence(confidence: number): void {
  if (confidence > 0 && confidence < 1) return;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `The confidence ${confidence} is not between 0 and 1. Give one such as 0.95.`,
    { details: { confidence } },
  );
}
