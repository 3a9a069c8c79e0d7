import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore, startRun } from '@tidemark/client';
import {
  createModelVersion,
  createRegisteredModel,
  type RunId,
  registerVersion,
} from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { temporaryFolder } from '@tidemark/test-kit';
import { beforeEach, describe, expect, it } from 'vitest';
import { tidemark } from '../testing/tidemark.ts';

const SECRET = 'hunter2';

let folder = '';
let runId = '' as RunId;

beforeEach(async () => {
  folder = join(temporaryFolder(), 'store');
  const store = await openStore(folder);
  const draft = { experimentId: '0' as never, userId: '', startTimeMs: 1 };
  ({ runId } = await store.createRun({ ...draft, name: 'first' }));
  await store.append([{ kind: 'params', run: runId, params: { api_key: SECRET, lr: '0.1' } }]);
  await store.close();
});

/** A call that has to work; its output. */
async function call(...argv: string[]): Promise<string> {
  const { code, out, error } = await tidemark(...argv, '--store', folder);
  expect(error).toBe('');
  expect(code).toBe(0);
  return out;
}

function holdsSecret(): boolean {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .some((entry) => readFileSync(join(entry.parentPath, entry.name)).includes(SECRET));
}

describe('tidemark runs delete and restore', () => {
  it('hides a run and brings it back', async () => {
    expect(await call('runs', 'delete', 'first')).toContain(`tidemark runs restore ${runId}`);
    expect(await call('runs')).not.toContain('first');
    expect(await call('runs', '--deleted')).toContain('first');
    await call('runs', 'restore', runId.slice(0, 8));
    expect(await call('runs')).toContain('first');
    const unknown = await tidemark('runs', 'delete', 'nobody', '--store', folder);
    expect(unknown).toMatchObject({ code: 1 });
    expect(unknown.error).toContain('[RUN_NOT_FOUND]');
  });
});

describe('tidemark experiments', () => {
  it('lists those that can be restored, and how many runs come back with them', async () => {
    const at = ['--store', folder];
    const store = await openStore(folder);
    await startRun({ environment: false, store, experiment: 'gone' }, () => {});
    await tidemark('experiments', 'delete', 'gone', ...at);
    expect((await tidemark('experiments', ...at)).out).not.toContain('gone');
    const deleted = await tidemark('experiments', 'list', '--deleted', '--json', ...at);
    expect(JSON.parse(deleted.out)).toMatchObject([{ name: 'gone', runCount: 1 }]);
    const shown = await tidemark('experiments', 'list', '--deleted', ...at);
    expect(shown.out).toMatch(/gone +\d+ +1 /);
    expect(shown.out).not.toContain('Default');
  });

  it('creates, renames, deletes and restores', async () => {
    await call('experiments', 'create', 'penguins');
    await call('experiments', 'rename', 'penguins', 'birds');
    expect(await call('experiments')).toContain('birds');
    await call('experiments', 'delete', 'birds');
    expect(await call('experiments', 'list')).not.toContain('birds');
    const taken = await tidemark('experiments', 'create', 'birds', '--store', folder);
    expect(taken.error).toContain('[EXPERIMENT_EXISTS]');
    await call('experiments', 'restore', 'birds');
    expect(await call('experiments', '--json')).toContain('"name": "birds"');
  });
});

