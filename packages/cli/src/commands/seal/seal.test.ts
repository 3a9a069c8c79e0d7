import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openStore } from '@tidemark/client';
import { describe, expect, it } from 'vitest';
import { SECRET, type StoreWithSecret, storeWithSecret } from '../../testing/store-with-secret.ts';
import { tidemark } from '../../testing/tidemark.ts';

/** A store whose run has ended. */
async function endedStore(): Promise<StoreWithSecret> {
  const made = await storeWithSecret();
  const store = await openStore(made.folder);
  await store.append([
    { kind: 'metrics', run: made.runId, timeMs: 1, step: 1, metrics: { loss: 0.5 } },
    { kind: 'run-updated', run: made.runId, status: 'FINISHED', endTimeMs: 2 },
  ]);
  await store.close();
  return made;
}

function bytesOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return files
    .filter((each) => each.isFile())
    .map((each) => readFileSync(join(each.parentPath, each.name), 'latin1'))
    .join('\n');
}

describe('tidemark seal', () => {
  it('makes tables of the runs that have ended, which tidemark sql and tidemark delta read', async () => {
    const { folder, call } = await endedStore();
    expect(await call('seal')).toMatch(/^runs +1 new\n/);
    expect(await call('seal')).toMatch(/^Nothing to seal/);
    expect(JSON.parse(await call('seal', '--json'))).toMatchObject({ isChanged: false, seal: 1 });
    const rows = JSON.parse(await call('delta', 'preview', join(folder, 'lake', 'runs'), '--json'));
    expect(JSON.stringify(rows)).toContain('first');
  });

  it('leaves the lake without what was purged, as gc does', async () => {
    const { folder, call } = await endedStore();
    await call('seal');
    const lake = join(folder, 'lake', 'params');
    const before = JSON.parse(await call('delta', 'preview', lake, '--json'));
    expect(JSON.stringify(before)).toContain(SECRET);
    expect(await call('purge', 'param', 'first', 'api_key', '--yes')).toContain(
      'To remove the bytes from the logs and the lake: tidemark gc --yes',
    );
    await call('gc', '--yes');
    const after = JSON.parse(await call('delta', 'preview', lake, '--json'));
    expect(JSON.stringify(after)).not.toContain(SECRET);
    expect(bytesOf(join(folder, 'lake'))).not.toContain(SECRET);
  });

  it('makes a damaged lake again with --rebuild', async () => {
    const { folder, call } = await endedStore();
    await call('seal');
    const runs = join(folder, 'lake', 'runs');
    const file = readdirSync(runs).find((name) => name.endsWith('.parquet')) as string;
    rmSync(join(runs, file));
    const query = ['sql', 'select count(*) as points from metrics', '--json', '--store', folder];
    expect(await tidemark(...query)).toMatchObject({
      ...{ code: 0, out: expect.stringMatching(/"points": ?1/) },
      error: expect.stringContaining('note: the answer comes from the'),
    });
    const { code, error } = await tidemark('seal', '--store', folder);
    expect({ code, error }).toMatchObject({ code: 1, error: expect.stringContaining('--rebuild') });
    expect(await call('seal', '--rebuild')).toMatch(/^runs +1 new\n/);
    expect(existsSync(join(runs, file))).toBe(false);
  });

  it('works on folders only', async () => {
    const away = await tidemark('seal', '--store', 'http://127.0.0.1:9');
    expect(away.code).toBe(1);
  });
});
