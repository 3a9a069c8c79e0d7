import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { autolog } from '@tidemark/autolog-tfjs';
import { lastRun, openStore } from '@tidemark/client';
import { deltaDatasetVersion, type Run } from '@tidemark/core';
import { createDeltaTable, readDeltaTable } from '@tidemark/delta-lineage';
import { loadModel, outputTensor } from '@tidemark/models';
import { tableFromArrays } from 'apache-arrow';

tf.enableProdMode();
await createDeltaTable(
  'table',
  tableFromArrays({ x: Float64Array.of(0, 1, 2), y: Float64Array.of(1, 3, 5) }),
);

autolog(tf, { experiment: 'installed', registeredModelName: 'line' });
const { table } = await readDeltaTable('table');
const column = (name: string): tf.Tensor2D =>
  tf.tensor2d(Array.from(table.getChild(name) ?? [], Number), [table.numRows, 1]);
const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
await model.fit(column('x'), column('y'), { epochs: 3, verbose: 0 });

const store = await openStore();
const [run]: Run[] = await store.runs({});
assert.ok(run !== undefined);
assert.equal(run.runId, lastRun()?.runId);
assert.equal(run.params.epochs, '3');
const [input] = run.datasets;
assert.ok(input !== undefined);
assert.equal(deltaDatasetVersion(input.dataset)?.version, 0);

const loaded = await loadModel('models:/line/1');
const answer = outputTensor(await loaded.predict([[3]]));
assert.deepEqual(answer.shape, [1, 1]);
