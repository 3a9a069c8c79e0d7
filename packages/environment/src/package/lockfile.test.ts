import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findLockfile } from './lockfile.ts';

let root: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'tidemark-lockfile-')));
  await mkdir(join(root, 'apps/train'), { recursive: true });
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('the lock file', () => {
  it.each(['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock'])(
    '%s is found in a folder above, with the digest of its bytes',
    async (name) => {
      const content = `the bytes of ${name}\r\n`;
      await writeFile(join(root, name), content);
      expect(await findLockfile(join(root, 'apps/train'), root)).toEqual({
        path: join(root, name),
        sha256: createHash('sha256').update(content).digest('hex'),
      });
    },
  );

  it('is the nearest one, and among several in one folder the one that npm uses', async () => {
    await writeFile(join(root, 'package-lock.json'), 'far');
    await writeFile(join(root, 'apps/yarn.lock'), 'near');
    await writeFile(join(root, 'apps/package-lock.json'), 'near');
    await writeFile(join(root, 'apps/npm-shrinkwrap.json'), 'near');
    expect(await findLockfile(join(root, 'apps/train'), root)).toMatchObject({
      path: join(root, 'apps/npm-shrinkwrap.json'),
    });
  });

  it('is absent when no searched folder has one', async () => {
    await writeFile(join(root, 'package-lock.json'), 'of another project');
    await mkdir(join(root, 'apps/yarn.lock'));
    expect(await findLockfile(join(root, 'apps/train'), join(root, 'apps'))).toBeUndefined();
  });
});
