import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ActiveRun,
  registerModel,
  setModelAlias,
  setModelTag,
  startRun,
} from '@tidemark/client';
import {
  type ArtifactFile,
  deleteExperiment,
  deleteModelVersion,
  deleteRegisteredModel,
  deleteRun,
  type LoggedModel,
  MemoryStore,
  type ModelVersion,
  newRunId,
  planMetrics,
  purge,
  registerVersion,
  renameRegisteredModel,
  restoreExperiment,
  type Store,
  setRegistryTag,
  setVersionStatus,
} from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { evaluatePolicy, type ModelReport } from './gate.ts';
import { parsePolicy } from './parse-policy.ts';
import { registerPenguins } from './testing/register-penguins.ts';

const ACCURACY = 'metrics: [{name: accuracy, direction: higher, threshold: 0.9}]';
const BY = { name: 'ada', authenticated: false };

async function judge(store: Store, asked: string = ACCURACY, defaults = ''): Promise<ModelReport> {
  const text = `version: 1\n${defaults}\nmodels:\n  - name: penguins\n    ${asked.replaceAll('\n', '\n    ')}\n`;
  const { models } = await evaluatePolicy(store, parsePolicy(text));
  expect.assert(models[0] !== undefined);
  return models[0];
}

function blocking({ rules }: ModelReport): string[] {
  return rules
    .filter(({ status }) => status === 'fail' || status === 'error')
    .map(({ id, actual }) => `${id}: ${actual}`);
}

/** Registers a version by hand, as somebody who can write to the store could. */
async function registerByHand(store: Store, change: Partial<ModelVersion>): Promise<void> {
  const entry = await store.registry.read('penguins');
  const version = entry?.model.versions.at(-1);
  expect.assert(entry !== undefined && version !== undefined);
  const {
    tags: _t,
    aliases: _a,
    creationTimeMs: _c,
    lastUpdateTimeMs: _l,
    createdBy: _b,
    ...facts
  } = version;
  const created = { ...facts, ...change, version: version.version + 1 };
  const changes = [{ kind: 'version-created', ...created }] as const;
  await store.registry.commit('penguins', entry.head, { by: BY, atMs: 1, changes });
}

describe('the run behind a version', () => {
  it('may end after the registration', async () => {
    const store = new MemoryStore();
    await startRun({ store, environment: false }, async (run) => {
      await run.logMetrics({ accuracy: 0.95 });
      const file = { path: 'weights.bin', content: new Uint8Array([1]) };
      const model = await run.logModel({ name: 'classifier', files: () => [file] });
      await registerVersion(store, { name: 'penguins', model, by: BY });
    });
    expect(blocking(await judge(store))).toEqual([]);
  });

  it('may not get better metrics after it: what was approved is what is judged', async () => {
    const store = new MemoryStore();
    const { runId } = await registerPenguins(store, { metrics: { accuracy: 0.5 } });
    expect.assert(runId !== undefined);
    await store.append([planMetrics(runId, { accuracy: 0.99 }, { step: 41 })]);
    expect(blocking(await judge(store))).toEqual([expect.stringContaining('integrity.run: run')]);
  });

  it('may not be the run of another model', async () => {
    const store = new MemoryStore();
    const good = await registerPenguins(store, { metrics: { accuracy: 0.99 } });
    await registerPenguins(store, { metrics: { accuracy: 0.1 } });
    expect.assert(good.runId !== undefined && good.runState !== undefined);
    await registerByHand(store, { runId: good.runId, runState: good.runState });
    expect(blocking(await judge(store))).toEqual([
      expect.stringContaining('is from another run than the version says'),
    ]);
  });

  it('has to be in the store', async () => {
    const store = new MemoryStore();
    await registerPenguins(store);
    await registerByHand(store, { runId: newRunId() });
    expect(blocking(await judge(store)).join('\n')).toMatch(/integrity.run: the store has no run/);
  });

  it('has to have its digest recorded as it is', async () => {
    const store = new MemoryStore();
    const { runState } = await registerPenguins(store);
    expect.assert(runState !== undefined);
    await registerByHand(store, { runState: { ...runState, sha256: '0'.repeat(64) } });
    expect(blocking(await judge(store))).toEqual([expect.stringContaining('was altered')]);
  });

  it('says what was purged of it since, and by whom', async () => {
    const store = new MemoryStore();
    const { runId } = await registerPenguins(store);
    expect.assert(runId !== undefined);
    const by = { name: 'grace', authenticated: false };
    await purge(store, { run: runId, part: 'tag', key: 'mlflow.runName' }, { by });
    expect(blocking(await judge(store)).join('\n')).toContain(
      'was altered: purged were tag "mlflow.runName" by grace',
    );
  });

  it('may not be deleted, nor its experiment', async () => {
    const store = new MemoryStore();
    const { runId } = await registerPenguins(store);
    expect.assert(runId !== undefined);
    const [run] = await store.runs({ runIds: [runId] });
    expect.assert(run !== undefined);
    await deleteExperiment(store, run.experimentId);
    expect(blocking(await judge(store))).toEqual([`integrity.run: run ${runId} is deleted`]);
    await restoreExperiment(store, run.experimentId);
    expect(blocking(await judge(store))).toEqual([]);
    await deleteRun(store, runId);
    expect(blocking(await judge(store))).toEqual([`integrity.run: run ${runId} is deleted`]);
  });

  it('may not be purged, even where nobody asked what the version needs', async () => {
    const store = new MemoryStore();
    const { runId } = await registerPenguins(store);
    expect.assert(runId !== undefined);
    await store.append([{ kind: 'purged', timeMs: 1, by: BY, run: runId }]);
    expect(blocking(await judge(store))[0]).toBe(`integrity.run: the store has no run ${runId}`);
  });

  it('may not have a param with two values', async () => {
    const store = new MemoryStore();
    const model = await startRun({ store, environment: false }, async (run) => {
      await run.logMetrics({ accuracy: 0.95 });
      for (const lr of ['0.1', '0.2']) {
        await store.append([{ kind: 'params', run: run.runId, params: { lr } }]);
      }
      const file = { path: 'weights.bin', content: new Uint8Array([1]) };
      return await run.logModel({ name: 'classifier', files: () => [file] });
    });
    await registerModel({ store, name: 'penguins', model });
    expect(blocking(await judge(store))).toEqual(['integrity.params: "lr" is "0.1" and "0.2"']);
  });
});

