import { MemoryStore } from '@tidemark/core';
import { expect, it } from 'vitest';
import { querySql } from '../open-query.ts';
import { fillSampleStore } from '../testing/sample-store.ts';

it('lineage has each direct step from a dataset to a model version once', async () => {
  const store = new MemoryStore();
  const { firstRunId, model } = await fillSampleStore(store);
  const { rows } = await querySql(
    `SELECT concat_ws(' ', source_type, source_id, relation, target_type, target_id) AS step
     FROM lineage ORDER BY relation`,
    { store },
  );
  expect(rows.map(({ step }) => step)).toEqual([
    `dataset birds@d1 input run ${firstRunId}`,
    `run ${firstRunId} output logged_model ${model.modelId}`,
    `logged_model ${model.modelId} version model_version penguins/1`,
  ]);
});
