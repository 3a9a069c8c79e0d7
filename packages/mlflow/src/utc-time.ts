import { assertArguments, TidemarkError } from '@tidemark/core';

const UTC_TIME = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/;

/**
 * Formats a time like MLflow's MLmodel files: `2026-11-23 07:51:22.056000`, in UTC.
 * @throws INVALID_ARGUMENT for a time that a Date cannot represent
 *
 * @example
 * ```ts
 * formatUtcTime(Date.UTC(2026, 10, 23)); // '2026-11-23 00:00:00.000000'
 * ```
 */
export function formatUtcTime(timeMs: number): string {
  assertArguments({ timeMs }, 'formatUtcTime', { timeMs: 'number' });
  if (Number.isNaN(new Date(timeMs).getTime())) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `A Date cannot represent ${timeMs} ms since 1970. Give a time between the years -271821 and 275760.`,
    );
  }
  return `${new Date(timeMs).toISOString().slice(0, -1).replace('T', ' ')}000`;
}

/**
 * Parses such a text and returns milliseconds since 1970. Without a zone it is UTC. Fractions of a millisecond are
 * cut off.
 * @throws MLMODEL_INVALID when it is not a time
 */
export function parseUtcTime(text: string): number {
  assertArguments({ text }, 'parseUtcTime', { text: 'string' });
  const [match, date, time, fraction = '', zone = 'Z'] = UTC_TIME.exec(text) ?? [];
  const timeMs =
    match === undefined
      ? Number.NaN
      : Date.parse(`${date}T${time}.${fraction.padEnd(3, '0').slice(0, 3)}${zone}`);
  if (!Number.isNaN(timeMs)) return timeMs;
  throw new TidemarkError(
    'MLMODEL_INVALID',
    `utc_time_created is ${JSON.stringify(text)}, which is not a time. Write it like "2026-11-23 07:51:22.056114".`,
  );
}