describe('the files of a version', () => {
  it('have to be the bytes that were registered', async () => {
    const folder = temporaryFolder();
    const store = openFileStore(folder);
    await registerPenguins(store);
    expect(blocking(await judge(store))).toEqual([]);
    const weights = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((path) =>
      path.endsWith('weights.bin'),
    );
    expect.assert(weights !== undefined);
    writeFileSync(join(folder, weights), 'swapped');
    expect(blocking(await judge(store))).toEqual([
      'integrity.artifacts: the file "weights.bin" was changed after it was logged',
    ]);
  });

  it('have to be the files that were registered', async () => {
    const store = new MemoryStore();
    const { modelId } = await registerPenguins(store);
    expect.assert(modelId !== undefined);
    const [model] = await store.loggedModels({ modelIds: [modelId] });
    expect.assert(model !== undefined);
    const owner = { kind: 'model', experimentId: model.experimentId, modelId } as const;
    const file = await store.artifacts.write(owner, 'more.bin', new Uint8Array([1]));
    await store.append([{ kind: 'artifact', owner: { model: modelId }, file }]);
    expect(blocking(await judge(store))).toEqual([
      expect.stringContaining('integrity.artifacts: the files recorded now have the digest'),
    ]);
  });

  it('may be files of another run, whose bytes are checked where they lie', async () => {
    const { store, model, refer } = await registeredModel();
    const [run] = await store.runs({});
    expect.assert(run !== undefined);
    const { runId, experimentId } = run;
    const owner = { kind: 'run', experimentId, runId } as const;
    const write = (text: string) =>
      store.artifacts.write(owner, 'kept.bin', new TextEncoder().encode(text));
    await write('weights');
    const address = { owner: { run: runId }, path: 'kept.bin' };
    await refer({ sameAs: address });
    await store.artifacts.remove?.(
      { kind: 'model', experimentId, modelId: model.modelId },
      'weights.bin',
    );
    expect(blocking(await judge(store))).toEqual([]);
    await write('swapped');
    expect(blocking(await judge(store)).join()).toMatch(
      /integrity.artifacts: the file "weights.bin" cannot be read: .*was changed since/,
    );
  });

  it('may not lie outside the store, where nobody can check them', async () => {
    const { store, refer } = await registeredModel();
    await refer({ uri: 's3://bucket/weights.bin' });
    expect(blocking(await judge(store)).join()).toMatch(
      /integrity.artifacts: the file "weights.bin" cannot be read: .*s3:\/\/bucket/,
    );
  });

  async function registeredModel() {
    const store = new MemoryStore();
    const { modelId } = await registerPenguins(store);
    expect.assert(modelId !== undefined);
    const [model] = await store.loggedModels({ modelIds: [modelId] });
    expect.assert(model !== undefined);
    return { store, model, refer: (to: Partial<ArtifactFile>) => refer(store, model, to) };
  }

  /** Records the weights anew, as a reference: the same size and digest, which is all the registry pins. */
  async function refer(
    store: Store,
    { modelId, artifacts }: LoggedModel,
    to: Partial<ArtifactFile>,
  ): Promise<void> {
    const weights = artifacts.find(({ path }) => path === 'weights.bin');
    expect.assert(weights !== undefined);
    const file = { ...weights, ...to };
    await store.append([{ kind: 'artifact', owner: { model: modelId }, file }]);
  }

  it('have to be in the store', async () => {
    const store = new MemoryStore();
    await registerPenguins(store);
    await registerByHand(store, { source: 's3://elsewhere/model' });
    expect(blocking(await judge(store))).toEqual([
      expect.stringContaining('"s3://elsewhere/model"'),
    ]);
  });
});