describe('tidemark purge and gc', () => {
  it('shows what would go, does it with --yes, and takes the bytes away', async () => {
    const shown = await call('purge', 'param', 'latest', 'api_key');
    expect(shown).toContain('Would be purged:\n  param api_key\n');
    expect(shown).toContain('add --yes');
    expect(await call('runs', 'show', 'latest')).toContain(SECRET);
    const misspelt = ['purge', 'param', 'latest', 'apikey', '--store', folder];
    for (const argv of [misspelt, [...misspelt, '--yes']]) {
      expect(await tidemark(...argv)).toMatchObject({
        code: 1,
        out: '',
        error: expect.stringMatching(
          /no param "apikey" to be seen.*tidemark runs show latest \[INVALID_ARGUMENT\]/,
        ),
      });
    }
    expect(await call('purge', 'param', 'latest', 'apikey', '--hidden')).toContain('add --yes');
    const done = await call('purge', 'param', 'latest', 'api_key', '--yes', '--reason', 'oops');
    expect(done).toContain('tidemark gc --yes');
    expect(await call('runs', 'show', 'latest')).not.toContain(SECRET);
    expect(holdsSecret()).toBe(true);
    expect(await call('gc')).toMatch(/what was purged, in logs +1 +\d+ B\n/);
    expect(holdsSecret()).toBe(true);
    expect(await call('gc', '--yes')).toContain('Freed');
    expect(holdsSecret()).toBe(false);
    expect(await call('gc')).toBe('Nothing to clean up.\n');
  });

  it('ends with 3 as long as a process may still write to a log that holds what was purged', async () => {
    const living = openFileStore(folder);
    await living.append([{ kind: 'params', run: runId, params: { api_key: SECRET } }]);
    await call('purge', 'param', 'first', 'api_key', '--yes');
    const { code, out, error } = await tidemark('gc', '--yes', '--store', folder);

    expect({ code, error }).toMatchObject({
      code: 3,
      error: expect.stringContaining('1 file was left'),
    });
    expect(out).toMatch(/Left logs\/\S+\.jsonl, which has or may have something purged/);
    await living.close();
    await call('gc', '--yes');
    expect(holdsSecret()).toBe(false);
  });

  it('purges what was deleted some days ago', async () => {
    await call('runs', 'delete', 'first');
    expect(await call('gc', '--older-than', '1')).toBe('Nothing to clean up.\n');
    expect(JSON.parse(await call('gc', '--older-than', '0', '--json'))).toMatchObject({
      expired: [{ run: runId }],
      done: false,
    });
    await call('gc', '--older-than', '0', '--yes');
    expect(await call('runs', '--deleted', '--json')).toBe('[]\n');
  });

  it('refuses what a model version needs', async () => {
    const store = await openStore(folder);
    const { modelId } = await store.createLoggedModel({
      experimentId: '0' as never,
      name: 'm',
      creationTimeMs: 1,
      sourceRunId: runId,
    });
    await store.append([
      { kind: 'params', run: runId, params: { lr: '0.1' } },
      { kind: 'model-updated', model: modelId, timeMs: 2, status: 'READY' },
    ]);
    const [model] = await store.loggedModels({ modelIds: [modelId] });
    if (model === undefined) throw new Error('the model was lost');
    const by = { name: 'ada', authenticated: false };
    await registerVersion(store, { name: 'penguins', model, by });
    await store.close();
    expect(await call('purge', 'run', 'first')).toContain('needed by\n  penguins version 1');
    const refused = await tidemark('purge', 'run', 'first', '--yes', '--store', folder);
    expect(refused.error).toContain('[PURGE_REFUSED]');
    // A secret can be purged all the same; whoever does it is told what that breaks.
    expect(await call('purge', 'param', 'first', 'lr')).toContain(
      "The digest of the run's record in penguins version 1 will not fit it any more",
    );
    const wrong = await tidemark('purge', 'metric', modelId, 'loss', '--store', folder);
    expect(wrong.error).toContain('[INVALID_ARGUMENT]');
  });

  it('says what a doctor finds, with exit code 1, and nothing of a healthy store', async () => {
    expect(await call('doctor')).toBe(`Healthy: ${folder}\n`);
    const hash = `sha256:${'0'.repeat(64)}`;
    const expected = ['--expect-head', `cats=${hash}`, '--expect-head', `dogs=${hash}`];
    const heads = await tidemark('doctor', '--json', ...expected, '--store', folder);
    expect(heads.code).toBe(1);
    expect(JSON.parse(heads.out)).toMatchObject({
      findings: [{ place: 'cats', isFixed: false }, { place: 'dogs' }],
    });
    writeFileSync(join(folder, 'store.json'), '{');
    const damaged = await tidemark('doctor', '--store', folder);
    expect(damaged.code).toBe(1);
    expect(damaged.out).toContain('error store-file');
    expect(damaged.out).toContain('1 finding in');
  });

  it('shows people the first notes of a kind, and programs all of them', async () => {
    const store = await openStore(folder);
    const by = { name: 'ada', authenticated: false };
    await createRegisteredModel(store, { name: 'penguins', by });
    for (const number of [1, 2, 3, 4, 5]) {
      const source = `s3://elsewhere/${number}`;
      await createModelVersion(store, { name: 'penguins', source, by });
    }
    await store.close();
    const shown = await call('doctor');
    expect(shown.match(/^note unpinned-versions/gm)).toHaveLength(3);
    expect(shown).toMatch(
      /^note … and 2 more notes of unpinned-versions. To see all: tidemark doctor --json\n5 findings in/m,
    );
    expect(JSON.parse(await call('doctor', '--json')).findings).toHaveLength(5);
  });

  it('works on folders only', async () => {
    const away = await tidemark('gc', '--store', 'http://127.0.0.1:9');
    expect(away.code).toBe(1);
  });
});
