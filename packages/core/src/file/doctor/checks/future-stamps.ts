import { FARTHEST_AHEAD_US } from '../../../events/stamp.ts';
import type { Store } from '../../../port/store.ts';
import { LAYOUT } from '../../layout.ts';
import { logNames } from '../../log/log-reader.ts';
import { scanLog } from '../../log/log-scan.ts';
import type { Check } from '../check.ts';
import { repairWait, restingLog } from '../repair-log.ts';
import { restampLog, runsStampedAhead } from '../restamp-log.ts';

const REPAIR = {
  fix: `Gives them stamps right after the events before them, and keeps the old lines in ${LAYOUT.quarantine}/.`,
  fixed: `Gave them stamps right after the events before them. The old lines are in ${LAYOUT.quarantine}/.`,
};

/** Finds events of a writer whose clock is, or was, far ahead. */
export const futureStamps: Check = {
  name: 'future-stamps',
  meaning:
    'An event has a stamp more than a day ahead of this clock, so it wins over later events of writers that have not read it.',
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
      const isRepairable =
        versions.length === 0 && restingLog(folder, log.file, nowMs) !== undefined;
      const wait = versions.length === 0 ? repairWait(folder, log.file, nowMs) : undefined;
      yield {
        severity: 'warning',
        place: log.file,
        message: `${count} of its events have stamps up to ${until}: the clock of their writer, or of this machine, is wrong, or they had to win over what such a clock set. Until then, the tags, names and statuses of these events win over those of writers that have not read them. Correct the wrong clock.${versions.length === 0 ? '' : ` These stamps cannot be repaired, because the digest of ${versions.join(', ')} includes them.`}${wait === undefined ? '' : ` ${wait}`}`,
        ...(isRepairable ? REPAIR : {}),
      };
    }
  },
  async fix({ folder, nowMs }, { place }) {
    restampLog(folder, place, nowMs);
  },
};

/** Returns the versions with a digest of the state of a run, by run. */
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
