import {
  type ArtifactFile,
  type ArtifactOwner,
  collectBytes,
  listArtifacts,
  type RunId,
  readArtifact,
  resolveArtifactReference,
  type Store,
  sha256Hex,
} from '@tidemark/core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { OpenedStore } from './opened-store.ts';

/** The contract of every store for artifacts and references. */
export function describeArtifacts(opened: OpenedStore): void {
  describe('artifacts', () => {
    let store: Store;
    beforeEach(() => {
      store = opened.store();
    });

    async function owner(): Promise<ArtifactOwner> {
      const { runId, experimentId } = await opened.newRun();
      return { kind: 'run', runId, experimentId };
    }

    async function* pieces(): AsyncIterable<Uint8Array> {
      yield new TextEncoder().encode('hello ');
      yield new TextEncoder().encode('world');
    }

    it('are stored as a whole or in pieces, with their size and SHA-256', async () => {
      const of = await owner();
      const whole = await store.artifacts.write(
        of,
        'a.txt',
        new TextEncoder().encode('hello world'),
      );
      const streamed = await store.artifacts.write(of, 'deep/b.txt', pieces());
      expect(whole).toEqual({ path: 'a.txt', sizeBytes: 11, sha256: sha256Hex('hello world') });
      expect(streamed).toEqual({ ...whole, path: 'deep/b.txt' });
      for (const reader of await opened.readers()) {
        const bytes = await collectBytes(reader.artifacts.read(of, 'deep/b.txt'));
        expect(new TextDecoder().decode(bytes)).toBe('hello world');
      }
    });

    it('are listed one folder at a time', async () => {
      const of = await owner();
      for (const path of ['z.txt', 'a/1.txt', 'a/b/2.txt']) {
        await store.artifacts.write(of, path, new Uint8Array(3));
      }
      for (const { artifacts } of await opened.readers()) {
        expect(await artifacts.list(of)).toEqual([
          { path: 'a', isFolder: true },
          { path: 'z.txt', isFolder: false, sizeBytes: 3 },
        ]);
        expect(await artifacts.list(of, 'a')).toEqual([
          { path: 'a/1.txt', isFolder: false, sizeBytes: 3 },
          { path: 'a/b', isFolder: true },
        ]);
        expect(await artifacts.list(of, 'nothing')).toEqual([]);
      }
    });

    it('can be removed as one file, a folder, or everything of an owner', async (context) => {
      if (store.artifacts.remove === undefined) return context.skip('it cannot remove files');
      const of = await owner();
      const other = await owner();
      for (const path of ['a/1.txt', 'a/b/2.txt', 'ab.txt', 'c.txt']) {
        await store.artifacts.write(of, path, new Uint8Array(3));
      }
      await store.artifacts.write(other, 'c.txt', new Uint8Array(3));
      await store.artifacts.remove(of, 'a/b/2.txt');
      await store.artifacts.remove(of, 'a/never');
      expect(await store.artifacts.list(of, 'a')).toEqual([
        { path: 'a/1.txt', isFolder: false, sizeBytes: 3 },
      ]);
      await store.artifacts.remove(of, 'a');
      for (const { artifacts } of await opened.readers()) {
        expect((await artifacts.list(of)).map(({ path }) => path)).toEqual(['ab.txt', 'c.txt']);
      }
      await store.artifacts.remove(of);
      await store.artifacts.remove(of);
      for (const { artifacts } of await opened.readers()) {
        expect(await artifacts.list(of)).toEqual([]);
        expect(await artifacts.list(other)).toHaveLength(1);
      }
      await expect(store.artifacts.remove(other, '../x')).rejects.toMatchObject({
        code: 'ARTIFACT_PATH_UNSAFE',
      });
    });

    it('are written completely or not at all', async () => {
      const of = await owner();
      await store.artifacts.write(of, 'a.txt', new TextEncoder().encode('first'));
      async function* breaking(): AsyncIterable<Uint8Array> {
        yield new Uint8Array(10);
        throw new Error('the source broke');
      }
      await expect(store.artifacts.write(of, 'a.txt', breaking())).rejects.toThrow('broke');
      const bytes = await collectBytes(store.artifacts.read(of, 'a.txt'));
      expect(new TextDecoder().decode(bytes)).toBe('first');
    });

    it.each(['../x', '/etc/passwd', 'a/../../x', 'a//b', '', 'C:/x', 'a\\b', 'a\u0000b', 'nul'])(
      'cannot have the path %j in any call, and nothing changes',
      async (path) => {
        const of = await owner();
        const refused = { code: 'ARTIFACT_PATH_UNSAFE' };
        await expect(store.artifacts.write(of, path, new Uint8Array(1))).rejects.toMatchObject(
          refused,
        );
        await expect(collectBytes(store.artifacts.read(of, path))).rejects.toMatchObject(refused);
        await expect(store.artifacts.list(of, path)).rejects.toMatchObject(refused);
        expect(await store.artifacts.list(of)).toEqual([]);
      },
    );

    it('cannot be a file and a folder at once', async () => {
      const of = await owner();
      await store.artifacts.write(of, 'a', new Uint8Array(1));
      await store.artifacts.write(of, 'b/c', new Uint8Array(1));
      for (const path of ['a/below', 'b']) {
        await expect(store.artifacts.write(of, path, new Uint8Array(1))).rejects.toMatchObject({
          code: 'ARTIFACT_PATH_UNSAFE',
        });
      }
      expect(await store.artifacts.list(of, 'a')).toEqual([]);
      for (const path of ['a/below', 'b']) {
        await expect(collectBytes(store.artifacts.read(of, path))).rejects.toMatchObject({
          code: 'ARTIFACT_NOT_FOUND',
        });
      }
    });

    it('can be written synchronously, as at the exit of a program', async (context) => {
      const of = await owner();
      if (store.artifacts.writeSync === undefined) return context.skip('its files are on a server');
      const content = new TextEncoder().encode('the end');
      const file = store.artifacts.writeSync(of, 'error.txt', content);
      expect(file).toEqual({ path: 'error.txt', sizeBytes: 7, sha256: sha256Hex('the end') });
      for (const reader of await opened.readers()) {
        expect(await collectBytes(reader.artifacts.read(of, 'error.txt'))).toEqual(content);
      }
      expect(() => store.artifacts.writeSync?.(of, '../x', content)).toThrow(
        expect.objectContaining({ code: 'ARTIFACT_PATH_UNSAFE' }),
      );
      expect(() => store.artifacts.writeSync?.(of, 'error.txt/below', content)).toThrow(
        expect.objectContaining({ code: 'ARTIFACT_PATH_UNSAFE' }),
      );
    });

    it('can refer to content elsewhere, or to an artifact of another run', async (context) => {
      const [of, { runId }] = [await owner(), await opened.newRun()];
      if (!store.capabilities.artifactReferences) {
        return context.skip('its protocol does not support references');
      }
      if (of.kind !== 'run') throw new Error('a run was asked for');
      const content = new TextEncoder().encode('rows');
      const original = await store.artifacts.write(of, 'data/a.csv', content);
      const log = (file: ArtifactFile, run: RunId) =>
        store.append([{ kind: 'artifact', owner: { run }, file }]);
      await log(original, of.runId);

      const { sha256 } = original;
      const uri = 's3://bucket/big.parquet';
      await log(await resolveArtifactReference(store, 'in/a.csv', { sha256 }), runId);
      await log(
        await resolveArtifactReference(store, 'big', { uri, sizeBytes: 5e9, sha256 }),
        runId,
      );
      for (const reader of await opened.readers()) {
        const referring = { kind: 'run', runId, experimentId: of.experimentId } as const;
        expect(await collectBytes(readArtifact(reader, referring, 'in/a.csv'))).toEqual(content);
        await expect(collectBytes(readArtifact(reader, referring, 'big'))).rejects.toMatchObject({
          code: 'ARTIFACT_ELSEWHERE',
          details: { uri, sha256 },
        });
        expect(await listArtifacts(reader, referring)).toEqual([
          { path: 'big', isFolder: false, sizeBytes: 5e9, uri },
          { path: 'in', isFolder: true },
        ]);
        expect(await listArtifacts(reader, referring, 'in')).toEqual([
          { path: 'in/a.csv', isFolder: false, sizeBytes: 4 },
        ]);
        expect((await opened.readRun(reader, runId))?.artifacts).toEqual([
          { path: 'big', sizeBytes: 5e9, sha256, uri },
          {
            ...original,
            path: 'in/a.csv',
            sameAs: { owner: { run: of.runId }, path: original.path },
          },
        ]);
      }

      // The target of a reference must exist.
      await store.artifacts.write(of, 'data/a.csv', new TextEncoder().encode('ROWS'));
      const referring = { kind: 'run', runId, experimentId: of.experimentId } as const;
      await expect(collectBytes(readArtifact(store, referring, 'in/a.csv'))).rejects.toMatchObject({
        code: 'DIGEST_MISMATCH',
      });
    });

    it('that are missing are reported', async () => {
      const of = await owner();
      await expect(collectBytes(store.artifacts.read(of, 'none'))).rejects.toMatchObject({
        code: 'ARTIFACT_NOT_FOUND',
      });
    });
  });
}
