import { expect, it } from 'vitest';
import { artifactsDigest } from '../digest/artifacts-digest.ts';
import type { ExperimentId } from '../model/ids.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { recordedDigest } from './recorded-digest.ts';

it('the digest is that of the files that the source names, and not those of the model in `modelId`', async () => {
  const store = new MemoryStore();
  const draft = { experimentId: '0' as ExperimentId, name: 'm', creationTimeMs: 1 };
  const { modelId } = await store.createLoggedModel(draft);
  const owner = { kind: 'model', experimentId: draft.experimentId, modelId } as const;
  const file = await store.artifacts.write(owner, 'w', new Uint8Array([1]));
  await store.append([{ kind: 'artifact', owner: { model: modelId }, file }]);
  for (const source of [`models:/${modelId}`, `mlflow-artifacts:/0/models/${modelId}/artifacts`]) {
    expect(await recordedDigest(store, { source, modelId })).toBe(artifactsDigest([file]));
  }
  // Their files are loaded from elsewhere, so no digest of files here may be recorded.
  for (const source of [
    's3://elsewhere/w',
    `s3://bucket/0/models/${modelId}/artifacts`,
    `models:/m-${'0'.repeat(32)}`,
  ]) {
    expect(await recordedDigest(store, { source, modelId })).toBeUndefined();
  }
});
