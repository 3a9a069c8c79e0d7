import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectBytes } from '../bytes/concatenate-bytes.ts';
import { sha256Hex } from '../digest/sha256.ts';
import type { ArtifactFile, ArtifactOwner } from '../model/artifact.ts';
import type { ExperimentId } from '../model/ids.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { assertContentUri } from './content-uri.ts';
import { readArtifact } from './read-artifact.ts';
import { resolveArtifactReference } from './resolve-artifact-reference.ts';

const EXPERIMENT = '0' as ExperimentId;
const invalid = { code: 'INVALID_ARGUMENT' };

async function newRun(store: MemoryStore) {
  const draft = { experimentId: EXPERIMENT, name: 'r', userId: '', startTimeMs: 1 };
  const { runId } = await store.createRun(draft);
  const owner: ArtifactOwner = { kind: 'run', experimentId: EXPERIMENT, runId };
  const record = async (file: ArtifactFile): Promise<void> =>
    store.append([{ kind: 'artifact', owner: { run: runId }, file }]);
  return { runId, owner, record };
}

describe('a reference', () => {
  it('to a reference leads to the content itself', async () => {
    const store = new MemoryStore();
    const [first, second, third] = [await newRun(store), await newRun(store), await newRun(store)];
    const content = new Uint8Array([1, 2, 3]);
    await first.record(await store.artifacts.write(first.owner, 'a', content));
    const sameAs = { owner: { run: first.runId }, path: 'a' };
    await second.record(await resolveArtifactReference(store, 'b', { sameAs }));
    const again = { owner: { run: second.runId }, path: 'b' };
    const file = await resolveArtifactReference(store, 'c', { sameAs: again });
    expect(file.sameAs).toEqual(sameAs);
    await third.record(file);
    expect(await collectBytes(readArtifact(store, third.owner, 'c'))).toEqual(content);
  });

  it('can lead to a file of a logged model', async () => {
    const store = new MemoryStore();
    const draft = { experimentId: EXPERIMENT, name: 'm', creationTimeMs: 1 };
    const { modelId: model } = await store.createLoggedModel(draft);
    const owner: ArtifactOwner = { kind: 'model', experimentId: EXPERIMENT, modelId: model };
    const file = await store.artifacts.write(owner, 'w.bin', new Uint8Array([7]));
    await store.append([{ kind: 'artifact', owner: { model }, file }]);
    const run = await newRun(store);
    await run.record(await resolveArtifactReference(store, 'w', { sha256: file.sha256 }));
    expect(await collectBytes(readArtifact(store, run.owner, 'w'))).toEqual(new Uint8Array([7]));
  });

  it('is replaced by a file that is logged at its path', async () => {
    const store = new MemoryStore();
    const run = await newRun(store);
    const elsewhere = { uri: 'https://example.org/x', sizeBytes: 1, sha256: sha256Hex('x') };
    await run.record(await resolveArtifactReference(store, 'x', elsewhere));
    await run.record(await store.artifacts.write(run.owner, 'x', new Uint8Array([9])));
    expect(await collectBytes(readArtifact(store, run.owner, 'x'))).toEqual(new Uint8Array([9]));
  });

  it('is refused if its target does not exist or its fields are invalid', async () => {
    const store = new MemoryStore();
    const { runId } = await newRun(store);
    const sha256 = sha256Hex('x');
    const missing = { code: 'ARTIFACT_NOT_FOUND' };
    const sameAs = { owner: { run: runId }, path: 'none' };
    await expect(resolveArtifactReference(store, 'x', { sha256 })).rejects.toMatchObject(missing);
    await expect(resolveArtifactReference(store, 'x', { sameAs })).rejects.toMatchObject(missing);
    const uri = 's3://b/x';
    for (const bad of [
      { sha256: 'ABC' },
      { uri, sizeBytes: -1, sha256 },
      { uri, sizeBytes: 1, sha256: 'short' },
      { uri, sha256 },
    ]) {
      await expect(resolveArtifactReference(store, 'x', bad as never)).rejects.toMatchObject(
        invalid,
      );
    }
    await expect(
      resolveArtifactReference(store, '../x', { uri, sizeBytes: 1, sha256 }),
    ).rejects.toMatchObject({ code: 'ARTIFACT_PATH_UNSAFE' });
  });
});

describe('the URI of an artifact', () => {
  it.each([
    's3://bucket/a/b.parquet',
    'file:///data/train.csv',
    'https://example.org/a?version=3',
    'sftp://ada@host/x',
    'models:/m-1',
  ])('can be %s', (uri) => expect(assertContentUri(uri)).toBe(uri));

  it.each([
    '',
    'C:\\data\\x.csv',
    '/data/x.csv',
    'javascript:alert(1)',
    'data:text/plain,x',
    'https://ada:hunter2@example.org/x',
    'https://0123456789abcdef@example.org/x',
    'https://example.org/x#access_token=abcdef',
    `s3://bucket/ghp_${'x'.repeat(20)}/x`,
    'https://b.s3.amazonaws.com/x?X-Amz-Signature=0123456789abcdef',
    'https://example.org/x?token=abcdef',
    's3://bucket/a b',
    `s3://b/${'x'.repeat(2_000)}`,
  ])('cannot be %j', (uri) => {
    expect(() => assertContentUri(uri)).toThrow(expect.objectContaining(invalid));
  });

  it('is not in the error if it contains a secret', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{12,20}$/), (secret) => {
        expect(() => assertContentUri(`https://ada:${secret}@example.org/`)).toThrow(
          expect.objectContaining({ message: expect.not.stringContaining(secret) }),
        );
      }),
    );
  });
});
