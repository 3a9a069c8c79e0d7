import { registerModel, startRun } from '@tidemark/client';
import {
  deltaDatasetSource,
  type LoggedModel,
  type Store,
  setAlias,
  setRegistryTag,
} from '@tidemark/core';

/** The content of the sample store, for comparison. */
export interface SampleStore {
  readonly firstRunId: string;
  readonly secondRunId: string;
  readonly model: LoggedModel;
}

export const SNAPSHOT_DIGEST: string = `delta-snapshot-v1:${'ab'.repeat(32)}`;

/** Creates two runs of one experiment. The first has a pinned dataset, and a model registered with evidence. */
export async function fillSampleStore(store: Store): Promise<SampleStore> {
  const quiet = { environment: false, store, experiment: 'penguins' } as const;
  const first = await startRun({ ...quiet, name: 'first', tags: { team: 'ice' } }, async (run) => {
    await run.logParams({ lr: 0.1, layers: 2 });
    for (let step = 0; step < 3; step += 1) await run.logMetrics({ loss: 3 - step }, { step });
    await run.logMetric('odd', Number.NaN);
    await run.logDataset({
      dataset: {
        name: 'birds',
        digest: 'd1',
        sourceType: 'delta_table',
        source: deltaDatasetSource({
          kind: 'delta',
          uri: 'tables/birds',
          tableId: 'table-1',
          version: 7,
          snapshotDigest: SNAPSHOT_DIGEST,
        }),
        profile: '{"num_rows":222}',
      },
      tags: { 'mlflow.data.context': 'training' },
    });
    const content = new TextEncoder().encode('flavors: {}\n');
    const model = await run.logModel({ name: 'm', files: () => [{ path: 'MLmodel', content }] });
    return { runId: run.runId, model };
  });
  const second = await startRun({ ...quiet, name: 'second' }, async (run) => {
    await run.logParams({ lr: 0.2 });
    await run.logMetrics({ loss: 5 }, { step: 0 });
    return run.runId;
  });
  await registerModel({ store, name: 'penguins', model: first.model });
  const by = { name: 'ada', authenticated: false };
  await setAlias(store, { name: 'penguins', alias: 'champion', version: 1, by });
  await setRegistryTag(store, {
    name: 'penguins',
    version: 1,
    key: 'passed-review',
    value: 'true',
    by,
    evidence: { ciJob: 'https://ci.example.org/1' },
  });
  return { firstRunId: first.runId, secondRunId: second, model: first.model };
}
