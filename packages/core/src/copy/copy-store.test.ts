import { temporaryFolder } from '@tidemark/test-kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectBytes } from '../bytes/concatenate-bytes.ts';
import { TidemarkError } from '../errors.ts';
import type { StoreEvent } from '../events/store-event.ts';
import { openFileStore } from '../file/file-store.ts';
import type { Experiment } from '../model/experiment.ts';
import type { RunId } from '../model/ids.ts';
import type { TransitionRule } from '../model/registered-model.ts';
import type { Store } from '../port/store.ts';
import { modelActivity } from '../registry/model-activity.ts';
import { registerVersion } from '../registry/register-version.ts';
import { setAlias } from '../registry/set-alias.ts';
import { setTransitionRules } from '../registry/set-rules.ts';
import { setRegistryTag } from '../registry/set-tag.ts';
import { transitionStage } from '../registry/transition-stage.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { purge } from '../tracking/purge.ts';
import { type PurgeTarget, planPurge } from '../tracking/purge-plan.ts';
import { copyStore } from './copy-store.ts';

const ADA = { name: 'ada', authenticated: false };

/** A store with something of every kind. */
async function filled(): Promise<{ store: Store; runId: RunId }> {
  const store = new MemoryStore();
  const { experimentId } = await store.createExperiment({
    name: 'penguins',
    creationTimeMs: 5,
    tags: { team: 'south' },
  });
  const draft = { experimentId, name: 'first', userId: 'ada', startTimeMs: 10 };
  const { runId } = await store.createRun({ ...draft, tags: { note: 'x' } });
  const { modelId } = await store.createLoggedModel({
    experimentId,
    name: 'classifier',
    creationTimeMs: 11,
    modelType: 'tfjs',
    sourceRunId: runId,
    params: { units: '8' },
  });
  const ofRun = { kind: 'run', experimentId, runId } as const;
  const ofModel = { kind: 'model', experimentId, modelId } as const;
  const table = await store.artifacts.write(ofRun, 'a/t.csv', new TextEncoder().encode('1,2'));
  const weights = await store.artifacts.write(ofModel, 'weights', new Uint8Array(1000));
  const dataset = { name: 'train', digest: 'd1', sourceType: 'local', source: '{}' };
  const events: StoreEvent[] = [
    { kind: 'params', run: runId, params: { lr: '0.1', __proto__x: '' } },
    {
      kind: 'dataset',
      run: runId,
      input: { dataset, tags: { 'mlflow.data.context': 'training' } },
    },
    { kind: 'artifact', owner: { run: runId }, file: table },
    { kind: 'artifact', owner: { model: modelId }, file: weights },
    { kind: 'model-output', run: runId, model: modelId, step: 3 },
    { kind: 'model-tags', model: modelId, timeMs: 12, tags: { kind: 'mlp' } },
    { kind: 'model-updated', model: modelId, timeMs: 12, status: 'READY' },
  ];
  for (let step = 0; step < 5; step += 1) {
    events.push({
      kind: 'metrics',
      run: runId,
      timeMs: 20 + step,
      step,
      metrics: {
        loss: 1 / (step + 1),
        odd: [Number.NaN, -0, Number.POSITIVE_INFINITY][step % 3] as number,
      },
      ...(step % 2 === 0 ? { dataset: { name: 'train', digest: 'd1' }, model: modelId } : {}),
    });
  }
  events.push({ kind: 'run-updated', run: runId, status: 'FINISHED', endTimeMs: 99 });
  await store.append(events);
  const gone = await store.createRun({ ...draft, name: 'gone', startTimeMs: 12 });
  await store.append([{ kind: 'run-updated', run: gone.runId, stage: 'deleted' }]);
  const [model] = await store.loggedModels({ modelIds: [modelId] });
  if (model === undefined) throw new Error('the model was lost');
  await registerVersion(store, { name: 'penguins', model, by: ADA, description: 'one' });
  await registerVersion(store, { name: 'penguins', model, by: ADA });
  await setAlias(store, { name: 'penguins', alias: 'champion', version: 2, by: ADA });
  await setRegistryTag(store, { name: 'penguins', key: 'team', value: 'south', by: ADA });
  return { store, runId };
}

