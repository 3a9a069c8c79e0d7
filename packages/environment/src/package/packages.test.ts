import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPackage } from './packages.ts';

let root: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'tidemark-packages-')));
});
afterEach(() => rm(root, { recursive: true, force: true }));

describe('the package that a script belongs to', () => {
  it('has the versions that Node resolves, also if they are hoisted', async () => {
    await manifest('', { name: 'shop', workspaces: ['apps/*'] });
    await manifest('apps/train', {
      name: '@shop/train',
      version: '1.2.0',
      dependencies: { 'left-pad': '^1.0.0', '@tensorflow/tfjs': '^4', '@shop/data': '*' },
      peerDependencies: { zod: '*' },
      optionalDependencies: { fsevents: '*' },
      devDependencies: { vitest: '*' },
    });
    await manifest('node_modules/left-pad', { name: 'left-pad', version: '1.0.0' });
    await manifest('node_modules/@tensorflow/tfjs', {
      name: '@tensorflow/tfjs',
      version: '4.22.0',
    });
    await manifest('node_modules/zod', { name: 'zod', version: '3.0.0' });
    await manifest('node_modules/vitest', { name: 'vitest', version: '4.1.12' });
    await manifest('apps/train/node_modules/zod', { name: 'zod', version: '4.6.7' });
    await manifest('apps/data', { name: '@shop/data', version: '0.3.0' });
    await mkdir(join(root, 'node_modules', '@shop'));
    await symlink(join(root, 'apps/data'), join(root, 'node_modules/@shop/data'), 'junction');
    await mkdir(join(root, 'apps/train/src/deep'), { recursive: true });

    expect(await findPackage(join(root, 'apps/train/src/deep'), root)).toEqual({
      path: join(root, 'apps/train/package.json'),
      name: '@shop/train',
      version: '1.2.0',
      dependencies: {
        '@shop/data': '0.3.0',
        '@tensorflow/tfjs': '4.22.0',
        'left-pad': '1.0.0',
        vitest: '4.1.12',
        zod: '4.6.7',
      },
    });
  });

  it('has the package that an alias refers to', async () => {
    await manifest('', { name: 'a', dependencies: { tf: 'npm:@tensorflow/tfjs@4' } });
    await manifest('node_modules/tf', { name: '@tensorflow/tfjs', version: '4.22.0' });
    expect(await findPackage(root, root)).toMatchObject({
      dependencies: { tf: 'npm:@tensorflow/tfjs@4.22.0' },
    });
  });

  it('is not one whose package.json only sets the module type, cannot be read or is too far up', async () => {
    await manifest('', { name: 'outer' });
    await manifest('a', { name: 'inner' });
    await manifest('a/b', { type: 'commonjs' });
    await mkdir(join(root, 'a/b/c/package.json'), { recursive: true });
    await mkdir(join(root, 'a/b/c/d'));
    await writeFile(join(root, 'a/b/c/d/package.json'), '{ not json');
    expect(await findPackage(join(root, 'a/b/c/d'), root)).toMatchObject({ name: 'inner' });
    expect(await findPackage(join(root, 'a/b'), join(root, 'a/b'))).toBeUndefined();
  });

  it('has no fields of the wrong type, and no dependencies outside of node_modules', async () => {
    await manifest('secret', { name: 'secret', version: '6.6.6' });
    await manifest('', {
      name: 7,
      version: ['1'],
      dependencies: { '../secret': '*', '..': '*', '/secret': '*', ok: '*' },
      devDependencies: 'none',
    });
    await manifest('node_modules/ok', { name: 'ok', version: '1.0.0' });
    expect(await findPackage(root, root)).toEqual({
      path: join(root, 'package.json'),
      dependencies: { ok: '1.0.0' },
    });
  });
});

async function manifest(folder: string, content: object): Promise<void> {
  const path = join(root, folder, 'package.json');
  await mkdir(dirname(path), { recursive: true });
  // With the byte order mark of some Windows editors.
  await writeFile(path, `\ufeff${JSON.stringify(content)}`);
}
