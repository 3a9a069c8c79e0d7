import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { openFileStore } from '../file/file-store.ts';
import type { ArtifactOwner } from '../model/artifact.ts';
import type { ExperimentId, LoggedModelId } from '../model/ids.ts';
import type { Store } from '../port/store.ts';
import { registerVersion } from '../registry/register-version.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { getLoggedModel } from './find-logged-model.ts';
import { getRun } from './get-run.ts';
import { removeArtifact } from './remove-artifact.ts';

const DEFAULT = '0' as ExperimentId;

async function write(store: Store, owner: ArtifactOwner, path: string, text: string) {
  const file = await store.artifacts.write(owner, path, new TextEncoder().encode(text));
  const recordOwner = owner.kind === 'run' ? { run: owner.runId } : { model: owner.modelId };
  await store.append([{ kind: 'artifact', owner: recordOwner, file }]);
  return file;
}

async function newRun(store: Store): Promise<ArtifactOwner & { kind: 'run' }> {
  const draft = { experimentId: DEFAULT, name: 'r', userId: '', startTimeMs: 1 };
  const { runId } = await store.createRun(draft);
  return { kind: 'run', experimentId: DEFAULT, runId };
}

async function newModel(store: Store): Promise<ArtifactOwner & { modelId: LoggedModelId }> {
  const draft = { experimentId: DEFAULT, name: 'm', creationTimeMs: 1 };
  const { modelId } = await store.createLoggedModel(draft);
  return { kind: 'model', experimentId: DEFAULT, modelId };
}

describe.each([
  ['in memory', () => new MemoryStore()],
  ['in files', () => openFileStore(join(temporaryFolder(), 'store'))],
] satisfies [string, () => Store][])('artifacts, %s', (_, open) => {
  it('can be removed with their record, and written again', async () => {
    const store = open();
    const owner = await newRun(store);
    const kept = await write(store, owner, 'kept.txt', 'kept');
    const unchanged = await store.runStateDigest(owner.runId);
    await write(store, owner, 'folder/a.txt', 'a');
    await write(store, owner, 'folder/b.txt', 'b');

    await removeArtifact(store, owner, 'folder');
    expect((await getRun(store, owner.runId)).artifacts).toEqual([kept]);
    expect(await store.artifacts.list(owner)).toMatchObject([{ path: 'kept.txt' }]);
    expect((await store.runStateDigest(owner.runId)).sha256).toBe(unchanged.sha256);

    const again = await write(store, owner, 'folder/a.txt', 'another');
    expect((await getRun(store, owner.runId)).artifacts).toEqual([again, kept]);
    await removeArtifact(store, owner, 'never-there.txt');
    await store.close();
  });

  it('cannot be removed while a model version needs them', async () => {
    const store = open();
    const owner = await newModel(store);
    const file = await write(store, owner, 'weights.bin', 'w');
    await store.append([
      { kind: 'model-updated', model: owner.modelId, timeMs: 2, status: 'READY' },
    ]);
    const model = await getLoggedModel(store, owner.modelId);
    const by = { name: 'ada', authenticated: false };
    await registerVersion(store, { name: 'penguins', model, by });
    await expect(removeArtifact(store, owner, 'weights.bin')).rejects.toMatchObject({
      code: 'PURGE_REFUSED',
    });
    expect((await getLoggedModel(store, owner.modelId)).artifacts).toEqual([file]);
    expect(await store.artifacts.list(owner)).toHaveLength(1);
    await store.close();
  });
});

it('a store that cannot remove artifacts says so', async () => {
  const store = new MemoryStore();
  const owner = await newRun(store);
  await write(store, owner, 'a.txt', 'a');
  const { remove: _, ...artifacts } = store.artifacts;
  const unable = Object.create(store, { artifacts: { value: artifacts } }) as Store;
  await expect(removeArtifact(unable, owner, 'a.txt')).rejects.toMatchObject({
    code: 'CAPABILITY_MISSING',
  });
});
