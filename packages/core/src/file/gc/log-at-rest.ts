import type { ScannedLog } from '../log/log-scan.ts';
import type { ProcessIdentity } from '../system/process-identity.ts';
import { livenessOf } from '../system/process-liveness.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** How long an unsealed log must be silent if its process has ended. */
const GONE_FOR_MS = 60 * 1000;
/** The same if the process cannot be checked from here: it ran on another machine, or before a restart. */
const SILENT_FOR_MS = 7 * DAY_MS;

/**
 * Whether no process will write to a log any more, so that it can be replaced: the log is sealed, or its process ended
 * a minute ago, or it was silent for a week and its process cannot be checked from here.
 */
export function isAtRest(log: ScannedLog, nowMs: number, self: ProcessIdentity): boolean {
  return unrestOf(log, nowMs, self) === undefined;
}

/**
 * Why a log is not at rest: its process lives, or ended a moment ago, or that cannot be known on this machine;
 * `unreadable` for a log that is never replaced.
 */
export type LogUnrest = 'alive' | 'just-now' | 'unknown' | 'unreadable';

/** Returns why a log is not at rest; `undefined` if it is. */
export function unrestOf(
  log: ScannedLog,
  nowMs: number,
  self: ProcessIdentity,
): LogUnrest | undefined {
  if (log.headers.length === 0 || log.hasOversized) return 'unreadable';
  if (log.isSealed) return undefined;
  const lives = log.headers.map((header) => livenessOf(header, self));
  if (lives.includes('alive')) return 'alive';
  const silentMs = nowMs - log.modifiedMs;
  if (lives.includes('unknown')) return silentMs > SILENT_FOR_MS ? undefined : 'unknown';
  return silentMs > GONE_FOR_MS ? undefined : 'just-now';
}
