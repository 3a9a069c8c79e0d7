import { isTidemarkError, TidemarkError } from '../../errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space and try again',
  EDQUOT: 'the disk quota is used up: free some space and try again',
  EROFS: 'the file system is read-only: mount it for writing, or name another folder',
  EACCES: 'permission was denied: check who owns the store',
  EPERM:
    'the operation is not permitted: check who owns the store, and that its file system has hard links',
  EMFILE: 'this process has too many files open: close some, or raise its limit (ulimit -n)',
  ENFILE: 'the machine has too many files open: end a program that opens many',
  EFBIG:
    'the file would be larger than allowed: raise the limit (ulimit -f), or use another file system',
  ENOTDIR: 'a file is where a folder is needed: move it away',
  EISDIR: 'a folder is where a file is needed: move it away',
  EFTYPE: 'a pipe, a socket or a device is where a file is needed: move it away',
  ELOOP: 'symbolic links form a cycle: remove them',
};

const NOTHING_ACKNOWLEDGED = ' Nothing of this call was acknowledged.';

/**
 * Returns the error for a write that the operating system refused. A part of the write, such as the creation of the
 * store, may have made it already.
 */
export function writeFailed(what: string, cause: unknown): TidemarkError {
  if (isTidemarkError(cause, 'WRITE_FAILED')) return cause;
  const code = errnoOf(cause) ?? '';
  const reason = REASONS[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new TidemarkError(
    'WRITE_FAILED',
    `${what} could not be written: ${reason}.${NOTHING_ACKNOWLEDGED}`,
    { cause, details: { errno: code } },
  );
}

/** Returns why a write failed, for an error about calls that were acknowledged before it was tried. */
export function whyUnwritten(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return isTidemarkError(cause, 'WRITE_FAILED') ? text.replace(NOTHING_ACKNOWLEDGED, '') : text;
}

/** Returns the error for a read that the operating system refused. */
export function readFailed(what: string, cause: unknown): TidemarkError {
  const code = errnoOf(cause) ?? '';
  const reason = REASONS[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new TidemarkError('READ_FAILED', `${what} could not be read: ${reason}.`, {
    cause,
    details: { errno: code },
  });
}

/** Returns the code of a file system error, such as `ENOENT`; `undefined` for every other error. */
export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}
