import { openStore } from '@tidemark/client';
import { type ExperimentId, registerVersion } from '@tidemark/core';
import { describe, expect, it } from 'vitest';
import { SECRET, storeWithSecret } from '../../testing/store-with-secret.ts';
import { tidemark } from '../../testing/tidemark.ts';

describe('tidemark purge', () => {
  it('shows what it would remove, removes it with --yes, and lets gc remove the bytes', async () => {
    const { folder, call, holdsSecret } = await storeWithSecret();
    const shown = await call('purge', 'param', 'latest', 'api_key');
    expect(shown).toContain('Would be purged:\n  param api_key\n');
    expect(shown).toContain('Add --yes');
    expect(await call('runs', 'show', 'latest')).toContain(SECRET);
    const misspelt = ['purge', 'param', 'latest', 'apikey', '--store', folder];
    for (const argv of [misspelt, [...misspelt, '--yes']]) {
      expect(await tidemark(...argv)).toMatchObject({
        code: 1,
        out: '',
        error: expect.stringMatching(
          /No reader sees a param "apikey".*tidemark runs show latest \[INVALID_ARGUMENT\]/,
        ),
      });
    }
    expect(await call('purge', 'param', 'latest', 'apikey', '--hidden')).toContain('Add --yes');
    const done = await call('purge', 'param', 'latest', 'api_key', '--yes', '--reason', 'oops');
    expect(done).toContain('tidemark gc --yes');
    expect(await call('runs', 'show', 'latest')).not.toContain(SECRET);
    expect(holdsSecret()).toBe(true);
    expect(await call('gc')).toMatch(/purged data in logs +1 +\d+ B\n/);
    expect(holdsSecret()).toBe(true);
    expect(await call('gc', '--yes')).toContain('Freed');
    expect(holdsSecret()).toBe(false);
    expect(await call('gc')).toBe('Nothing to clean up.\n');
  });

  it('refuses to remove what a model version needs', async () => {
    const { folder, runId, call } = await storeWithSecret();
    const store = await openStore(folder);
    const { modelId } = await store.createLoggedModel({
      experimentId: '0' as ExperimentId,
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
    // A param can still be purged. The command reports that it breaks the digest of the version.
    expect(await call('purge', 'param', 'first', 'lr')).toContain(
      "The run's digest in penguins version 1 will no longer match",
    );
    const wrong = await tidemark('purge', 'metric', modelId, 'loss', '--store', folder);
    expect(wrong.error).toContain('[INVALID_ARGUMENT]');
  });
});