describe('a metric', () => {
  async function registerWith(log: (run: ActiveRun) => Promise<void>): Promise<Store> {
    const store = new MemoryStore();
    const model = await startRun({ store, environment: false }, async (run) => {
      await log(run);
      const file = { path: 'weights.bin', content: new Uint8Array([1]) };
      return await run.logModel({ name: 'classifier', files: () => [file] });
    });
    await registerModel({ store, name: 'penguins', model });
    return store;
  }

  it('that was never logged fails, or is skipped where the policy says so', async () => {
    const store = await registerWith(async () => {});
    expect(blocking(await judge(store))).toEqual([expect.stringContaining('did not log it')]);
    const skipped = await judge(store, ACCURACY, 'defaults: {on_missing: skip}');
    expect(skipped.verdict).toBe('passed');
    expect(skipped.rules.at(-1)?.status).toBe('skipped');
  });

  it('that has two values for one step and time is ambiguous', async () => {
    const store = await registerWith(async (run) => {
      for (const value of [0.1, 0.95]) {
        await run.logMetric('accuracy', value, { step: 3, timestampMs: 5 });
      }
    });
    expect(blocking(await judge(store))).toEqual([expect.stringContaining('the values 0.1, 0.95')]);
  });

  it('that was logged for two datasets is ambiguous', async () => {
    const store = await registerWith(async (run) => {
      await run.logMetric('accuracy', 0.5, { dataset: { name: 'holdout', digest: 'a' } });
      await run.logMetric('accuracy', 0.99, {
        step: 9,
        dataset: { name: 'training', digest: 'b' },
      });
    });
    expect(blocking(await judge(store))).toEqual([expect.stringContaining('for 2 datasets')]);
  });

  it('that speaks of another model is not this one’s', async () => {
    const other = await registerPenguins(new MemoryStore());
    const store = await registerWith(async (run) => {
      expect.assert(other.modelId !== undefined);
      await run.logMetric('accuracy', 0.99, { modelId: other.modelId });
    });
    expect(blocking(await judge(store))).toEqual([expect.stringContaining('another model')]);
  });

  it.each(['constructor', 'toString', '__proto__'])(
    'named %s is read as any other',
    async (name) => {
      const asked = `metrics: [{name: ${name}, direction: higher, threshold: 0.9}]`;
      const without = new MemoryStore();
      await registerPenguins(without);
      expect(blocking(await judge(without, asked))).toHaveLength(1);
      const store = await registerWith((run) => run.logMetric(name, 0.95));
      expect(blocking(await judge(store, asked))).toEqual([]);
    },
  );
});

describe('a forbidden tag', () => {
  const asked = 'tags: {forbid: [{key: quarantined}, {key: status, equals: withdrawn}]}';

  it('blocks with any value, or with the one that is named', async () => {
    const store = new MemoryStore();
    await registerPenguins(store);
    const tag = { store, name: 'penguins', version: 1 };
    await setModelTag({ ...tag, key: 'status', value: 'fine' });
    expect((await judge(store, asked)).verdict).toBe('passed');
    await setModelTag({ ...tag, key: 'status', value: 'withdrawn' });
    expect(blocking(await judge(store, asked))).toEqual(['tags.forbid.status: "withdrawn"']);
  });

  it('blocks on the registered model, for all its versions', async () => {
    const store = new MemoryStore();
    await registerPenguins(store);
    await setRegistryTag(store, { name: 'penguins', key: 'quarantined', value: '', by: BY });
    expect(blocking(await judge(store, asked))).toEqual([
      'tags.forbid.quarantined: "" on the registered model',
    ]);
  });
});

describe('a required tag', () => {
  it('on the registered model is not one on its version', async () => {
    const store = new MemoryStore();
    await registerPenguins(store);
    await setRegistryTag(store, { name: 'penguins', key: 'ok', value: 'yes', by: BY });
    const asked = 'tags: {require: [{key: ok, equals: "yes"}]}';
    expect(blocking(await judge(store, asked))).toEqual(['tags.require.ok: not set']);
  });
});

