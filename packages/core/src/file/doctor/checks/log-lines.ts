import { LAYOUT } from '../../layout.ts';
import type { StoreDamage } from '../../store-damage.ts';
import type { Check } from '../check.ts';
import { damagedBytes, repairLog, repairWait, restingLog } from '../repair-log.ts';

const REPAIR = {
  fix: `Rewrites the log without the damage, and keeps its bytes in ${LAYOUT.quarantine}/.`,
  fixed: `Rewrote the log without the damage. Its bytes are in ${LAYOUT.quarantine}/.`,
};

/** Finds lines of logs that readers skip, and lines that are missing. */
export const logLines: Check = {
  name: 'log-lines',
  meaning:
    'A line of a log is damaged, is missing, or was written by a newer version. Reads use the other lines.',
  *find({ folder, damage, nowMs }) {
    const repairable = new Map<string, boolean>();
    const waits = new Map<string, string>();
    for (const place of damage) {
      const { file, offset } = place;
      // Another check reports a file without a header.
      if (!file.startsWith(`${LAYOUT.logs}/`) || offset === 0) continue;
      if (!repairable.has(file)) {
        // A repair cannot restore missing lines.
        const hasBytes = damagedBytes(folder, file).length > 0;
        const wait = hasBytes ? repairWait(folder, file, nowMs) : undefined;
        repairable.set(file, hasBytes && restingLog(folder, file, nowMs) !== undefined);
        if (wait !== undefined) waits.set(file, ` ${wait}`);
      }
      const canRepair = place.isForeign !== true && repairable.get(file) === true;
      yield {
        severity: place.isForeign === true ? 'warning' : 'error',
        place: file,
        message: `At byte ${offset}: ${place.reason}. ${whatToDo(place)}${waits.get(file) ?? ''}`,
        ...(canRepair ? REPAIR : {}),
      };
    }
  },
  async fix({ folder, nowMs }, { place }) {
    repairLog(folder, place, nowMs);
  },
};

function whatToDo({ isForeign }: StoreDamage): string {
  return isForeign === true
    ? 'Install a newer version of Tidemark, which reads it.'
    : 'If you have an undamaged copy of the log, merge it: tidemark merge restores the lost lines.';
}