/** The content that a copy must keep: everything except the names of the writers. */
async function contentOf(store: Store): Promise<unknown> {
  const experiments = await store.experiments();
  const runs = await store.runs({});
  const histories = [];
  for (const { runId, metrics } of runs) {
    for (const key of Object.keys(metrics).sort()) {
      histories.push([runId, key, await store.metricHistory(runId, key)]);
    }
  }
  const files = [];
  for (const { runId, experimentId, artifacts } of runs) {
    for (const { path } of artifacts) {
      files.push(
        await collectBytes(store.artifacts.read({ kind: 'run', experimentId, runId }, path)),
      );
    }
  }
  const entries = await store.registry.list();
  return {
    experiments: experiments
      .map(({ lastUpdateTimeMs: _, creationTimeMs: __, ...rest }: Experiment) => rest)
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    runs,
    histories,
    files,
    models: (await store.loggedModels({})).map(({ lastUpdateTimeMs: _, ...rest }) => rest),
    registry: entries.map(({ model }) => ({
      name: model.name,
      tags: model.tags,
      versions: model.versions.map((version) => [
        version.version,
        version.source,
        version.description,
        version.createdBy,
        version.creationTimeMs,
        version.artifactsDigest,
        version.runState?.sha256,
        version.aliases,
        version.stage,
      ]),
    })),
  };
}

/** A store whose disk is full after some writes. */
class FullStore extends MemoryStore {
  #writesLeft: number;

  constructor(writesLeft: number) {
    super();
    this.#writesLeft = writesLeft;
  }

  override async append(events: readonly StoreEvent[]): Promise<void> {
    this.#write();
    await super.append(events);
  }

  override async createRun(...args: Parameters<MemoryStore['createRun']>) {
    this.#write();
    return super.createRun(...args);
  }

  empty(): void {
    this.#writesLeft = Number.POSITIVE_INFINITY;
  }

  #write(): void {
    if (this.#writesLeft <= 0) throw new TidemarkError('WRITE_FAILED', 'The disk is full.');
    this.#writesLeft -= 1;
  }
}

