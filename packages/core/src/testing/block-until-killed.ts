import { openFileStore } from '../file/file-store.ts';
import type { ExperimentId } from '../model/ids.ts';

/** A process for tests of the heartbeat: starts a run and computes without end, so that no timer fires. */
const [folder, heartbeatMs] = process.argv.slice(2) as [string, string];
const store = openFileStore(folder, { limits: { heartbeatMs: Number(heartbeatMs) } });
const experimentId = '0' as ExperimentId;
await store.createRun({ experimentId, name: 'blocked', userId: '', startTimeMs: 1 });
for (;;) Math.random();
