import { currentActor, openStore, startRun } from '@tidemark/client';
import { deleteRun, getRun, planPurge, purge, restoreRun, searchRuns } from '@tidemark/core';
import { collectGarbage, examineStore, planGarbage } from '@tidemark/core/node';

const by = currentActor();

// A training, and a run that logged a password by mistake.
const store = await openStore('./tidemark');
await startRun({ store, experiment: 'looked-after', name: 'good' }, (run) =>
  run.logMetrics({ loss: 0.1 }),
);
const runId = await startRun({ store, experiment: 'looked-after', name: 'leaky' }, async (run) => {
  await run.logParams({ lr: 0.1, api_key: 'hunter2' });
  return run.runId;
});

// Deleting only hides the run.
await deleteRun(store, runId);
console.log(`after delete:  ${await names('active')}`);
await restoreRun(store, runId);
console.log(`after restore: ${await names('active')}`);

// Purging is permanent, so first show what it would remove, and whether a model version needs it.
const secret = { run: runId, part: 'param', key: 'api_key' } as const;
const { neededBy } = await planPurge(store, secret);
if (neededBy.length > 0) throw new Error('A model version needs it.');
await purge(store, secret, { by, reason: 'logged by mistake' });
const { params, purged = [] } = await getRun(store, runId);
console.log(`after purge:   ${JSON.stringify(params)}`);
for (const { part, key, by: who, reason } of purged) {
  console.log(`               ${part} ${key} was purged by ${who.name}: ${reason}`);
}
await store.close();

// The next gc removes the bytes, from logs that no process writes any more.
const plan = await planGarbage('./tidemark');
for (const { file, lines, freedBytes } of plan.rewrites) {
  console.log(`gc would rewrite ${file}: ${lines} lines, ${freedBytes} bytes less`);
}
await collectGarbage(plan, { by });

// The doctor finds nothing, after it has checked every byte of every file.
const { findings } = await examineStore('./tidemark', { deep: true });
for (const { severity, place, message } of findings)
  console.log(`${severity} ${place}: ${message}`);
console.log(`the doctor has ${findings.length} findings`);

async function names(view: 'active' | 'deleted'): Promise<string> {
  const { runs } = await searchRuns(store, { view, orderBy: ['start_time'] });
  return runs.map(({ name }) => name).join(', ');
}
