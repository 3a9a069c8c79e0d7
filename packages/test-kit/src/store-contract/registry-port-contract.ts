import {
  artifactsDigest,
  deleteModelVersion,
  getRegisteredModel,
  type RunId,
  registerVersion,
  renameRegisteredModel,
  type Store,
  setAlias,
  setRegistryTag,
  transitionStage,
} from '@tidemark/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { describeRegistryContract } from '../registry-contract.ts';
import { describeReviewContract } from '../review-contract.ts';
import type { OpenedStore } from './opened-store.ts';

const BY = { name: 'ada', authenticated: false } as const;

/** The contract of every store for registered models. */
export function describeRegistryPort(opened: OpenedStore): void {
  describe('the registry', () => {
    let store: Store;
    beforeEach(() => {
      store = opened.store();
    });

    async function readyModel() {
      const run = await opened.newRun();
      const { experimentId, runId } = run;
      const created = await store.createLoggedModel({
        experimentId,
        name: 'm',
        creationTimeMs: 1,
        sourceRunId: runId,
      });
      const ready = { kind: 'model-updated', timeMs: 2, status: 'READY' } as const;
      await store.append([{ ...ready, model: created.modelId }]);
      const [model] = await store.loggedModels({ modelIds: [created.modelId] });
      if (model === undefined) throw new Error('the model was lost');
      return model;
    }

    it('numbers versions from 1 and pins their artifacts and their run', async () => {
      const model = await readyModel();
      const first = await registerVersion(store, { name: 'penguins', model, by: BY });
      const second = await registerVersion(store, { name: 'penguins', model, by: BY });
      const [logged] = await store.loggedModels({ modelIds: [model.modelId] });
      const named = JSON.parse(logged?.tags['mlflow.modelVersions'] ?? '[]') as object[];
      expect(named).toEqual([
        { name: 'penguins', version: 1 },
        { name: 'penguins', version: 2 },
      ]);
      expect([first.version, second.version]).toEqual([1, 2]);
      expect(first).toMatchObject({
        runId: model.sourceRunId,
        modelId: model.modelId,
        source: `models:/${model.modelId}`,
      });
      // MLflow's server stores neither digests nor who created a version.
      if (store.capabilities.registryEvidence) {
        expect(first).toMatchObject({
          artifactsDigest: artifactsDigest(model.artifacts),
          createdBy: BY,
          runState: await store.runStateDigest(model.sourceRunId as RunId),
        });
      }
      for (const reader of await opened.readers()) {
        const entry = await reader.registry.read('penguins');
        expect(entry?.model.versions).toEqual([first, second]);
        expect(await reader.registry.list()).toEqual([entry]);
      }
    });

    it('continues the numbers after the newest version was deleted', async () => {
      const model = await readyModel();
      const register = () => registerVersion(store, { name: 'p', model, by: BY });
      await register();
      await register();
      await deleteModelVersion(store, { name: 'p', version: 2, by: BY });
      const { version } = await register();
      const registered = await getRegisteredModel(store, 'p');
      const numbers = registered.versions.map((each) => each.version);
      // Other servers may use the number again; what counts is that the store returns the server's number.
      expect(numbers).toEqual([1, version]);
      if (store.capabilities.registryChain) expect(version).toBe(3);
    });

    it('renames a model, with its versions', async () => {
      const model = await readyModel();
      await registerVersion(store, { name: 'p', model, by: BY });
      await renameRegisteredModel(store, { name: 'p', newName: 'q', by: BY });
      for (const reader of await opened.readers()) {
        expect(await reader.registry.read('p')).toBeUndefined();
        expect((await getRegisteredModel(reader, 'q')).versions).toHaveLength(1);
      }
    });

    it('archives the versions that a version replaces', async () => {
      const model = await readyModel();
      for (const version of [1, 2]) {
        await registerVersion(store, { name: 'p', model, by: BY });
        const to = { version, stage: 'Production', archiveExistingVersions: true } as const;
        await transitionStage(store, { name: 'p', ...to, by: BY });
      }
      const { versions } = await getRegisteredModel(store, 'p');
      expect(versions.map(({ stage }) => stage)).toEqual(['Archived', 'Production']);
    });

    it('keeps an alias on one version and a tag with its evidence', async () => {
      const model = await readyModel();
      for (let index = 0; index < 2; index += 1) {
        await registerVersion(store, { name: 'p', model, by: BY });
      }
      await setAlias(store, { name: 'p', alias: 'champion', version: 1, by: BY });
      await setAlias(store, { name: 'p', alias: 'champion', version: 2, by: BY });
      const tag = { name: 'p', version: 2, key: 'passed-review', value: 'true', by: BY };
      await setRegistryTag(store, { ...tag, evidence: { ciJob: 'build/7' } });
      for (const reader of await opened.readers()) {
        const versions = (await reader.registry.read('p'))?.model.versions;
        expect(versions?.map(({ aliases }) => aliases)).toEqual([[], ['champion']]);
        expect(versions?.[1]?.tags).toMatchObject([{ key: 'passed-review', value: 'true' }]);
        if (!store.capabilities.registryEvidence) continue;
        expect(versions?.[1]?.tags).toMatchObject([
          {
            evidence: { by: BY, ciJob: 'build/7', digest: versions?.[1]?.artifactsDigest },
          },
        ]);
      }
    });

    it('accepts only the first of two commits on one head', async () => {
      const created = { kind: 'model-created', description: '' } as const;
      const draft = { by: BY, atMs: 1 };
      const { head } = await store.registry.commit('p', undefined, {
        ...draft,
        changes: [created],
      });
      const update = { kind: 'model-updated', description: 'mine' } as const;
      await store.registry.commit('p', head, { ...draft, changes: [update] });
      for (const reader of await opened.readers()) {
        for (const stale of [undefined, head]) {
          await expect(
            reader.registry.commit('p', stale, { ...draft, changes: [update] }),
          ).rejects.toMatchObject({ code: 'REGISTRY_CONFLICT' });
        }
      }
    });

    describe('by its chains', () => {
      describeRegistryContract({
        open: async () => store,
        readers: async () => opened.readers(),
      });
    });

    describe('in reviews', () => {
      describeReviewContract({
        open: async () => store,
        readers: async () => opened.readers(),
        ...(opened.kind.enter === undefined ? {} : { enter: opened.kind.enter }),
      });
    });

    it('returns nothing for a model that was never registered', async () => {
      expect(await store.registry.read('unknown')).toBeUndefined();
      expect(await store.registry.list()).toEqual([]);
    });
  });
}
