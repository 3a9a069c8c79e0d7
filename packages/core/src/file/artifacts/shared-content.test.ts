import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { afterAll, describe, expect, it } from 'vitest';
import { collectBytes } from '../../bytes/concatenate-bytes.ts';
import type { ArtifactOwner } from '../../model/artifact.ts';
import { type ExperimentId, newRunId } from '../../model/ids.ts';
import { mountReflinkFolder } from '../../testing/reflink-folder.ts';
import { artifactFolder } from '../layout.ts';
import { FileArtifacts } from './file-artifacts.ts';

const MEBIBYTE = 1024 * 1024;
const outside = mkdtempSync(join(tmpdir(), 'tidemark-reflink-'));
const mounted = mountReflinkFolder(outside);
const reason = 'reason' in mounted ? mounted.reason : '';
const base = 'folder' in mounted ? mounted.folder : '';

afterAll(() => {
  if ('unmount' in mounted) mounted.unmount();
  rmSync(outside, { recursive: true });
});

function sha256Of(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function newOwner(): ArtifactOwner {
  return { kind: 'run', experimentId: '0' as ExperimentId, runId: newRunId() };
}

function open(folder: string): FileArtifacts {
  return new FileArtifacts(folder, () => {});
}

function freeBytes(): number {
  execFileSync('sync', ['-f', base]);
  const { bsize, bfree } = statfsSync(base);
  return bsize * bfree;
}

function placeOf(folder: string, owner: ArtifactOwner, path: string): string {
  return join(folder, artifactFolder(owner), path);
}

describe.skipIf(reason !== '')(
  `equal content where blocks can be shared (skipped: ${reason})`,
  () => {
    it('is stored once, whichever process wrote it, and an edit changes only one copy', async () => {
      const folder = join(base, 'once');
      const content = randomBytes(16 * MEBIBYTE);
      const first = newOwner();
      await open(folder).write(first, 'w.bin', content);
      const freeBefore = freeBytes();
      const others = Array.from({ length: 8 }, newOwner);
      for (const owner of others) {
        // Another process has other objects and the same files.
        const file = await open(folder).write(owner, 'copy.bin', content);
        expect(file).toEqual({
          path: 'copy.bin',
          sizeBytes: content.length,
          sha256: sha256Of(content),
        });
      }
      expect(freeBefore - freeBytes()).toBeLessThan(4 * 16 * MEBIBYTE);

      const edited = placeOf(folder, first, 'w.bin');
      expect(statSync(edited).nlink).toBe(1);
      writeFileSync(edited, 'edited', { flag: 'r+' });
      for (const owner of others) {
        expect(content.equals(readFileSync(placeOf(folder, owner, 'copy.bin')))).toBe(true);
      }
    });

    it('is not shared with an edited file or a file that a wrong hint names', async () => {
      const folder = join(base, 'edited');
      const content = randomBytes(MEBIBYTE);
      const [first, second, third] = [newOwner(), newOwner(), newOwner()];
      await open(folder).write(first, 'w.bin', content);
      writeFileSync(placeOf(folder, first, 'w.bin'), 'edited', { flag: 'r+' });
      await open(folder).write(second, 'w.bin', content);
      expect(content.equals(readFileSync(placeOf(folder, second, 'w.bin')))).toBe(true);

      const sha256 = sha256Of(content);
      const hint = join(folder, 'index/digests', sha256.slice(0, 2), sha256);
      for (const lie of ['/etc/passwd', 'artifacts/../store.json', '', 'artifacts/none', 'x\0']) {
        writeFileSync(hint, lie);
        await open(folder).write(third, 'w.bin', content);
        expect(content.equals(readFileSync(placeOf(folder, third, 'w.bin')))).toBe(true);
      }
      expect(readdirSync(join(folder, 'artifacts', '.partial'))).toEqual([]);
    });

    it('is shared with a local file outside the store, and has the permissions of a new file', async () => {
      const folder = join(base, 'local');
      const content = randomBytes(16 * MEBIBYTE);
      const source = join(base, 'source.bin');
      writeFileSync(source, content);
      chmodSync(source, 0o400);
      const freeBefore = freeBytes();
      for (const owner of [newOwner(), newOwner(), newOwner()]) {
        const file = await open(folder).writeLocalFile(owner, 'd.bin', source);
        expect(file).toEqual({
          path: 'd.bin',
          sizeBytes: content.length,
          sha256: sha256Of(content),
        });
        expect(statSync(placeOf(folder, owner, 'd.bin')).mode & 0o777).toBe(
          0o644 & ~process.umask(),
        );
      }
      expect(freeBefore - freeBytes()).toBeLessThan(16 * MEBIBYTE);
    });
  },
);

it('equal content is stored on any file system, with shared blocks or without', async () => {
  const folder = temporaryFolder();
  const content = randomBytes(100_000);
  const source = join(folder, 'source.bin');
  writeFileSync(source, content);
  for (const owner of [newOwner(), newOwner()]) {
    const artifacts = open(join(folder, 'store'));
    const file = await artifacts.writeLocalFile(owner, 'a/d.bin', source);
    expect(file).toEqual({ path: 'a/d.bin', sizeBytes: 100_000, sha256: sha256Of(content) });
    expect(content.equals(await collectBytes(artifacts.read(owner, 'a/d.bin')))).toBe(true);
  }
});
