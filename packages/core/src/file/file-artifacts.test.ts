import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { expect, it } from 'vitest';
import { collectBytes } from '../bytes/concatenate-bytes.ts';
import type { ExperimentId, RunId } from '../model/ids.ts';
import { openFileStore } from './file-store.ts';

const OWNER = {
  kind: 'run',
  experimentId: '0' as ExperimentId,
  runId: 'a'.repeat(32) as RunId,
} as const;
const unsafe = { code: 'ARTIFACT_PATH_UNSAFE' };

function setUp() {
  const base = temporaryFolder();
  const outside = join(base, 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'secret'), 'secret');
  const folder = join(base, 'store');
  const { artifacts } = openFileStore(folder);
  const root = join(folder, 'artifacts', OWNER.experimentId, OWNER.runId);
  return { artifacts, outside, root, folder };
}

it('lies where people expect to find it, and leaves nothing else behind', async () => {
  const { artifacts, root, folder } = setUp();
  await artifacts.write(OWNER, 'plots/roc.txt', new Uint8Array(1));
  expect(existsSync(join(root, 'plots', 'roc.txt'))).toBe(true);
  expect(readdirSync(join(folder, 'artifacts', '.partial'))).toEqual([]);
});

it('is neither written nor read through a folder that is a link', async () => {
  const { artifacts, outside, root } = setUp();
  mkdirSync(root, { recursive: true });
  symlinkSync(outside, join(root, 'link'));
  await expect(artifacts.write(OWNER, 'link/deep/x', new Uint8Array(1))).rejects.toMatchObject(
    unsafe,
  );
  await expect(collectBytes(artifacts.read(OWNER, 'link/secret'))).rejects.toMatchObject(unsafe);
  await expect(artifacts.list(OWNER, 'link')).rejects.toMatchObject(unsafe);
  expect(readdirSync(outside)).toEqual(['secret']);
});

it('is not read when it is a link itself, and replaces a link when written', async () => {
  const { artifacts, outside, root } = setUp();
  mkdirSync(root, { recursive: true });
  symlinkSync(join(outside, 'secret'), join(root, 'x'));
  await expect(collectBytes(artifacts.read(OWNER, 'x'))).rejects.toMatchObject(unsafe);
  await artifacts.write(OWNER, 'x', new TextEncoder().encode('mine'));
  expect(new TextDecoder().decode(await collectBytes(artifacts.read(OWNER, 'x')))).toBe('mine');
});

it.skipIf(process.platform === 'win32')(
  'is not read from a pipe, which would wait for ever',
  async () => {
    const { artifacts, root } = setUp();
    mkdirSync(root, { recursive: true });
    execFileSync('mkfifo', [join(root, 'pipe')]);
    await expect(collectBytes(artifacts.read(OWNER, 'pipe'))).rejects.toMatchObject(unsafe);
    expect(await artifacts.list(OWNER)).toEqual([]);
  },
);
