import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { autolog } from '@tidemark/autolog-tfjs';
import { lastRun, registerModel } from '@tidemark/client';
import { readDeltaTable } from '@tidemark/delta-lineage';
import { loadModel, outputTensor } from '@tidemark/models';
import { buildClassifier, predictions, prepare, sameBits, train } from './classifier.ts';
import { makePenguinTable } from './penguin-table.ts';
import { tellOn } from './story.ts';

const TABLE = 'tidemark-demo/penguins';

const story = tellOn(process.stdout);
tf.enableProdMode();

story.title('Penguins: a real training on a real Delta table, recorded by one line');

story.step('Write the data as a Delta table with two versions');
const made = await makePenguinTable(TABLE);
story.fact('table', `${TABLE}${made.made ? '' : ' (it was there already)'}`);
story.fact('versions', 'version 0 has two of every three penguins, version 1 has all');

story.step('Switch on autologging: autolog(tf)');
autolog(tf, { experiment: 'penguins' });

story.step('Read version 0 and train on it, with no other tracking code');
const { table, dataset } = await readDeltaTable(TABLE, { version: 0 });
const data = prepare(table);
const model = buildClassifier(data.species.length);
await train(model, data, (epoch, epochs, accuracy) => {
  story.progress(epoch, epochs, `accuracy ${accuracy.toFixed(3)} on held-out penguins`);
});

story.step('See what was recorded');
const run = lastRun();
if (run === undefined) throw new Error('The training was not recorded.');
const [recorded] = await run.store.runs({ runIds: [run.runId] });
const [logged] = await run.store.loggedModels({
  modelIds: recorded?.modelOutputs.map(({ modelId }) => modelId) ?? [],
});
if (recorded === undefined || logged === undefined) throw new Error('The model was not recorded.');
const history = await run.store.metricHistory(run.runId, 'loss');
const { tags } = recorded;
const commit = tags['mlflow.source.git.commit'];
const lockfile = tags['tidemark.lockfile.sha256'];
story.fact('run', `${recorded.name} (${recorded.runId}), ${recorded.status}`);
story.fact(
  'params',
  `${Object.keys(recorded.params).length}, such as epochs = ${recorded.params.epochs}`,
);
story.fact('metrics', `${Object.keys(recorded.metrics).join(', ')}: ${history.length} epochs each`);
story.fact(
  'dataset',
  `${recorded.datasets[0]?.dataset.name}, version ${dataset.version}, ${dataset.rowCount} rows`,
);
story.fact('', `table ${dataset.tableId}`);
story.fact('', dataset.snapshotDigest);
const dirty = tags['mlflow.source.git.dirty'] === 'true' ? ', with uncommitted changes' : '';
story.fact('code', commit === undefined ? 'not in git' : `commit ${commit.slice(0, 12)}${dirty}`);
story.fact('environment', `Node ${tags['tidemark.node.version']}, packages in environment.json`);
story.fact('lockfile', lockfile === undefined ? 'none' : `sha256:${lockfile.slice(0, 12)}…`);

story.step('Register the model and load it back');
const version = await registerModel({ name: 'penguins', model: logged });
const address = `models:/penguins/${version.version}`;
const loaded = await loadModel(address);
const before = await predictions(model, data);
const after = outputTensor(await loaded.predict(await data.features.array())).data;
if (!(after instanceof Float32Array) || !sameBits(before, after)) {
  throw new Error('The loaded model predicts something else.');
}
story.fact('model', address);
story.fact('artifacts', version.artifactsDigest ?? '');
story.fact('run state', `sha256:${version.runState?.sha256}`);
story.fact('loaded', `${table.numRows} predictions, bit for bit the same`);

const store = relative(process.cwd(), fileURLToPath(run.store.uri));
story.fact('store', `${store}: plain files, look into them`);
story.next([
  ['npx tidemark runs', 'the runs, newest first'],
  ['npx tidemark runs show latest', 'all that is known of one'],
  ['npx tidemark models show penguins', 'versions, with their digests and signatures'],
  ['npx tidemark runs --json', 'the same for programs'],
]);
