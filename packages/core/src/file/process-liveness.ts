import { readFileSync } from 'node:fs';
import { type ProcessIdentity, processStartOf } from './process-identity.ts';
import { errnoOf } from './system-errors.ts';

/**
 * Whether a process is known to be gone. Only what this process can see is judged: the same boot of the
 * same machine and the same process-id namespace, by process id and start time, so that a process that
 * took over the id is not mistaken for it. Of all others it is not known, and they count as living.
 */
export function isGone(process: ProcessIdentity, self: ProcessIdentity): boolean {
  const visible =
    process.boot !== undefined &&
    process.boot === self.boot &&
    process.pidNamespace !== undefined &&
    process.pidNamespace === self.pidNamespace &&
    process.processStart !== undefined;
  if (!visible) return false;
  try {
    return (
      processStartOf(readFileSync(`/proc/${process.pid}/stat`, 'utf8')) !== process.processStart
    );
  } catch (error) {
    // ESRCH: it ended between the opening and the reading.
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ESRCH') return true;
    return false;
  }
}
