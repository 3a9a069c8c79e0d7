import {
  type ArtifactFile,
  type ArtifactOwner,
  artifactsDigest,
  collectBytes,
  type Experiment,
  listArtifacts,
  type Run,
  type RunId,
  readArtifact,
  registerVersion,
  resolveArtifactReference,
  type Store,
  setAlias,
  setRegistryTag,
  sha256Hex,
} from '@tidemark/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { describeRegistryContract } from './registry-contract.ts';

/** A kind of store that is to pass the contract. */
export interface StoreUnderTest {
  readonly name: string;
  /** A fresh, empty store. */
  open(): Promise<Store>;
  /** Another process's view of the same store; absent for a store that has only one. */
  reopen?(store: Store): Promise<Store>;
}

const BY = { name: 'ada', authenticated: false } as const;

/** What every store does, whatever it is made of. Run it for each kind of store. */
export function describeStoreContract(kind: StoreUnderTest): void {
  describe(`${kind.name} keeps the contract of the Store port`, () => {
    let store: Store;
    /** Every reader has to agree: the writer itself, and one that opens the store afresh. */
    let readers: () => Promise<Store[]>;

    beforeEach(async () => {
      store = await kind.open();
      readers = async () =>
        kind.reopen === undefined ? [store] : [store, await kind.reopen(store)];
    });

    async function newRun(): Promise<Run> {
      return store.createRun({
        experimentId: await defaultExperimentId(),
        name: 'first',
        userId: 'ada',
        startTimeMs: 1000,
        tags: { 'mlflow.user': 'ada' },
      });
    }

    async function defaultExperimentId(): Promise<Experiment['experimentId']> {
      const found = (await store.experiments()).find(({ name }) => name === 'Default');
      return (found as Experiment).experimentId;
    }

    async function readRun(reader: Store, runId: RunId): Promise<Run | undefined> {
      return (await reader.runs({ runIds: [runId] }))[0];
    }

    describe('experiments', () => {
      it('has the experiment Default with the id 0 from the start', async () => {
        const [experiment] = await store.experiments();
        expect(experiment).toMatchObject({
          experimentId: '0',
          name: 'Default',
          lifecycleStage: 'active',
        });
      });

      it('creates an experiment whose id is a number in a string', async () => {
        const created = await store.createExperiment({
          name: 'penguins',
          creationTimeMs: 5,
          tags: { team: 'antarctica' },
        });
        expect(created.experimentId).toMatch(/^\d+$/);
        for (const reader of await readers()) {
          expect(await reader.experiments()).toContainEqual(created);
        }
      });

      it('keeps what was changed of Default, and tags that were taken away', async () => {
        const experiment = await defaultExperimentId();
        const update = { kind: 'experiment-updated', experiment, timeMs: 9 } as const;
        await store.append([
          { ...update, name: 'Renamed', tags: { a: '1', b: '2' } },
          { ...update, tags: { a: null } },
        ]);
        for (const reader of await readers()) {
          const [found] = await reader.experiments();
          expect(found).toMatchObject({
            experimentId: experiment,
            name: 'Renamed',
            tags: { b: '2' },
          });
          expect(found?.tags).not.toHaveProperty('a');
        }
      });

      it('refuses a second experiment of a name', async () => {
        await store.createExperiment({ name: 'penguins', creationTimeMs: 5 });
        for (const reader of await readers()) {
          await expect(
            reader.createExperiment({ name: 'penguins', creationTimeMs: 6 }),
          ).rejects.toMatchObject({ code: 'EXPERIMENT_EXISTS' });
        }
      });
    });

    describe('runs', () => {
      it('gives a created run back as it was made, RUNNING', async () => {
        const run = await newRun();
        expect(run).toMatchObject({
          name: 'first',
          status: 'RUNNING',
          lifecycleStage: 'active',
          startTimeMs: 1000,
          userId: 'ada',
        });
        expect(run.tags).toMatchObject({ 'mlflow.user': 'ada', 'mlflow.runName': 'first' });
        for (const reader of await readers()) {
          expect(await readRun(reader, run.runId)).toEqual(run);
        }
      });

      it('leaves out ids that do not exist', async () => {
        expect(await store.runs({ runIds: ['0'.repeat(32) as RunId] })).toEqual([]);
      });

      it('selects runs by experiment, newest start first', async () => {
        const { experimentId } = await store.createExperiment({ name: 'x', creationTimeMs: 1 });
        const draft = { experimentId, userId: '', name: 'r' };
        const early = await store.createRun({ ...draft, startTimeMs: 1 });
        const late = await store.createRun({ ...draft, startTimeMs: 2 });
        await newRun();
        for (const reader of await readers()) {
          const found = await reader.runs({ experimentIds: [experimentId] });
          expect(found.map(({ runId }) => runId)).toEqual([late.runId, early.runId]);
        }
      });

      it('keeps every fact that one write carries', async () => {
        const { runId } = await newRun();
        const dataset = {
          dataset: { name: 'd', digest: '1', sourceType: 'local', source: '{}', schema: '{}' },
          tags: { 'mlflow.data.context': 'training' },
        };
        await store.append([
          { kind: 'params', run: runId, params: { lr: '0.1', empty: '' } },
          { kind: 'tags', run: runId, tags: { note: 'ünïcödé 🌊\nline', gone: 'x' } },
          { kind: 'tags', run: runId, tags: { gone: null } },
          { kind: 'metrics', run: runId, timeMs: 7, step: 1, metrics: { loss: 0.5, acc: 1 } },
          { kind: 'dataset', run: runId, input: dataset },
          { kind: 'run-updated', run: runId, status: 'FINISHED', endTimeMs: 2000 },
        ]);
        for (const reader of await readers()) {
          const run = (await readRun(reader, runId)) as Run;
          expect(run.params).toEqual({ lr: '0.1', empty: '' });
          expect(run.tags.note).toBe('ünïcödé 🌊\nline');
          expect(run.tags).not.toHaveProperty('gone');
          expect(run.metrics.loss).toMatchObject({ value: 0.5, step: 1, timestampMs: 7 });
          expect(run.datasets).toEqual([dataset]);
          expect(run).toMatchObject({ status: 'FINISHED', endTimeMs: 2000 });
        }
      });

      it('refuses an event that could not be read back, and writes nothing of it', async () => {
        const { runId } = await newRun();
        const good = { kind: 'tags', run: runId, tags: { a: '1' } } as const;
        for (const bad of [
          { kind: 'metrics', run: runId, timeMs: 1, step: 0.5, metrics: { a: 1 } },
          { kind: 'metrics', run: runId, timeMs: 1, step: 1, metrics: { a: '1' } },
          { kind: 'run-updated', run: runId, status: 'DONE' },
          { kind: 'params', run: runId, params: { a: undefined } },
          { kind: 'hologram', run: runId },
        ]) {
          await expect(store.append([good, bad as never])).rejects.toMatchObject({
            code: 'INVALID_ARGUMENT',
          });
        }
        await expect(
          store.createRun({ experimentId: '0' as never, name: '', userId: '', startTimeMs: 1.5 }),
        ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
        for (const reader of await readers()) {
          expect((await readRun(reader, runId))?.tags).not.toHaveProperty('a');
        }
      });

      it('opens an ended run again when its status says so', async () => {
        const { runId } = await newRun();
        await store.append([
          { kind: 'run-updated', run: runId, status: 'FAILED', endTimeMs: 2000 },
          { kind: 'run-updated', run: runId, status: 'RUNNING' },
        ]);
        for (const reader of await readers()) {
          const run = (await readRun(reader, runId)) as Run;
          expect(run.status).toBe('RUNNING');
          expect(run).not.toHaveProperty('endTimeMs');
        }
      });
    });

    describe('metrics', () => {
      it('gives the whole history by time and step, an exact duplicate once', async () => {
        const { runId } = await newRun();
        const point = (step: number, value: number, timeMs: number) =>
          ({ kind: 'metrics', run: runId, timeMs, step, metrics: { loss: value } }) as const;
        await store.append([point(1, 0.5, 20), point(0, 1, 10), point(1, 0.5, 20)]);
        await store.append([point(2, 0.25, 20)]);
        for (const reader of await readers()) {
          const history = await reader.metricHistory(runId, 'loss');
          expect(history.map(({ step, value }) => [step, value])).toEqual([
            [0, 1],
            [1, 0.5],
            [2, 0.25],
          ]);
          expect(await reader.metricHistory(runId, 'none')).toEqual([]);
        }
      });

      it('takes the latest of a metric by step, then time, then value', async () => {
        const { runId } = await newRun();
        await store.append([
          { kind: 'metrics', run: runId, timeMs: 9, step: 5, metrics: { a: 1 } },
          { kind: 'metrics', run: runId, timeMs: 99, step: 4, metrics: { a: 2 } },
          { kind: 'metrics', run: runId, timeMs: 9, step: 5, metrics: { a: 3 } },
        ]);
        for (const reader of await readers()) {
          expect((await readRun(reader, runId))?.metrics.a?.value).toBe(3);
        }
      });

      it('keeps NaN and the infinities', async (context) => {
        const { runId } = await newRun();
        if (!store.capabilities.everyNumber)
          return context.skip('its server clamps the infinities');
        const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0];
        for (const [step, value] of values.entries()) {
          await store.append([
            { kind: 'metrics', run: runId, timeMs: 0, step, metrics: { v: value } },
          ]);
        }
        for (const reader of await readers()) {
          const history = await reader.metricHistory(runId, 'v');
          expect(history.map(({ value }) => value)).toEqual(values);
        }
      });
    });

    describe('artifacts', () => {
      async function owner(): Promise<ArtifactOwner> {
        const { runId, experimentId } = await newRun();
        return { kind: 'run', runId, experimentId };
      }

      async function* pieces(): AsyncIterable<Uint8Array> {
        yield new TextEncoder().encode('hello ');
        yield new TextEncoder().encode('world');
      }

      it('stores bytes, given whole or in pieces, and says their size and SHA-256', async () => {
        const of = await owner();
        const whole = await store.artifacts.write(
          of,
          'a.txt',
          new TextEncoder().encode('hello world'),
        );
        const streamed = await store.artifacts.write(of, 'deep/b.txt', pieces());
        expect(whole).toEqual({ path: 'a.txt', sizeBytes: 11, sha256: sha256Hex('hello world') });
        expect(streamed).toEqual({ ...whole, path: 'deep/b.txt' });
        for (const reader of await readers()) {
          const bytes = await collectBytes(reader.artifacts.read(of, 'deep/b.txt'));
          expect(new TextDecoder().decode(bytes)).toBe('hello world');
        }
      });

      it('lists one folder at a time', async () => {
        const of = await owner();
        for (const path of ['z.txt', 'a/1.txt', 'a/b/2.txt']) {
          await store.artifacts.write(of, path, new Uint8Array(3));
        }
        for (const { artifacts } of await readers()) {
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

      it('removes one file, a folder, or everything of an owner', async () => {
        const of = await owner();
        const other = await owner();
        for (const path of ['a/1.txt', 'a/b/2.txt', 'ab.txt', 'c.txt']) {
          await store.artifacts.write(of, path, new Uint8Array(3));
        }
        await store.artifacts.write(other, 'c.txt', new Uint8Array(3));
        if (store.artifacts.remove === undefined) return;
        await store.artifacts.remove(of, 'a/b/2.txt');
        await store.artifacts.remove(of, 'a/never');
        expect(await store.artifacts.list(of, 'a')).toEqual([
          { path: 'a/1.txt', isFolder: false, sizeBytes: 3 },
        ]);
        await store.artifacts.remove(of, 'a');
        for (const { artifacts } of await readers()) {
          expect((await artifacts.list(of)).map(({ path }) => path)).toEqual(['ab.txt', 'c.txt']);
        }
        await store.artifacts.remove(of);
        await store.artifacts.remove(of);
        for (const { artifacts } of await readers()) {
          expect(await artifacts.list(of)).toEqual([]);
          expect(await artifacts.list(other)).toHaveLength(1);
        }
        await expect(store.artifacts.remove(other, '../x')).rejects.toMatchObject({
          code: 'ARTIFACT_PATH_UNSAFE',
        });
      });

      it('writes a file whole or not at all', async () => {
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
        'refuses the path %j everywhere and changes nothing',
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

      it('refuses a path that is a file and a folder at once', async () => {
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

      it('writes a small file at once where it can, as when the program is ending', async (context) => {
        const of = await owner();
        if (store.artifacts.writeSync === undefined) return context.skip('it is behind a network');
        const content = new TextEncoder().encode('the end');
        const file = store.artifacts.writeSync(of, 'error.txt', content);
        expect(file).toEqual({ path: 'error.txt', sizeBytes: 7, sha256: sha256Hex('the end') });
        for (const reader of await readers()) {
          expect(await collectBytes(reader.artifacts.read(of, 'error.txt'))).toEqual(content);
        }
        expect(() => store.artifacts.writeSync?.(of, '../x', content)).toThrow(
          expect.objectContaining({ code: 'ARTIFACT_PATH_UNSAFE' }),
        );
        expect(() => store.artifacts.writeSync?.(of, 'error.txt/below', content)).toThrow(
          expect.objectContaining({ code: 'ARTIFACT_PATH_UNSAFE' }),
        );
      });

      it('keeps artifacts that refer to content elsewhere, or to an artifact of another run', async (context) => {
        const [of, { runId }] = [await owner(), await newRun()];
        if (!store.capabilities.artifactReferences) {
          return context.skip('its protocol has no word for references');
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
        for (const reader of await readers()) {
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
          expect((await readRun(reader, runId))?.artifacts).toEqual([
            { path: 'big', sizeBytes: 5e9, sha256, uri },
            {
              ...original,
              path: 'in/a.csv',
              sameAs: { owner: { run: of.runId }, path: original.path },
            },
          ]);
        }

        // A reference is only as good as what it leads to.
        await store.artifacts.write(of, 'data/a.csv', new TextEncoder().encode('ROWS'));
        const referring = { kind: 'run', runId, experimentId: of.experimentId } as const;
        await expect(
          collectBytes(readArtifact(store, referring, 'in/a.csv')),
        ).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
      });

      it('says that a file is not there', async () => {
        const of = await owner();
        await expect(collectBytes(store.artifacts.read(of, 'none'))).rejects.toMatchObject({
          code: 'ARTIFACT_NOT_FOUND',
        });
      });
    });

    describe('logged models', () => {
      it('gives a logged model back with its files once it is ready', async () => {
        const run = await newRun();
        const model = await store.createLoggedModel({
          experimentId: run.experimentId,
          name: 'classifier',
          creationTimeMs: 5,
          modelType: 'tfjs',
          sourceRunId: run.runId,
          params: { units: '8' },
        });
        expect(model.modelId).toMatch(/^m-/);
        expect(model.status).toBe('PENDING');
        const owner = {
          kind: 'model',
          experimentId: run.experimentId,
          modelId: model.modelId,
        } as const;
        const file = await store.artifacts.write(owner, 'MLmodel', new Uint8Array(4));
        await store.append([
          { kind: 'artifact', owner: { model: model.modelId }, file },
          { kind: 'model-updated', model: model.modelId, timeMs: 6, status: 'READY' },
          { kind: 'model-tags', model: model.modelId, timeMs: 7, tags: { kind: 'mlp' } },
          { kind: 'model-output', run: run.runId, model: model.modelId, step: 3 },
        ]);
        for (const reader of await readers()) {
          const [found] = await reader.loggedModels({ modelIds: [model.modelId] });
          expect(found).toMatchObject({
            status: 'READY',
            sourceRunId: run.runId,
            params: { units: '8' },
            tags: { kind: 'mlp' },
            artifacts: store.capabilities.artifactDigests ? [file] : [],
          });
          const of = await readRun(reader, run.runId);
          expect(of?.modelOutputs).toEqual([{ modelId: model.modelId, step: 3 }]);
        }
      });
    });

    describe('the digest of a run', () => {
      it('changes with the run, and can be asked for as of then', async () => {
        const { runId } = await newRun();
        const before = await store.runStateDigest(runId);
        await store.append([{ kind: 'tags', run: runId, tags: { later: 'yes' } }]);
        for (const reader of await readers()) {
          expect((await reader.runStateDigest(runId)).sha256).not.toBe(before.sha256);
          // A server that tells no events cannot say what a run was like then.
          if (!store.capabilities.pastDigests) continue;
          expect(await reader.runStateDigest(runId, before.through)).toEqual(before);
        }
      });

      it('fails for a run that does not exist', async () => {
        await expect(store.runStateDigest('0'.repeat(32) as RunId)).rejects.toMatchObject({
          code: 'RUN_NOT_FOUND',
        });
      });
    });

    describe('the registry', () => {
      async function readyModel() {
        const run = await newRun();
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
        expect([first.version, second.version]).toEqual([1, 2]);
        expect(first).toMatchObject({
          runId: model.sourceRunId,
          modelId: model.modelId,
          source: `models:/${model.modelId}`,
        });
        // MLflow's server keeps neither digests nor who made a version.
        if (store.capabilities.registryEvidence) {
          expect(first).toMatchObject({
            artifactsDigest: artifactsDigest(model.artifacts),
            createdBy: BY,
            runState: await store.runStateDigest(model.sourceRunId as RunId),
          });
        }
        for (const reader of await readers()) {
          const entry = await reader.registry.read('penguins');
          expect(entry?.model.versions).toEqual([first, second]);
          expect(await reader.registry.list()).toEqual([entry]);
        }
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
        for (const reader of await readers()) {
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

      it('takes only the first of two commits on one head', async () => {
        const created = { kind: 'model-created', description: '' } as const;
        const draft = { by: BY, atMs: 1 };
        const { head } = await store.registry.commit('p', undefined, {
          ...draft,
          changes: [created],
        });
        const update = { kind: 'model-updated', description: 'mine' } as const;
        await store.registry.commit('p', head, { ...draft, changes: [update] });
        for (const reader of await readers()) {
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
          readers: async () => readers(),
        });
      });

      it('knows nothing of a model that nobody registered', async () => {
        expect(await store.registry.read('nobody')).toBeUndefined();
        expect(await store.registry.list()).toEqual([]);
      });
    });

    it('refuses every call after it was closed', async () => {
      const { runId } = await newRun();
      await store.close();
      const closed = { code: 'STORE_CLOSED' };
      await expect(store.runs({})).rejects.toMatchObject(closed);
      await expect(store.append([{ kind: 'tags', run: runId, tags: {} }])).rejects.toMatchObject(
        closed,
      );
      expect(() => store.artifacts).toThrow(expect.objectContaining(closed));
      expect(() => store.registry).toThrow(expect.objectContaining(closed));
      expect(store.closed).toBe(true);
    });
  });
}
