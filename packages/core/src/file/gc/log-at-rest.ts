import type { ProcessIdentity } from '../process-identity.ts';
import { livenessOf } from '../process-liveness.ts';
import type { ScannedLog } from './log-scan.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** A log that nobody closed is left alone for so long after its last line when its process is seen to be gone. */
const GONE_FOR_MS = 60 * 1000;
/** And for so long when its process cannot be seen from here: on another machine, or before a restart. */
const SILENT_FOR_MS = 7 * DAY_MS;

/**
 * Whether nobody will write to a log any more, so that it may be replaced: it was closed, or its
 * process is seen to be gone, or silent for a week where nobody can tell.
 */
export function isAtRest(log: ScannedLog, nowMs: number, self: ProcessIdentity): boolean {
  if (log.headers.length === 0 || log.hasOversized) return false;
  if (log.isSealed) return true;
  const lives = log.headers.map((header) => livenessOf(header, self));
  if (lives.includes('alive')) return false;
  const silentMs = nowMs - log.modifiedMs;
  return silentMs > (lives.includes('unknown') ? SILENT_FOR_MS : GONE_FOR_MS);
}
