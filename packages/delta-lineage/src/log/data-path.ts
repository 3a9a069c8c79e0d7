import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TidemarkError } from '@tidemark/core';

/**
 * The file that a path in the log means. Paths are RFC 2396 URIs, relative to the table's folder or
 * absolute, and are decoded exactly once; `/x`, `file:/x` and `file:///x` are the same file.
 *
 * Returns undefined for an address that is not in the local file system (`s3://…`).
 * Throws DELTA_LOG_INVALID when the path is no URI.
 */
export function localDataPath(tablePath: string, loggedPath: string): string | undefined {
  try {
    if (/^file:/i.test(loggedPath)) return fileURLToPath(loggedPath);
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(loggedPath)) return undefined;
    const decoded = decodeURIComponent(loggedPath);
    return isAbsolute(decoded) ? join(decoded) : join(tablePath, decoded);
  } catch (cause) {
    throw new TidemarkError(
      'DELTA_LOG_INVALID',
      `The log names a file '${loggedPath}', which is not a valid URI. The log is damaged, or its writer did not escape the path.`,
      { cause, details: { path: loggedPath } },
    );
  }
}

/** A relative file path as the log writes it: each segment escaped once. */
export function encodeDataPath(segments: readonly string[]): string {
  return segments.map((segment) => encodeURIComponent(segment).replaceAll('%3D', '=')).join('/');
}
