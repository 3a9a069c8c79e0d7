import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bundleScript, temporaryFolder } from '@tidemark/test-kit';
import { expect, it } from 'vitest';
import { writePrivateFile } from './write-private-file.ts';

it('a private file can be replaced, and only its owner can read it', (context) => {
  if (process.platform === 'win32') context.skip('Windows has no such permissions');
  const path = join(temporaryFolder(), 'users.json');
  writePrivateFile(path, 'before\n');
  writePrivateFile(path, 'after\n');
  expect(readFileSync(path, 'utf8')).toBe('after\n');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

it('a private file stays unchanged if the new one cannot be written completely', async (context) => {
  if (process.platform === 'win32') context.skip('Windows has no such limit to set');
  const folder = temporaryFolder();
  const path = join(folder, 'users.json');
  writePrivateFile(path, 'before\n');
  const script = await bundleScript(new URL('testing/write-private.ts', import.meta.url));
  const { stdout, stderr } = spawnSync(
    'sh',
    ['-c', 'ulimit -f 1 && exec "$@"', 'sh', process.execPath, script, path],
    { encoding: 'utf8' },
  );
  expect({ stdout, stderr }).toEqual({ stdout: 'EFBIG', stderr: '' });
  expect(readFileSync(path, 'utf8')).toBe('before\n');
  expect(readdirSync(folder)).toEqual(['users.json']);
});
