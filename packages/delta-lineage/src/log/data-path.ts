import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assertArguments, TidemarkError } from '@tidemark/core';

const TEXTS = { tablePath: 'string', loggedPath: 'string' } as const;

/**
 * Resolves a path in the log to a file. Paths are RFC 2396 URIs, relative to the table's folder or
 * absolute, and are decoded exactly once; `/x`, `file:/x` and `file:///x` are the same file.
 *
 * Returns undefined for an address outside the local file system (`s3://…`).
 * @throws DELTA_LOG_INVALID when the path is not a URI.
 */
export function localDataPath(tablePath: string, loggedPath: string): string | undefined {
  if (typeof tablePath !== 'string' || typeof loggedPath !== 'string') {
    assertArguments({ tablePath, loggedPath }, 'localDataPath', TEXTS);
  }
  try {
    if (/^file:/i.test(loggedPath)) return fileURLToPath(loggedPath);
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(loggedPath)) return undefined;
    const decoded = decodeURIComponent(loggedPath);
    return isAbsolute(decoded) ? join(decoded) : join(tablePath, decoded);
  } catch (cause) {
    throw new TidemarkError(
      'DELTA_LOG_INVALID',
      `The log names a file '${loggedPath}', which is not a valid URI. The log is damaged, or its writer did not escape the path: restore it from a copy.`,
      { cause, details: { path: loggedPath } },
    );
  }
}

/** Encodes a relative file path for the log: each segment is escaped once. */
export function encodeDataPath(segments: readonly string[]): string {
  return segments.map((segment) => encodeURIComponent(segment).replaceAll('%3D', '=')).join('/');
}
