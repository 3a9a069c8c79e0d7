import { expect, it } from 'vitest';
import { TidemarkError } from '../errors.ts';
import type { StoreEvent } from '../events/store-event.ts';
import type { ModelVersion } from '../model/registered-model.ts';
import type { ArtifactStore } from '../port/artifact-store.ts';
import type { RegistryStore } from '../port/registry-store.ts';
import type { ExperimentDraft, LoggedModelDraft, RunDraft } from '../port/store.ts';
import { createModelVersion } from '../registry/create-model-version.ts';
import { createRegisteredModel } from '../registry/create-registered-model.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { copyStore } from './copy-store.ts';

const ADA = { name: 'ada', authenticated: false };

/** A store that refuses keys and paths with a colon, like a server with other rules. */
class WithoutColons extends MemoryStore {
  override get artifacts(): ArtifactStore {
    const artifacts = super.artifacts;
    return {
      write: (owner, path, content) => {
        if (path.includes(':')) throw refused(path, 'ARTIFACT_PATH_UNSAFE');
        return artifacts.write(owner, path, content);
      },
      read: (owner, path) => artifacts.read(owner, path),
      list: (owner, path) => artifacts.list(owner, path),
    };
  }

  override async append(events: readonly StoreEvent[]): Promise<void> {
    for (const event of events) {
      if ('params' in event) assertKeys(event.params);
      if ('tags' in event) assertKeys(event.tags);
      if (event.kind === 'metrics') assertKeys(event.metrics);
      if (event.kind === 'metric-series') assertKeys({ [event.key]: 1 });
    }
    await super.append(events);
  }

  override async createExperiment(draft: ExperimentDraft) {
    assertKeys(draft.tags);
    return super.createExperiment(draft);
  }

  override async createRun(draft: RunDraft) {
    assertKeys(draft.tags);
    return super.createRun(draft);
  }

  override async createLoggedModel(draft: LoggedModelDraft) {
    assertKeys({ ...draft.params, ...draft.tags });
    return super.createLoggedModel(draft);
  }
}

function assertKeys(values: Readonly<Record<string, unknown>> | undefined): void {
  for (const key of Object.keys(values ?? {})) if (key.includes(':')) throw refused(key);
}

function refused(
  name: string,
  code: 'INVALID_ARGUMENT' | 'ARTIFACT_PATH_UNSAFE' = 'INVALID_ARGUMENT',
) {
  return new TidemarkError(code, `The name ${name} may not contain a colon.`);
}

it('a copy has everything that the target accepts, and the report names each key and file that it refuses', async () => {
  const store = new MemoryStore();
  const values = { 'a:b': '1', plain: '2', other: '3' };
  const { experimentId } = await store.createExperiment({
    name: 'e',
    creationTimeMs: 1,
    tags: values,
  });
  const draft = { experimentId, name: 'r', userId: '', startTimeMs: 1, tags: values };
  const { runId } = await store.createRun(draft);
  const { modelId } = await store.createLoggedModel({
    experimentId,
    name: 'm',
    creationTimeMs: 1,
    params: values,
    tags: values,
  });
  const owner = { kind: 'run', experimentId, runId } as const;
  for (const path of ['cc:d.txt', 'e.txt']) {
    const file = await store.artifacts.write(owner, path, new Uint8Array(3));
    await store.append([{ kind: 'artifact', owner: { run: runId }, file }]);
  }
  await store.append([
    { kind: 'params', run: runId, params: values },
    { kind: 'metrics', run: runId, timeMs: 1, step: 1, metrics: { 'a:b': 1, plain: 2 } },
    { kind: 'run-updated', run: runId, status: 'FINISHED', endTimeMs: 9 },
  ]);
  const target = new WithoutColons();
  const { problems } = await copyStore(store, target);
  const taken = { plain: '2', other: '3' };
  expect((await target.experiments()).find(({ name }) => name === 'e')?.tags).toEqual(taken);
  const [run] = await target.runs({ runIds: [runId] });
  expect(run).toMatchObject({ status: 'FINISHED', endTimeMs: 9, params: taken, tags: taken });
  expect(Object.keys(run?.metrics ?? {})).toEqual(['plain']);
  expect(run?.artifacts.map(({ path }) => path)).toEqual(['e.txt']);
  const [model] = await target.loggedModels({ modelIds: [modelId] });
  expect(model).toMatchObject({ params: taken, tags: taken });
  const run_ = `run ${runId}`;
  const model_ = `logged model ${modelId}`;
  const reported = problems.map(({ severity, place, message }) => [
    severity,
    place,
    message.split(' was not copied: ')[0],
  ]);
  expect(reported.sort()).toEqual(
    [
      ['left-out', 'experiment "e"', 'The tag "a:b"'],
      ['left-out', model_, 'The param "a:b"'],
      ['left-out', model_, 'The tag "a:b"'],
      ['left-out', run_, 'The artifact "cc:d.txt"'],
      ['left-out', run_, 'The metric "a:b"'],
      ['left-out', run_, 'The param "a:b"'],
      ['left-out', run_, 'The tag "a:b"'],
    ].sort(),
  );
});

/** A store like a server: it numbers versions itself, and accepts one change at a time. */
class Numbering extends WithoutColons {
  override get registry(): RegistryStore {
    const registry = super.registry;
    return {
      list: () => registry.list(),
      read: (name) => registry.read(name),
      commit: async (name, head, draft) => {
        for (const change of draft.changes) {
          if ('tag' in change) assertKeys({ [change.tag.key]: 1 });
        }
        return registry.commit(name, head, draft);
      },
      createVersion: async (name, { source, tags = {} }) => {
        const entry = await registry.read(name);
        const version = (entry?.model.versions.length ?? 0) + 1;
        const changes = [
          { kind: 'version-created', version, source, description: '' } as const,
          ...Object.entries(tags).map(([key, value]) => {
            const tag = { key, value, evidence: { by: ADA, atMs: 1 } };
            return { kind: 'version-tag-set', version, tag } as const;
          }),
        ];
        const { model } = await registry.commit(name, entry?.head, { by: ADA, atMs: 1, changes });
        return model.versions.at(-1) as ModelVersion;
      },
    };
  }
}

it('a copy has the rest of a registered model if the target refuses a tag', async () => {
  const store = new MemoryStore();
  const tags = { 'a:b': '1', plain: '2' };
  await createRegisteredModel(store, { name: 'p', by: ADA, tags });
  await createModelVersion(store, { name: 'p', source: 's3://b/m', by: ADA, tags });
  const target = new Numbering();
  const { problems } = await copyStore(store, target);
  const model = (await target.registry.read('p'))?.model;
  expect(model?.tags.map(({ key }) => key)).toEqual(['plain']);
  expect(model?.versions[0]?.tags.map(({ key }) => key)).toEqual(['plain', 'tidemark.copied-from']);
  expect(problems.map(({ severity, place }) => [severity, place])).toEqual([
    ['left-out', 'registered model "p"'],
    ['left-out', 'registered model "p"'],
  ]);
});
