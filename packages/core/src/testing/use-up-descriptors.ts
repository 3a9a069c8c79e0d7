import { closeSync, openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openFileStore } from '../file/file-store.ts';
import type { StoreDamage } from '../file/store-damage.ts';
import type { ExperimentId, RunId } from '../model/ids.ts';
import type { Store } from '../port/store.ts';
import { planMetrics } from '../tracking/plan-metrics.ts';

/** A process for tests of faults: what a store does while there are no file descriptors, and afterwards. */
const [folder] = process.argv.slice(2) as [string];
const damage: StoreDamage[] = [];
const onDamage = (found: StoreDamage): void => void damage.push(found);
const store = openFileStore(folder, {
  onDamage,
  limits: { sharedRunBytes: 500, heartbeatMs: 500 },
});
const { runId } = await newRun(store);
await firstBeat();
const other = openFileStore(folder, { onDamage });
let step = 0;

const taken = useUp();
const logged = await outcome(async () => {
  for (; step < 10; step += 1) await logStep(store, runId);
});
const begun = await outcome(() => newRun(other));
const read = await outcome(() => openFileStore(folder).runs({}));
for (const fd of taken) closeSync(fd);

await logStep(store, runId);
await newRun(other);
await store.close();
await other.close();
const reader = openFileStore(folder, { onDamage });
const history = await reader.metricHistory(runId, 'loss');
const runs = (await reader.runs({})).length;
const afterwards = { steps: history.map((point) => point.step), runs, damage };
process.stdout.write(JSON.stringify({ logged, begun, read, afterwards }));

function newRun(into: Store): Promise<{ runId: RunId }> {
  const experimentId = '0' as ExperimentId;
  return into.createRun({ experimentId, name: 'r', userId: '', startTimeMs: 1 });
}

async function logStep(into: Store, run: RunId): Promise<void> {
  await into.append([planMetrics(run, { loss: step }, { step })]);
}

/** The thread of the heartbeat opens files while it starts and while it touches the log. Wait until it is idle. */
async function firstBeat(): Promise<void> {
  const [name = ''] = readdirSync(join(folder, 'logs'));
  const log = join(folder, 'logs', name);
  const { mtimeMs } = statSync(log);
  while (statSync(log).mtimeMs === mtimeMs) await wait(5);
}

function useUp(): number[] {
  const fds: number[] = [];
  for (;;) {
    try {
      fds.push(openSync('/dev/null', 'r'));
    } catch {
      return fds;
    }
  }
}

async function outcome(act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
    return 'written';
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${/this process has too many files open/.exec(message)?.[0] ?? message}`;
  }
}
