import { z } from 'zod';
import { TidemarkError } from '../../errors.ts';
import { isStamp } from '../../events/stamp.ts';
import type { ProcessIdentity } from '../system/process-identity.ts';
import { isIntact, isIntactOrUnchecked, withCheck } from './line-check.ts';

/** The version of the log format that writers use. Readers refuse a higher one. */
const LOG_FORMAT = 2;

/** The first format in which every line has a check. */
const CHECKED_FORMAT = 2;

/** The first line of every log. */
export interface LogHeader extends ProcessIdentity {
  readonly kind: 'log';
  readonly format: number;
  /** The id of the store that the log was written for. */
  readonly store: string;
  readonly writer: string;
  readonly sequence: number;
  /** 0 at first; one more each time maintenance rewrites the log. */
  readonly generation: number;
  /** The number of lines that maintenance removed from the section. Its closing line counts them too. */
  readonly without?: number;
  /** Hybrid stamp, microseconds. */
  readonly at: number;
}

const schema: z.ZodType<LogHeader> = z.object({
  kind: z.literal('log'),
  format: z.int(),
  store: z.string(),
  // Excludes the names of members of JavaScript objects, because digests of runs are keyed by writer.
  writer: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  sequence: z.int().nonnegative(),
  generation: z.int().nonnegative(),
  without: z.int().nonnegative().exactOptional(),
  at: z.number().refine(isStamp),
  host: z.string(),
  pid: z.int(),
  boot: z.string().exactOptional(),
  pidNamespace: z.string().exactOptional(),
  processStart: z.string().exactOptional(),
});

/** What headers of every version have. Made once, because zod compiles a schema at its first use. */
const versionSchema = z.object({ kind: z.literal('log'), format: z.int() });

/** Encodes the header of a log, with its newline. */
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
  return `${withCheck(JSON.stringify(header))}\n`;
}

/** Whether this header and the lines after it must have a check. */
export function hasChecks({ format }: LogHeader): boolean {
  return format >= CHECKED_FORMAT;
}

/**
 * Decodes a header; `undefined` if the line is not a header.
 * @throws STORE_FORMAT_TOO_NEW
 */
export function decodeLogHeader(line: string, file: string): LogHeader | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  // The check comes first, because one flipped bit makes a supported format an unsupported one.
  if (!isIntactOrUnchecked(line)) return undefined;
  const version = versionSchema.safeParse(value);
  if (version.success && version.data.format > LOG_FORMAT) {
    throw new TidemarkError(
      'STORE_FORMAT_TOO_NEW',
      `The log ${file} has format ${version.data.format}; this version of Tidemark reads formats up to ${LOG_FORMAT}. Install a newer Tidemark.`,
      { details: { file, format: version.data.format } },
    );
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) return undefined;
  return hasChecks(parsed.data) && !isIntact(line) ? undefined : parsed.data;
}
