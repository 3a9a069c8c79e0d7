import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isAtRest, type LogUnrest, unrestOf } from '../gc/log-at-rest.ts';
import { removeIndex } from '../gc/remove-index.ts';
import { writeLog } from '../gc/write-log.ts';
import { hasZerosAt } from '../log/log-lines.ts';
import { damageOfLine, type ScannedLog, scanLines, scanLog } from '../log/log-scan.ts';
import { processIdentity } from '../system/process-identity.ts';
import { quarantine, type TakenBytes } from './quarantine.ts';

/** Returns a log if it can be rewritten: it is sealed or abandoned, and each of its lines fits into memory. */
export function restingLog(folder: string, file: string, nowMs: number): ScannedLog | undefined {
  const log = scanLog(folder, file.slice(file.lastIndexOf('/') + 1), () => {});
  return log !== undefined && isAtRest(log, nowMs, processIdentity()) ? log : undefined;
}

const WAITS: Readonly<Partial<Record<LogUnrest, string>>> = {
  alive:
    'It cannot be repaired while its process may write to it: end the process, wait a minute, and run tidemark doctor --fix again.',
  'just-now':
    'It can be repaired a minute after its process ended: wait a minute, and run tidemark doctor --fix again.',
  unknown:
    'Its process ran on another machine or before a restart, so it may still write. Run tidemark doctor --fix on that machine, or when the log was not written for a week.',
};

/** Returns what you must wait for before a log can be rewritten; `undefined` if it can be rewritten now. */
export function repairWait(folder: string, file: string, nowMs: number): string | undefined {
  const log = scanLog(folder, file.slice(file.lastIndexOf('/') + 1), () => {});
  const unrest = log === undefined ? undefined : unrestOf(log, nowMs, processIdentity());
  return unrest === undefined ? undefined : WAITS[unrest];
}

/** Returns the bytes of a log that no reader uses: damaged lines, and zeros after the last line. */
export function damagedBytes(folder: string, file: string): TakenBytes[] {
  const taken: TakenBytes[] = [];
  let end = 0;
  for (const line of scanLines(folder, file)) {
    end = line.end;
    const reason = damageOfLine(line);
    if (reason !== undefined) taken.push({ from: line.offset, to: line.end, reason });
  }
  const path = join(folder, file);
  if (hasZerosAt(path, end)) {
    taken.push({ from: end, to: statSync(path).size, reason: 'zeros after the last line' });
  }
  return taken;
}

/**
 * Rewrites a log without its damage, which it keeps in a quarantine file. Readers see no difference. Does nothing if
 * there is no damage, or if the log is not at rest.
 */
export function repairLog(folder: string, file: string, nowMs: number): void {
  const log = restingLog(folder, file, nowMs);
  const taken = log === undefined ? [] : damagedBytes(folder, file);
  if (log === undefined || taken.length === 0) return;
  quarantine(folder, file, taken);
  removeIndex(folder);
  writeLog(folder, file, [file], {
    change: (line) => (damageOfLine(line) === undefined ? line.text : undefined),
    modifiedMs: log.modifiedMs,
    leavesDamageOut: true,
  });
}
