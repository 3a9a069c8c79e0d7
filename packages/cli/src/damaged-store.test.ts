import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore, startRun } from '@tidemark/client';
import { bundleScript, temporaryFolder } from '@tidemark/test-kit';
import { expect, it } from 'vitest';

const MAIN = await bundleScript(new URL('testing/run-tidemark.ts', import.meta.url));

/** Calls the command line in a separate process, like a script. */
function call(...argv: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [MAIN, ...argv], { encoding: 'utf8' });
}

it('ignores the empty log of a process that ended before it wrote a byte', async () => {
  const folder = join(temporaryFolder(), 'store');
  const store = await openStore(folder);
  await startRun({ environment: false, store, name: 'first' }, (run) => run.logParams({ lr: 0.1 }));
  await store.close();
  writeFileSync(join(folder, 'logs', '0123456789abcdef0123-000001.jsonl'), '');
  const { status, stdout, stderr } = call('runs', '--json', '--store', folder);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject([{ name: 'first' }]);
});

it('exits with 3 when a byte of the store changed, and prints the undamaged rest', async () => {
  const folder = join(temporaryFolder(), 'store');
  const store = await openStore(folder);
  await startRun({ environment: false, store, name: 'first' }, (run) => run.logParams({ lr: 0.1 }));
  await store.close();
  const list = ['runs', '--json', '--store', folder];
  const before = call(...list);
  expect(before).toMatchObject({ status: 0, stderr: '' });
  expect(JSON.parse(before.stdout)).toMatchObject([{ name: 'first', params: { lr: '0.1' } }]);

  const [name = ''] = readdirSync(join(folder, 'logs'));
  const log = join(folder, 'logs', name);
  const bytes = readFileSync(log);
  const place = bytes.indexOf('"lr":"0.1"') + '"lr":"0.'.length;
  // A digit for a digit, so that the line is still valid JSON.
  bytes.write('3', place);
  writeFileSync(log, bytes);

  const after = call(...list);
  expect(after.status).toBe(3);
  expect(after.stderr).toContain(name);
  expect(after.stderr).toContain('To examine the store: tidemark doctor\n');
  expect(JSON.parse(after.stdout)).toMatchObject([{ name: 'first', params: {} }]);
  expect(JSON.parse(after.stdout)[0].params).toEqual({});

  const other = join(temporaryFolder(), 'other');
  await (await openStore(other)).createExperiment({ name: 'e', creationTimeMs: 1 });
  const merged = call('merge', folder, '--store', other);
  expect(merged.status).toBe(3);
  expect(merged.stdout).toContain(`damaged    logs/${name}, byte `);
  expect(merged.stderr).toContain('the damaged part was not merged');
  // The other store has the undamaged part, and no damage itself.
  const taken = call('runs', '--json', '--store', other);
  expect(taken).toMatchObject({ status: 0, stderr: '' });
  expect(JSON.parse(taken.stdout)).toMatchObject([{ name: 'first', params: {} }]);
  expect(call('merge', folder, '--store', other).status).toBe(3);
});