describe('the candidate', () => {
  it('is the version that the policy means', async () => {
    const store = new MemoryStore();
    for (const accuracy of [0.95, 0.1, 0.2])
      await registerPenguins(store, { metrics: { accuracy } });
    await setModelAlias({ store, name: 'penguins', alias: 'challenger', version: 2 });
    expect((await judge(store)).candidate).toBe(3);
    expect((await judge(store, `${ACCURACY}\ncandidate: {alias: challenger}`)).candidate).toBe(2);
    expect((await judge(store, `${ACCURACY}\ncandidate: {version: 1}`)).verdict).toBe('passed');
  });

  it.each(['{alias: nobody}', '{version: 7}'])(
    '%s that is not there is an error',
    async (which) => {
      const store = new MemoryStore();
      await registerPenguins(store);
      const report = await judge(store, `${ACCURACY}\ncandidate: ${which}`);
      expect(report.verdict).toBe('error');
      expect(report.registryHead?.number).toBe(1);
    },
  );

  it('that is not ready cannot pass', async () => {
    const store = new MemoryStore();
    await registerPenguins(store);
    const at = { name: 'penguins', version: 1, by: BY };
    await setVersionStatus(store, { ...at, status: 'FAILED_REGISTRATION' });
    expect(blocking(await judge(store))).toEqual([
      'integrity.artifacts: the version is FAILED_REGISTRATION, not READY',
    ]);
  });

  it('that was deleted is an error, and its number never comes to mean another', async () => {
    const store = new MemoryStore();
    await registerPenguins(store, { metrics: { accuracy: 0.1 } });
    await deleteModelVersion(store, { name: 'penguins', version: 1, by: BY });
    await registerPenguins(store);
    const asked = `${ACCURACY}\ncandidate: {version: 1}`;
    expect((await judge(store, asked)).verdict).toBe('error');
    expect(await judge(store)).toMatchObject({ verdict: 'passed', candidate: 2 });
  });

  it('of a model that was renamed or deleted is an error that says so', async () => {
    const store = new MemoryStore();
    await registerPenguins(store);
    await renameRegisteredModel(store, { name: 'penguins', newName: 'birds', by: BY });
    const renamed = await judge(store);
    expect(renamed.verdict).toBe('error');
    expect(renamed.rules[0]?.actual).toContain('is called "birds" since "ada" renamed it');
    await registerPenguins(store);
    await deleteRegisteredModel(store, { name: 'penguins', by: BY });
    expect((await judge(store)).rules[0]?.actual).toContain('was deleted by "ada"');
  });

  it('of a chain that is damaged is an error', async () => {
    const folder = temporaryFolder();
    const store = openFileStore(folder);
    await registerPenguins(store);
    const [chain] = readdirSync(join(folder, 'registry'));
    const place = join(folder, 'registry', chain ?? '', '00000000000000000001.json');
    writeFileSync(place, readFileSync(place, 'utf8').slice(1));
    const report = await judge(openFileStore(folder));
    expect(report.verdict).toBe('error');
    expect(report.rules[0]?.actual).toContain('cannot be used');
  });
});

describe('the baseline', () => {
  const compared = (whenAbsent: string): string =>
    `baseline: {alias: champion, when_absent: ${whenAbsent}}\nmetrics: [{name: accuracy, direction: higher, max_regression: {absolute: 0}}]`;

  it('that is absent fails or is skipped', async () => {
    const store = new MemoryStore();
    await registerPenguins(store);
    expect((await judge(store, compared('skip'))).verdict).toBe('passed');
    expect((await judge(store, compared('fail'))).verdict).toBe('failed');
  });

  it('that is the candidate itself is not compared with', async () => {
    const store = new MemoryStore();
    await registerPenguins(store);
    await setModelAlias({ store, name: 'penguins', alias: 'champion', version: 1 });
    const { verdict, rules } = await judge(store, compared('fail'));
    expect(verdict).toBe('passed');
    expect(rules.at(-1)).toMatchObject({
      status: 'skipped',
      baseline: 'the candidate is the baseline itself',
    });
  });

  it('may not be made worse after it was registered', async () => {
    const store = new MemoryStore();
    const { runId } = await registerPenguins(store, { metrics: { accuracy: 0.99 } });
    expect.assert(runId !== undefined);
    await setModelAlias({ store, name: 'penguins', alias: 'champion', version: 1 });
    await registerPenguins(store, { metrics: { accuracy: 0.9 } });
    await store.append([planMetrics(runId, { accuracy: 0.1 }, { step: 41 })]);
    expect(blocking(await judge(store, compared('fail')))).toEqual([
      expect.stringContaining('integrity.baseline-run'),
    ]);
  });
});
