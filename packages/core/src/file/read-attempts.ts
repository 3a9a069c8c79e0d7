import { TidemarkError } from '../errors.ts';

/** The most attempts to read while logs are replaced. */
export const READ_ATTEMPTS = 10;

/** Returns the error for logs that change during every attempt. An incomplete state would be a wrong answer. */
export function neverStill(folder: string): TidemarkError {
  return new TidemarkError(
    'READ_FAILED',
    `The logs of ${folder} are replaced while they are read, so no consistent state could be read. Wait until the clean-up or the copy has ended, and read again.`,
  );
}