describe('copying a store', () => {
  it('keeps all ids, and copies nothing the second time', async () => {
    const { store } = await filled();
    const target = openFileStore(temporaryFolder());
    const report = await copyStore(store, target);
    expect(report.problems).toEqual([]);
    expect(report.copied).toMatchObject({
      runs: 2,
      metricPoints: 10,
      artifacts: 2,
      artifactBytes: 1003,
      loggedModels: 1,
      registeredModels: 1,
      modelVersions: 2,
    });
    expect(await contentOf(target)).toEqual(await contentOf(store));
    const again = await copyStore(store, target);
    expect(again.copied).toEqual({
      experiments: 0,
      runs: 0,
      metricPoints: 0,
      artifacts: 0,
      artifactBytes: 0,
      loggedModels: 0,
      registeredModels: 0,
      modelVersions: 0,
    });
    await target.close();
  });

  it('leaves credentials out of the sources of datasets, and copies each dataset once', async () => {
    const { store, runId } = await filled();
    const [run] = await store.runs({ runIds: [runId] });
    if (run === undefined) throw new Error('the run was lost');
    const source = '{"url": "https://ada:hunter2@host/d.csv?sig=abc"}';
    const dataset = { name: 'old', digest: 'd2', sourceType: 'http', source };
    // A store of an earlier version has the source as it was recorded.
    store.runs = async () => [{ ...run, datasets: [{ dataset, tags: {} }] }];
    const target = new MemoryStore();
    await copyStore(store, target);
    const [copied] = await target.runs({ runIds: [runId] });
    expect(copied?.datasets).toEqual([
      { dataset: { ...dataset, source: '{"url": "https://***@host/d.csv?sig=***"}' }, tags: {} },
    ]);
    expect((await copyStore(store, target)).copied.runs).toBe(0);
  });

  it('continues where it stopped, whichever write failed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 14 }), async (writes) => {
        const { store } = await filled();
        const target = new FullStore(writes);
        await copyStore(store, target).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'WRITE_FAILED' });
        });
        target.empty();
        await copyStore(store, target);
        expect(await contentOf(target)).toEqual(await contentOf(store));
      }),
      { numRuns: 15 },
    );
  });

  it('copies a registered model in one commit, with the authors and times of the source', async () => {
    const { store } = await filled();
    const [model] = await store.loggedModels({});
    if (model === undefined) throw new Error('the model was lost');
    const target = openFileStore(temporaryFolder());
    const by = { name: 'the copier', authenticated: false };
    const commitsOf = async () => {
      const commits = [];
      for await (const commit of target.registry.chains?.commits('penguins') ?? []) {
        commits.push(commit);
      }
      return commits;
    };
    await copyStore(store, target, { by });
    expect(await commitsOf()).toMatchObject([{ by }]);
    await registerVersion(store, { name: 'penguins', model, by: { ...ADA, name: 'eve' } });
    await setAlias(store, { name: 'penguins', alias: 'newest', version: 3, by: ADA });
    await copyStore(store, target, { by });
    const commits = await commitsOf();
    expect(commits).toMatchObject([{ by }, { by }]);
    const created = modelActivity(commits).filter(({ type }) => type === 'CREATED_VERSION');
    const { versions = [] } = (await store.registry.read('penguins'))?.model ?? {};
    expect(created.map(({ by, atMs, version }) => ({ by, atMs, version }))).toEqual(
      versions.map(({ createdBy, creationTimeMs, version }) => ({
        by: createdBy,
        atMs: creationTimeMs,
        version,
      })),
    );
    expect(await contentOf(target)).toEqual(await contentOf(store));
    await target.close();
  });

  it('follows the rules of the target', async () => {
    const { store } = await filled();
    const target = new MemoryStore();
    await copyStore(store, target);
    const rules: TransitionRule[] = [
      { target: { kind: 'stage', stage: 'Production' }, approvals: 1 },
      { target: { kind: 'alias', alias: 'next' }, approvals: 1 },
    ];
    await setTransitionRules(target, { name: 'penguins', rules, by: ADA });
    const stage = 'Production';
    await transitionStage(store, { name: 'penguins', version: 1, stage, by: ADA });
    await setAlias(store, { name: 'penguins', alias: 'next', version: 1, by: ADA });
    await setRegistryTag(store, { name: 'penguins', key: 'later', value: '1', by: ADA });
    const { problems } = await copyStore(store, target);
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('may not go to Production'),
      expect.stringContaining('may not go to @next'),
    ]);
    const model = (await target.registry.read('penguins'))?.model;
    expect(model?.versions[0]).toMatchObject({ stage: 'None', aliases: [] });
    expect(model?.tags.map(({ key }) => key)).toContain('later');
  });

  it('copies what is new in the source, and keeps what only the target has', async () => {
    const { store, runId } = await filled();
    const target = new MemoryStore();
    await copyStore(store, target);
    await target.append([{ kind: 'tags', run: runId, tags: { mine: 'kept' } }]);
    await store.append([
      { kind: 'run-updated', run: runId, status: 'RUNNING' },
      { kind: 'metrics', run: runId, timeMs: 50, step: 9, metrics: { loss: 0 } },
    ]);
    const report = await copyStore(store, target);
    expect(report.copied).toMatchObject({ runs: 1, metricPoints: 1, artifacts: 0 });
    const [run] = await target.runs({ runIds: [runId] });
    expect(run).toMatchObject({ status: 'RUNNING', tags: { mine: 'kept', note: 'x' } });
    expect(run?.metrics.loss?.step).toBe(9);
  });

  it('leaves out what was purged in the target, and copies the rest', async () => {
    const { store: from, runId } = await filled();
    const to = new MemoryStore();
    await copyStore(from, to);
    const [before] = await to.runs({ runIds: [runId] });
    const [key] = Object.keys(before?.metrics ?? {});
    for (const target of [
      { run: runId, part: 'param', key: 'lr' },
      { run: runId, part: 'metric', key },
      { run: runId, part: 'tag', key: 'note' },
      { run: runId, part: 'artifact', key: 'a/t.csv' },
    ] as PurgeTarget[]) {
      await purge(to, target, { by: ADA });
    }
    await from.append([{ kind: 'params', run: runId, params: { later: '1' } }]);
    const report = await copyStore(from, to);
    expect(report.problems).toEqual([]);
    const [run] = await to.runs({ runIds: [runId] });
    expect(run?.params).toMatchObject({ later: '1' });
    expect(run?.params).not.toHaveProperty('lr');
    expect(run?.tags).not.toHaveProperty('note');
    expect(run?.metrics).not.toHaveProperty(key as string);
    expect(run?.artifacts).toEqual([]);
  });

  it('reports a run that was purged in the target, and does not copy it again', async () => {
    const { store: from, runId } = await filled();
    const to = new MemoryStore();
    await copyStore(from, to, { select: { registeredModels: [] } });
    const { runs } = await planPurge(to, { run: runId });
    expect(runs).toEqual([runId]);
    await purge(to, { run: runId }, { by: ADA });
    const report = await copyStore(from, to, { select: { registeredModels: [] } });
    expect(report.problems).toContainEqual({
      severity: 'left-out',
      place: `run ${runId}`,
      message: expect.stringContaining('was purged'),
    });
    expect(await to.runs({ runIds: [runId] })).toEqual([]);
  });

  it('copies only what is selected', async () => {
    const { store, runId } = await filled();
    const other = await store.createExperiment({ name: 'other', creationTimeMs: 1 });
    const draft = { experimentId: other.experimentId, name: 'r', userId: '', startTimeMs: 1 };
    await store.createRun(draft);
    const target = new MemoryStore();
    const report = await copyStore(store, target, { select: { runIds: [runId] } });
    expect(report.copied).toMatchObject({ experiments: 1, runs: 1, loggedModels: 1 });
    expect((await target.runs({})).map((run) => run.runId)).toEqual([runId]);
    expect(await target.registry.list()).toEqual([]);
  });

  it('only reports what it would copy on a dry run', async () => {
    const { store } = await filled();
    const target = new MemoryStore();
    const before = await contentOf(target);
    const report = await copyStore(store, target, { dryRun: true });
    expect(report.copied).toMatchObject({
      experiments: 1,
      runs: 2,
      loggedModels: 1,
      modelVersions: 2,
    });
    expect(await contentOf(target)).toEqual(before);
  });

  it('keeps the param of the target, and reports the difference', async () => {
    const { store, runId } = await filled();
    const target = new MemoryStore();
    await copyStore(store, target, { select: { registeredModels: [] } });
    const late = new MemoryStore();
    const { experimentId } = await late.createExperiment({ name: 'penguins', creationTimeMs: 5 });
    await late.createRun({ runId, experimentId, name: 'first', userId: '', startTimeMs: 10 });
    await late.append([{ kind: 'params', run: runId, params: { lr: '0.2', other: '1' } }]);
    const report = await copyStore(late, target);
    expect(report.problems).toMatchObject([
      { severity: 'note', message: expect.stringContaining('"lr"') },
    ]);
    expect((await target.runs({ runIds: [runId] }))[0]?.params).toMatchObject({
      lr: '0.1',
      other: '1',
    });
  });
});
