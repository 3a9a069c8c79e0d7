import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, registerModel, setModelTag, startRun } from '@tidemark/client';
import { nextMillisecond } from '@tidemark/test-kit';
import type { Command } from 'commander';
import stringWidth from 'string-width';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildProgram } from './program.ts';
import { tidemarkIn } from './testing/tidemark.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'tidemark-test-'));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

const LONG = 'a long text that a user wrote to explain everything about this in one place';
const FEATURES = ['bill_length_mm', 'bill_depth_mm', 'flipper_length_mm', 'body_mass_g'];
const MLMODEL = `flavors:
  python_function: {}
signature:
  inputs: '${JSON.stringify(FEATURES.map((name) => ({ name, type: 'double', required: true })))}'
  outputs: '[{"type":"tensor","tensor-spec":{"dtype":"float32","shape":[-1,3]}}]'
`;

/** A sweep with two trials and a model, and an older run. Everything has a long name. */
beforeAll(async () => {
  const store = await openStore(FOLDER);
  const options = { environment: false, store, experiment: 'penguins of the southern islands' };
  await startRun({ ...options, name: 'baseline of the first season' }, async (run) => {
    await run.logParams({ lr: 0.1, note: LONG });
    await run.logMetrics({ loss: 0.5, accuracy: 0.8123456, throughput: 120 });
  });
  await nextMillisecond();
  const sweep = { ...options, name: 'sweep of all learning rates' };
  const modelId = await startRun(sweep, async (run) => {
    for (const lr of [0.01, 0.001]) {
      await nextMillisecond();
      const trial = { environment: false, store, nested: true, name: `trial with ${lr}` };
      await startRun(trial, (child) => child.logParams({ lr }));
    }
    const dataset = { name: 'rows', digest: 'a1b2', sourceType: 'code', source: '{"tags":{}}' };
    await run.logDataset({ dataset, tags: {} });
    await run.logMetrics({ loss: 0.4, accuracy: 0.7, throughput: 100 });
    await run.logText('x', 'reports/of/the/second/season/evaluation-on-the-held-out-rows.txt');
    const content = new TextEncoder().encode(MLMODEL);
    return (await run.logModel({ name: 'net', files: () => [{ path: 'MLmodel', content }] }))
      .modelId;
  });
  const model = { store, name: 'penguins' };
  await registerModel({ ...model, model: `models:/${modelId}`, description: LONG });
  const evidence = { ciJob: 'https://ci.example.com/penguins/jobs/1234567' };
  await setModelTag({ ...model, version: 1, key: 'reviewed', value: LONG, evidence });
  await store.close();
});

/** Returns the output of a call in 80 columns, after checking its width. */
async function shown(...argv: string[]): Promise<string> {
  const { out, error } = await tidemarkIn(80, ...argv, '--store', FOLDER);
  for (const line of `${out}${error}`.split('\n')) {
    // A word or a command to copy is never broken.
    const isWhole = /^\s*(\S+|tidemark .*)$/.test(line);
    if (!isWhole) expect(stringWidth(line), line).toBeLessThanOrEqual(80);
  }
  return out + error;
}

it.each([
  [['runs']],
  [['runs', 'show', 'latest']],
  [['runs', 'compare', 'latest', 'baseline of the first season']],
  [['runs', 'tail', 'latest']],
  [['experiments']],
  [['experiments', 'show', 'penguins of the southern islands']],
  [['artifacts', 'list', 'latest', '-r']],
  [['models']],
  [['models', 'show', 'penguins']],
  [['models', 'history', 'penguins']],
  [['lineage', 'models:/penguins/1']],
  [['sql', 'select * from runs']],
  [['sql', '--tables']],
  [['purge', 'run', 'latest']],
  [['gc']],
  [['doctor']],
  [['sql', 'select nmae from runs']],
  [['runs', '--filter', "params.lr = '0.1' and metrics.loss < 'small'"]],
  [['runs', 'show', 'a run that no process ever started in this store or in any other one']],
])('the output of tidemark %j fits into 80 columns', async (argv) => {
  await shown(...argv);
});

it('shows children below their parent, and requested metrics first', async () => {
  const listed = await shown('runs');
  expect(listed).toMatch(/sweep of.*\n.*└ trial.*\n.*└ trial.*\n.*baseline/);
  expect(listed).toMatch(/accuracy=0.812 \+2/);
  expect(await shown('runs', '--order-by', 'metrics.loss DESC')).toMatch(
    /baseline.*loss=0.5.*\n.*sweep.*loss=0.4.*\n.*trial/,
  );
  // The newest is a trial. The list shows its parent too, but a search shows only the trial.
  expect(await shown('runs', '-n', '1')).toMatch(/sweep of.*\n.*└ trial with 0.001/);
  const found = await shown('runs', '-n', '1', '--filter', "status = 'FINISHED'");
  expect(found).toMatch(/^\w+ {2}trial with 0.001/m);
  expect(found).not.toContain('sweep');
});

it('takes the newest run that is not nested as the latest', async () => {
  expect(await shown('runs', 'show', 'latest')).toMatch(/^sweep of all learning rates /);
});

it('marks metrics with a known direction as better or worse, and no others', async () => {
  const compared = await shown('runs', 'compare', 'baseline of the first season', 'latest');
  expect(compared).toMatch(/accuracy\s+0.81235\s+0.7 .*worse$/m);
  expect(compared).toMatch(/loss\s+0.5\s+0.4 .*better$/m);
  expect(compared).toMatch(/throughput\s+120\s+100( {2}−20)?$/m);
});

it('shows whole digests and addresses, so that users can copy them', async () => {
  const model = await shown('models', 'show', 'penguins');
  expect(model).toMatch(/sha256:[0-9a-f]{64}\n/);
  expect(model).toMatch(/^ {2}inputs +bill_length_mm: double, .*\n.*body_mass_g: double$/m);
  expect(model).toMatch(/^ {2}outputs +float32\[\?, 3\]$/m);
});

it('does not call another dataset a Delta table or a snapshot', async () => {
  const lineage = await shown('lineage', 'models:/penguins/1');
  expect(lineage).toMatch(/^dataset rows\n {2}source +code \{"tags":\{\}\}\n {2}digest +a1b2$/m);
});

it('every help page fits into 80 columns', () => {
  const pages: string[] = [];
  const quiet = { outBytes: async () => {}, error: () => {}, width: 80, colors: false };
  const read = (command: Command): void => {
    command.outputHelp();
    command.commands.forEach(read);
  };
  read(buildProgram({ ...quiet, out: (text) => pages.push(text) }));
  for (const line of pages.join('').split('\n')) {
    expect(stringWidth(line), line).toBeLessThanOrEqual(80);
  }
});
