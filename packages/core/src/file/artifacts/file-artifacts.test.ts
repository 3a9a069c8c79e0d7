import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { collectBytes } from '../../bytes/concatenate-bytes.ts';
import type { ExperimentId, RunId } from '../../model/ids.ts';
import { openFileStore } from '../file-store.ts';
import { systemNameProblem } from './artifact-way.ts';

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

it('an artifact is at its path below the folder of its run, without remains of the write', async () => {
  const { artifacts, root, folder } = setUp();
  await artifacts.write(OWNER, 'plots/roc.txt', new Uint8Array(1));
  expect(existsSync(join(root, 'plots', 'roc.txt'))).toBe(true);
  expect(readdirSync(join(folder, 'artifacts', '.partial'))).toEqual([]);
});

it('an artifact is neither written nor read through a folder that is a link', async () => {
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

it('an artifact is not read if it is a link, and a write replaces the link', async () => {
  const { artifacts, outside, root } = setUp();
  mkdirSync(root, { recursive: true });
  symlinkSync(join(outside, 'secret'), join(root, 'x'));
  await expect(collectBytes(artifacts.read(OWNER, 'x'))).rejects.toMatchObject(unsafe);
  await artifacts.write(OWNER, 'x', new TextEncoder().encode('mine'));
  expect(new TextDecoder().decode(await collectBytes(artifacts.read(OWNER, 'x')))).toBe('mine');
});

describe.skipIf(process.platform === 'win32')('a place that is not a regular file', () => {
  it('is neither read nor listed, as a pipe, a socket or a device', async () => {
    const { artifacts, root } = setUp();
    mkdirSync(root, { recursive: true });
    execFileSync('mkfifo', [join(root, 'pipe')]);
    symlinkSync('/dev/zero', join(root, 'zero'));
    const socket = createServer().listen(join(root, 'socket'));
    onTestFinished(() => void socket.close());
    await once(socket, 'listening');
    for (const path of ['pipe', 'zero', 'socket']) {
      await expect(collectBytes(artifacts.read(OWNER, path))).rejects.toMatchObject(unsafe);
    }
    expect(await artifacts.list(OWNER)).toEqual([]);
  });

  it('is not copied from outside the store', async () => {
    const { artifacts, outside, folder } = setUp();
    execFileSync('mkfifo', [join(outside, 'pipe')]);
    symlinkSync('/dev/zero', join(outside, 'zero'));
    for (const name of ['pipe', 'zero', '']) {
      const source = join(outside, name);
      await expect(artifacts.writeLocalFile?.(OWNER, 'x', source)).rejects.toMatchObject(unsafe);
    }
    await expect(artifacts.writeLocalFile?.(OWNER, 'x', '/none')).rejects.toMatchObject({
      code: 'ARTIFACT_NOT_FOUND',
    });
    expect(existsSync(join(folder, 'artifacts'))).toBe(false);
  });

  it('is replaced by a write', async () => {
    const { artifacts, root, outside } = setUp();
    mkdirSync(root, { recursive: true });
    execFileSync('mkfifo', [join(root, 'pipe')]);
    symlinkSync(join(outside, 'secret'), join(root, 'link'));
    for (const path of ['pipe', 'link']) {
      await artifacts.write(OWNER, path, new Uint8Array([1]));
      artifacts.writeSync?.(OWNER, path, new Uint8Array([2]));
      expect(await collectBytes(artifacts.read(OWNER, path))).toEqual(new Uint8Array([2]));
    }
    expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('secret');
  });

  it('cannot take the place of the folder of unfinished files', async () => {
    const { artifacts, folder, outside } = setUp();
    mkdirSync(join(folder, 'artifacts'), { recursive: true });
    symlinkSync(outside, join(folder, 'artifacts', '.partial'));
    await expect(artifacts.write(OWNER, 'x', new Uint8Array(1))).rejects.toMatchObject(unsafe);
    expect(() => artifacts.writeSync?.(OWNER, 'x', new Uint8Array(1))).toThrow(
      expect.objectContaining(unsafe),
    );
    expect(readdirSync(outside)).toEqual(['secret']);
  });
});

it('an artifact is written only below the folder of its owner, for every path', async () => {
  const { artifacts, root, folder } = setUp();
  await artifacts.write(OWNER, 'first', new Uint8Array(1));
  const part = fc.constantFrom(
    'a',
    'B',
    '..',
    '.',
    '',
    '\u0007',
    '\\',
    'con',
    'aux.txt',
    'x'.repeat(256),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 5 }), async (parts) => {
      const path = parts.join('/');
      const written = await artifacts.write(OWNER, path, new Uint8Array([1])).then(
        () => true,
        (error: unknown) => {
          expect(error).toMatchObject(unsafe);
          return false;
        },
      );
      if (written) expect(existsSync(join(root, path))).toBe(true);
      expect(readdirSync(join(folder, 'artifacts')).sort()).toEqual(['.partial', '0']);
      expect(readdirSync(join(folder, 'artifacts', '0'))).toEqual([OWNER.runId]);
    }),
    { numRuns: 50 },
  );
});

it('names that Windows changes or forbids are refused on Windows only', () => {
  for (const path of ['a:b', 'a./b', 'b ', 'what?', 'a|b']) {
    expect(systemNameProblem(path, 'win32')).toBeTypeOf('string');
    expect(systemNameProblem(path, 'linux')).toBeUndefined();
  }
  expect(systemNameProblem('plots/roc curve.v1.png', 'win32')).toBeUndefined();
});
