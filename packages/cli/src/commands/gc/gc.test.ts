import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commitFile, openFileStore, registryFolder } from '@tidemark/core/node';
import { describe, expect, it } from 'vitest';
import { SECRET, storeWithSecret } from '../../testing/store-with-secret.ts';
import { tidemark } from '../../testing/tidemark.ts';

describe('tidemark gc', () => {
  it('exits with 3 as long as a process may still write to a log with purged data', async () => {
    const { folder, runId, call, holdsSecret } = await storeWithSecret();
    const living = openFileStore(folder);
    await living.append([{ kind: 'params', run: runId, params: { api_key: SECRET } }]);
    await call('purge', 'param', 'first', 'api_key', '--yes');
    const { code, out, error } = await tidemark('gc', '--yes', '--store', folder);

    expect({ code, error }).toMatchObject({
      code: 3,
      error: expect.stringContaining('1 file was left unchanged'),
    });
    expect(out.replace(/\s+/g, ' ')).toMatch(
      /Left logs\/\S+\.jsonl, which may contain purged data: its process runs\./,
    );
    const doctor = await tidemark('doctor', '--store', folder);
    expect(doctor).toMatchObject({ code: 0, out: expect.stringContaining('note purged-remains') });
    await living.close();
    await call('gc', '--yes');
    expect(holdsSecret()).toBe(false);
  });

  it('purges what was deleted some days ago', async () => {
    const { runId, call } = await storeWithSecret();
    await call('runs', 'delete', 'first');
    expect(await call('gc', '--older-than', '1')).toBe('Nothing to clean up.\n');
    expect(JSON.parse(await call('gc', '--older-than', '0', '--json'))).toMatchObject({
      expired: [{ run: runId }],
      done: false,
    });
    await call('gc', '--older-than', '0', '--yes');
    expect(await call('runs', '--deleted', '--json')).toBe('[]\n');
  });

  it('exits with 3 and names a damaged registered model, whose versions may need the purged files', async () => {
    const { folder, call, holdsSecret } = await storeWithSecret();
    await call('purge', 'run', 'first', '--yes');
    const place = join(folder, registryFolder('penguins'));
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, commitFile(1)), '{');
    const { code, out, error } = await tidemark('gc', '--yes', '--store', folder);
    expect({ code, error }).toMatchObject({
      code: 3,
      error: expect.stringContaining('1 registered model cannot be read'),
    });
    expect(out.replace(/\s+/g, ' ')).toContain(`damaged ${registryFolder('penguins')} may need`);
    rmSync(place, { recursive: true });
    await call('gc', '--yes');
    expect(holdsSecret()).toBe(false);
  });

  it('refuses a server', async () => {
    const away = await tidemark('gc', '--store', 'http://127.0.0.1:9');
    expect(away.code).toBe(1);
  });
});
