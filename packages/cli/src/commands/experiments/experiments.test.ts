import { openStore, startRun } from '@tidemark/client';
import { describe, expect, it } from 'vitest';
import { storeWithSecret } from '../../testing/store-with-secret.ts';
import { tidemark } from '../../testing/tidemark.ts';

describe('tidemark experiments', () => {
  it('lists deleted experiments only with --deleted, with the number of their runs', async () => {
    const { folder } = await storeWithSecret();
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
    const { folder, call } = await storeWithSecret();
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
