import { readFileSync } from 'node:fs';
import { type ProcessIdentity, processStartOf } from './process-identity.ts';
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
 * Returns whether the process that left a claim is alive. Where the system has no facts but ids, or the claim was written
 * without them, a process of this host is known by its id only.
 */
export function livenessOfClaim(owner: ProcessIdentity, self: ProcessIdentity): Liveness {
  const known = livenessOf(owner, self);
  const hasFacts = owner.boot !== undefined && self.boot !== undefined;
  if (known !== 'unknown' || hasFacts || owner.host !== self.host) return known;
  try {
    process.kill(owner.pid, 0);
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
