import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore, startRun } from '@tidemark/client';
import type { ExperimentId, LoggedModelId, Store } from '@tidemark/core';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it } from 'vitest';
import { serve } from './commands/server/serve.ts';
import { mlruns } from './testing/mlruns.ts';
import { tidemark } from './testing/tidemark.ts';

const QUIET = { environment: false } as const;

/** Where the calls find their things. */
interface Places {
  readonly folder: string;
  /** Two logged models. */
  readonly models: readonly [LoggedModelId, LoggedModelId];
  readonly file: string;
}

/** Calls of the commands with `--store`, in an order in which each succeeds. */
function callsOf({ folder, models, file }: Places): string[][] {
  return [
    ['runs', 'list'],
    ['runs', 'show', 'ada'],
    ['runs', 'compare', 'ada', 'bo'],
    ['runs', 'leaderboard', 'loss', '--direction', 'lower'],
    ['runs', 'aggregate', 'loss', '--by', 'lr'],
    ['runs', 'tail', 'ada'],
    ['runs', 'delete', 'bo'],
    ['runs', 'restore', 'bo'],
    ['experiments', 'list'],
    ['experiments', 'create', 'gulls'],
    ['experiments', 'show', 'gulls'],
    ['experiments', 'rename', 'gulls', 'terns'],
    ['experiments', 'delete', 'terns'],
    ['experiments', 'restore', 'terns'],
    ['artifacts', 'put', 'ada', file],
    ['artifacts', 'list', 'ada'],
    ['artifacts', 'get', 'ada', 'notes.txt', '-o', join(folder, 'copied')],
    ['export', join(folder, '..', 'exported')],
    ['import', join(folder, '..', 'exported')],
    ['merge', join(folder, '..', 'exported')],
    ['models', 'create', 'empty'],
    ['models', 'rename', 'empty', 'unused'],
    ['models', 'delete', 'unused'],
    ['models', 'register', models[0], 'penguins'],
    ['models', 'list'],
    ['models', 'show', 'penguins'],
    ['models', 'alias', 'penguins', 'champion', '1'],
    ['models', 'tag', 'penguins', '1', 'reviewed=yes'],
    ['models', 'describe', 'penguins', 'Which species?'],
    ['models', 'comment', 'penguins', '1', 'fine'],
    ['models', 'rules', 'penguins'],
    ['models', 'request', 'penguins', '1', 'Staging'],
    ['models', 'approve', 'penguins', '1'],
    ['models', 'request', 'penguins', '1', 'Production'],
    ['models', 'reject', 'penguins', '1'],
    ['models', 'request', 'penguins', '1', 'Production'],
    ['models', 'cancel', 'penguins', '1'],
    ['models', 'stage', 'penguins', '1', 'Archived'],
    ['models', 'history', 'penguins'],
    ['lineage', 'models:/penguins/1'],
    ['sql', 'select count(*) from runs'],
    ['seal'],
    ['import', 'mlruns', mlruns({})],
    // While nothing is purged: a log that a program writes to keeps its bytes.
    ['gc', '--yes'],
    ['purge', 'param', 'ada', 'lr', '--yes'],
    ['purge', 'tag', 'ada', 'note', '--yes'],
    ['purge', 'metric', 'ada', 'loss', '--yes'],
    ['purge', 'artifact', 'ada', 'notes.txt', '--yes'],
    ['purge', 'model', models[1], '--yes'],
    ['purge', 'run', 'bo', '--yes'],
    ['purge', 'experiment', 'terns', '--yes'],
    ['doctor'],
  ];
}

async function storeWithRuns(): Promise<Places & { readonly store: Store }> {
  const root = temporaryFolder();
  const folder = join(root, 'store');
  const store = await openStore(folder);
  for (const name of ['ada', 'bo']) {
    await startRun({ ...QUIET, store, name, tags: { note: 'a' } }, async (run) => {
      await run.logParams({ lr: 0.1 });
      await run.logMetric('loss', 0.5);
    });
  }
  const file = join(root, 'notes.txt');
  writeFileSync(file, 'three eggs');
  return {
    store,
    folder,
    models: [await loggedModel(store, 'a'), await loggedModel(store, 'b')],
    file,
  };
}

async function loggedModel(store: Store, name: string): Promise<LoggedModelId> {
  const experimentId = '0' as ExperimentId;
  const { modelId } = await store.createLoggedModel({ experimentId, name, creationTimeMs: 1 });
  const owner = { kind: 'model', experimentId, modelId } as const;
  const file = await store.artifacts.write(owner, 'weights', new Uint8Array(4));
  await store.append([
    { kind: 'artifact', owner: { model: modelId }, file },
    { kind: 'model-updated', model: modelId, timeMs: 2, status: 'READY' },
  ]);
  return modelId;
}

it('leaves the store that a program shares with its commands open, whichever command it calls', async () => {
  const { store, ...places } = await storeWithRuns();
  for (const call of callsOf(places)) {
    const outcome = await tidemark(...call, '--store', places.folder);
    expect(outcome, `${call.join(' ')}: ${outcome.error}`).toMatchObject({ code: 0 });
    expect(store.closed, call.join(' ')).toBe(false);
    expect(await store.runs({})).not.toHaveLength(0);
  }
});

it('leaves it open after it was served', async () => {
  const { store, folder } = await storeWithRuns();
  let said = '';
  await serve(
    {
      ...{ store: folder, host: '127.0.0.1', port: 0, maxRequests: 10, logLevel: 'warn' },
      ...{ grace: 1, sql: false, sqlTime: 1 },
    },
    {
      ...{ width: 80, colors: false, error() {}, async outBytes() {} },
      out(text) {
        said += text;
      },
    },
    {
      ended: Promise.resolve(),
      leaveWithin() {},
      startChild() {
        throw new Error('There is no SQL.');
      },
    },
  );
  expect(said).toContain('Tidemark serves');
  expect(store.closed).toBe(false);
  expect(await store.runs({})).toHaveLength(2);
});

it('no command opens a store except through open.ts, and none closes one', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => /^(?!testing|open\.).*(?<!\.test)\.ts$/.test(file));
  const found = sources.filter((file) =>
    /\bopenStore\b(?!`)|\bstore\.close\(/.test(
      readFileSync(join(import.meta.dirname, file), 'utf8'),
    ),
  );
  expect(sources.length).toBeGreaterThan(100);
  expect(found).toEqual([]);
});
