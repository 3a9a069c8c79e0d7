import { z } from 'zod';
import { TidemarkError } from '../errors.ts';
import { isStamp } from '../events/stamp.ts';
import type { ProcessIdentity } from './process-identity.ts';

/** The version of the log format. Readers refuse a higher one. */
const LOG_FORMAT = 1;

/** The first line of every log. */
export interface LogHeader extends ProcessIdentity {
  readonly kind: 'log';
  readonly format: number;
  /** The id of the store that the log was written for. */
  readonly store: string;
  readonly writer: string;
  readonly sequence: number;
  /** 0 as written; counts up when maintenance rewrites a sealed log. */
  readonly generation: number;
  /** Hybrid stamp, microseconds. */
  readonly at: number;
}

const schema: z.ZodType<LogHeader> = z.object({
  kind: z.literal('log'),
  format: z.int(),
  store: z.string(),
  // No name of JavaScript's own objects among them: digests of runs are kept by writer.
  writer: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  sequence: z.int().nonnegative(),
  generation: z.int().nonnegative(),
  at: z.number().refine(isStamp),
  host: z.string(),
  pid: z.int(),
  boot: z.string().exactOptional(),
  pidNamespace: z.string().exactOptional(),
  processStart: z.string().exactOptional(),
});

/** What a writer says of itself at the start of a log, with the newline. */
export function encodeLogHeader(
  log: { store: string; writer: string; sequence: number; stampUs: number },
  process: ProcessIdentity,
): string {
  const { stampUs, ...named } = log;
  const header: LogHeader = {
    kind: 'log',
    format: LOG_FORMAT,
    ...named,
    generation: 0,
    at: stampUs,
    ...process,
  };
  return `${JSON.stringify(header)}\n`;
}

/**
 * Reads a header; `undefined` when the line is not one.
 * @throws STORE_FORMAT_TOO_NEW
 */
export function decodeLogHeader(line: string, file: string): LogHeader | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const version = z.object({ kind: z.literal('log'), format: z.int() }).safeParse(value);
  if (version.success && version.data.format > LOG_FORMAT) {
    throw new TidemarkError(
      'STORE_FORMAT_TOO_NEW',
      `The log ${file} has format ${version.data.format}; this version of Tidemark reads formats up to ${LOG_FORMAT}. Install a newer Tidemark.`,
      { details: { file, format: version.data.format } },
    );
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
