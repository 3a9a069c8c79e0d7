import { readFileSync } from 'node:fs';
import { isOfKind } from '../../model/plain-input.ts';
import { type ProcessIdentity, processIdentity, processStartOf } from './process-identity.ts';
import { errnoOf } from './system-errors.ts';

/** Whether a process is alive, as far as this machine knows. */
export type Liveness = 'alive' | 'gone' | 'unknown';

/**
 * Returns whether a process is alive, by its id and start time, because another process may have its id by now. It is
 * unknown for a process of another machine, another boot, or another process-id namespace.
 */
export function livenessOf(process: ProcessIdentity, self: ProcessIdentity): Liveness {
  if (isSame(process, self)) return 'alive';
  const visible =
    process.boot !== undefined &&
    process.boot === self.boot &&
    process.pidNamespace !== undefined &&
    process.pidNamespace === self.pidNamespace &&
    process.processStart !== undefined;
  if (!visible) return 'unknown';
  try {
    const start = processStartOf(readFileSync(`/proc/${process.pid}/stat`, 'utf8'));
    return start === process.processStart ? 'alive' : 'gone';
  } catch (error) {
    // ESRCH: it ended between the opening and the reading.
    return errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ESRCH' ? 'gone' : 'unknown';
  }
}

/**
 * Returns whether the process that left a claim is alive. A claim is the JSON of `processIdentity()`; it is unknown for
 * anything else. Where the system has no facts but ids, or an earlier version left the claim without them, a process of
 * this host is known by its id only.
 */
export function livenessOfClaim(claim: unknown): Liveness {
  if (!isOfKind(claim, 'record')) return 'unknown';
  const { host, pid, ...facts } = claim as Readonly<Record<string, unknown>>;
  if (typeof host !== 'string' || typeof pid !== 'number') return 'unknown';
  const self = processIdentity();
  const known = livenessOf({ ...facts, host, pid }, self);
  const hasFacts = facts.boot !== undefined && self.boot !== undefined;
  if (known !== 'unknown' || hasFacts || host !== self.host) return known;
  try {
    process.kill(pid, 0);
    return 'alive';
  } catch (error) {
    // EPERM: it is a process of another user.
    return errnoOf(error) === 'EPERM' ? 'alive' : 'gone';
  }
}

function isSame(a: ProcessIdentity, b: ProcessIdentity): boolean {
  return (
    a.pid === b.pid &&
    a.host === b.host &&
    a.boot === b.boot &&
    a.pidNamespace === b.pidNamespace &&
    a.processStart === b.processStart
  );
}
