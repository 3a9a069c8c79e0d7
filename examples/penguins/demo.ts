import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { autolog } from '@tidemark/autolog-tfjs';
import { runCli } from '@tidemark/cli';
import { setModelAlias, setModelTag } from '@tidemark/client';
import { modelLineage, readDatasetVersion } from '@tidemark/delta-lineage';
import { loadModel, outputTensor } from '@tidemark/models';
import { predictions, sameBits } from './classifier.ts';
import { type GateResult, judgePullRequest } from './merge-gate.ts';
import { makePenguinTable } from './penguin-table.ts';
import { INDENT, tellOn } from './story.ts';
import { register, trainOnVersion } from './training.ts';

const TABLE = 'tidemark-demo/penguins';
const SQL = `select r.name, p.value as epochs, max(m.value) as best_val_acc, count(*) as points
from runs r join params p using (run_id) join metrics m using (run_id)
where p.key = 'epochs' and m.key = 'val_acc' group by all order by best_val_acc desc`;

const story = tellOn(process.stdout);
tf.enableProdMode();

story.title('Penguins: from a table to a model in production, on record all the way');

story.step('Write the data as a Delta table with two versions');
const made = await makePenguinTable(TABLE);
story.fact('table', `${TABLE}${made ? '' : ' (it existed before)'}`);
story.fact('versions', 'version 0 has two of every three penguins, version 1 has all');

story.step('Switch on autologging, read version 0, and train');
autolog(tf, { experiment: 'penguins' });
const first = await trainOnVersion(TABLE, 0, showEpoch);
const { store, run } = first;
const commit = run.tags['mlflow.source.git.commit'];
const lockfile = run.tags['tidemark.lockfile.sha256'];
story.fact('run', `${run.name} (${run.runId}), ${run.status}`);
story.fact('params', `${Object.keys(run.params).length}, such as epochs = ${run.params.epochs}`);
story.fact('metrics', `${Object.keys(run.metrics).join(', ')}, at every epoch`);
story.fact('dataset', `penguins, version ${first.dataset.version}, ${first.dataset.rowCount} rows`);
story.fact('', shortDigest(first.dataset.snapshotDigest));
story.fact('code', commit === undefined ? 'not in git' : `commit ${commit.slice(0, 12)}`);
story.fact(
  'environment',
  `Node ${process.versions.node}, lockfile ${lockfile?.slice(0, 12) ?? 'none'}`,
);

story.step('Register the model, and load it back');
const version = await register(first);
const loaded = await loadModel(`models:/penguins/${version.version}`);
const expected = await predictions(first.model, first.data);
const answer = outputTensor(await loaded.predict(await first.data.features.array())).data;
if (!(answer instanceof Float32Array) || !sameBits(answer, expected)) {
  throw new Error('The loaded model predicts something else.');
}
story.fact('model', `models:/penguins/${version.version}`);
story.fact('digests', `artifacts ${shortDigest(version.artifactsDigest ?? '')}`);
story.fact('', `run state ${shortDigest(`sha256:${version.runState?.sha256}`)}`);
story.fact('loaded', `${first.dataset.rowCount} predictions, bit for bit the same`);

story.step('Look at it with the command line, and with SQL');
await tidemark('runs', '--limit', '3');
await tidemark('sql', SQL);

story.step('Ask the merge gate about a pull request with this model');
showVerdict(await judge());

story.step('Set the tags that the policy asks for, with evidence, and ask again');
for (const key of ['passed-gdpr-review', 'passed-performance-test']) {
  const evidence = { runId: run.runId, ciJob: 'demo/reviews' };
  await setModelTag({
    store,
    name: 'penguins',
    version: version.version,
    key,
    value: 'true',
    evidence,
  });
  story.fact(key, `true, for ${shortDigest(version.artifactsDigest ?? '')}`);
}
showVerdict(await judge());
await setModelAlias({ store, name: 'penguins', alias: 'champion', version: version.version });
story.fact('champion', `models:/penguins/${version.version}`);

story.step('Train on version 1 of the table, and compare with the champion');
const second = await trainOnVersion(TABLE, 1, showEpoch);
const challenger = await register(second);
for (const key of ['passed-gdpr-review', 'passed-performance-test']) {
  await setModelTag({ store, name: 'penguins', version: challenger.version, key, value: 'true' });
}
story.fact('model', `models:/penguins/${challenger.version}`);
story.fact('val_acc', `${accuracy(second.run)}, the champion has ${accuracy(run)}`);
showVerdict(await judge());

story.step('Follow the new model back to its data, and read exactly those rows again');
const address = `models:/penguins/${challenger.version}`;
const { datasets, runs } = await modelLineage(address, { store });
const pinned = datasets[0]?.version;
if (pinned === undefined) throw new Error('The model has no dataset on record.');
const again = await readDatasetVersion(pinned, { record: false });
story.fact('lineage', `${TABLE} version ${pinned.version} → run ${runs[0]?.name} → ${address}`);
story.fact('rows', `${again.table.numRows}, as recorded: ${shortDigest(pinned.snapshotDigest)}`);

await store.close();
const place = relative(process.cwd(), fileURLToPath(store.uri));
story.title(`All of it is in ./${place}, in plain files`);
story.next([
  ['npx tidemark runs show latest', 'all that is known of a run'],
  ['npx tidemark models show penguins', 'versions, tags with evidence, digests'],
  [`npx tidemark lineage ${address} --check`, 'table version → run → model, and the rows again'],
  ['npx tidemark sql --tables', 'what SQL can ask'],
]);

function showEpoch(epoch: number, epochs: number, value: number): void {
  story.progress(epoch, epochs, `accuracy ${value.toFixed(3)} on held-out penguins`);
}

/** The short form `sha256:aa7adbac7286…`: the kind and the first twelve digits. */
function shortDigest(digest: string): string {
  return digest.replace(/(:[0-9a-f]{12})[0-9a-f]+$/, '$1…');
}

function accuracy(of: typeof run): string {
  return of.metrics.val_acc?.value.toFixed(4) ?? 'none';
}

function judge(): Promise<GateResult> {
  return judgePullRequest(fileURLToPath(store.uri));
}

function showVerdict({ verdict, exitCode, annotations }: GateResult): void {
  story.fact('gate', `${verdict} (exit code ${exitCode})`);
  for (const annotation of annotations) story.fact('', annotation);
}

async function tidemark(...argv: string[]): Promise<void> {
  const code = await runCli(argv, {
    out: (text) => story.quote(text),
    outBytes: async (bytes) => story.quote(new TextDecoder().decode(bytes)),
    error: (text) => story.quote(text),
    width: (process.stdout.columns ?? 80) - INDENT,
    colors: false,
  });
  if (code !== 0) throw new Error(`tidemark ${argv[0]} ended with exit code ${code}.`);
}
