import { FARTHEST_AHEAD_US } from '../../../events/stamp.ts';
import type { Store } from '../../../port/store.ts';
import { LAYOUT } from '../../layout.ts';
import { logNames } from '../../log/log-reader.ts';
import { scanLog } from '../../log/log-scan.ts';
import type { Check } from '../check.ts';
import { repairWait, restingLog } from '../repair-log.ts';
import { restampLog, runsStampedAhead } from '../restamp-log.ts';

const REPAIR = {
  fix: `Gives them stamps right behind those before them, and keeps the lines as they were below ${LAYOUT.quarantine}/.`,
  fixed: `Gave them stamps right behind those before them; the lines as they were are below ${LAYOUT.quarantine}/.`,
};

/** Events of a writer whose clock is, or was, far ahead. */
export const futureStamps: Check = {
  name: 'future-stamps',
  meaning:
    'An event is stamped more than a day ahead of this clock: it wins over what was logged later.',
  async *find({ folder, nowMs, store }) {
    const pinned = await pinnedRuns(store);
    for (const name of logNames(folder)) {
      let count = 0;
      let latestUs = 0;
      const log = scanLog(folder, name, ({ stampUs }) => {
        if (stampUs - nowMs * 1000 <= FARTHEST_AHEAD_US) return;
        count += 1;
        latestUs = Math.max(latestUs, stampUs);
      });
      if (log === undefined || count === 0) continue;
      const until = new Date(latestUs / 1000).toISOString();
      const runs = [...runsStampedAhead(folder, log.file, nowMs)];
      const versions = runs.flatMap((run) => pinned.get(run) ?? []);
      const isMendable = versions.length === 0 && restingLog(folder, log.file, nowMs) !== undefined;
      const wait = versions.length === 0 ? repairWait(folder, log.file, nowMs) : undefined;
      yield {
        severity: 'warning',
        place: log.file,
        message: `${count} of its events are stamped up to ${until}, by a clock that was wrong, if this one is right. Others do not follow that clock. Tags, names and statuses that these events set stand over later ones until then. Set the clock of their writer right.${versions.length === 0 ? '' : ` They keep their stamps: the digest of ${versions.join(', ')} holds their stamps.`}${wait === undefined ? '' : ` ${wait}`}`,
        ...(isMendable ? REPAIR : {}),
      };
    }
  },
  async fix({ folder, nowMs }, { place }) {
    restampLog(folder, place, nowMs);
  },
};

/** The versions whose digest is of the record of a run, by run. */
async function pinnedRuns(store: Store): Promise<Map<string, string>> {
  const pinned = new Map<string, string>();
  for (const { model } of await store.registry.list()) {
    for (const { runId, runState, version } of model.versions) {
      if (runId !== undefined && runState !== undefined) {
        pinned.set(runId, `${model.name} version ${version}`);
      }
    }
  }
  return pinned;
}
