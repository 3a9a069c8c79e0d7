import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  collectBytes,
  type DatasetInput,
  listArtifacts,
  MemoryStore,
  readArtifact,
  type Store,
} from '@tidemark/core';
import { parseEnvironment } from '@tidemark/core/node';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  activeRun,
  endRun,
  lastRun,
  logArtifactReference,
  logMetric,
  logMetricSeries,
  logMetrics,
  logParams,
  logText,
  openStore,
  recordDatasetRead,
  setTag,
  startRun,
} from './index.ts';

const QUIET = { environment: false } as const;

function dataset(name: string): DatasetInput {
  return {
    dataset: { name, digest: '1', sourceType: 'local', source: '{}' },
    tags: { 'mlflow.data.context': 'training' },
  };
}

async function datasetsOf(store: Store): Promise<Record<string, string[]>> {
  const runs = await store.runs({});
  return Object.fromEntries(
    runs.map(({ name, datasets }) => [name, datasets.map((input) => input.dataset.name)]),
  );
}

describe('startRun with a body', () => {
  it('ends the run FINISHED and gives back what the body gives', async () => {
    const store = new MemoryStore();
    const result = await startRun(
      { ...QUIET, store, experiment: 'penguins', name: 'a' },
      async (run) => {
        expect(activeRun()).toBe(run);
        await run.logParams({ lr: 0.1, layers: [8, 3], shuffle: false });
        await run.logMetrics({ loss: 0.5 }, { step: 1 });
        return 42;
      },
    );
    expect(result).toBe(42);
    expect(activeRun()).toBeUndefined();
    const [run] = await store.runs({});
    expect(run).toMatchObject({
      name: 'a',
      status: 'FINISHED',
      params: { lr: '0.1', layers: '[8,3]', shuffle: 'false' },
    });
    expect(run?.endTimeMs).toBeGreaterThanOrEqual(run?.startTimeMs as number);
  });

  it('ends the run FAILED and lets the error through', async () => {
    const store = new MemoryStore();
    const body = (): never => {
      throw new RangeError('diverged');
    };
    await expect(startRun({ ...QUIET, store }, body)).rejects.toThrow(RangeError);
    const [run] = await store.runs({});
    expect(run?.status).toBe('FAILED');
    const owner = { kind: 'run', ...(run as NonNullable<typeof run>) } as const;
    const text = new TextDecoder().decode(
      await collectBytes(store.artifacts.read(owner, 'error.txt')),
    );
    expect(text).toMatch(/RangeError: diverged\n +at /);
  });

  it('lets the error of the body through even when the run cannot be ended', async () => {
    const store = new MemoryStore();
    const body = async (): Promise<never> => {
      await store.close();
      throw new RangeError('diverged');
    };
    await expect(startRun({ ...QUIET, store }, body)).rejects.toThrow(RangeError);
  });

  it('keeps runs apart that go on side by side', async () => {
    const store = new MemoryStore();
    const train = (name: string) =>
      startRun({ ...QUIET, store, name }, async () => {
        for (let step = 0; step < 5; step += 1) {
          await setTimeout(1);
          await activeRun()?.logMetric('mine', name === 'a' ? 1 : 2, { step });
        }
      });
    await Promise.all([train('a'), train('b')]);
    for (const run of await store.runs({})) {
      const history = await store.metricHistory(run.runId, 'mine');
      expect(history).toHaveLength(5);
      expect(new Set(history.map(({ value }) => value))).toEqual(
        new Set([run.name === 'a' ? 1 : 2]),
      );
    }
  });
});

describe('startRun without a body', () => {
  it('leaves the run ambient until it ends', async () => {
    const run = await startRun({ ...QUIET, store: new MemoryStore() });
    expect(activeRun()).toBe(run);
    expect(lastRun()).toBe(run);
    await run.end();
    expect(activeRun()).toBeUndefined();
    expect(lastRun()).toBe(run);
  });

  it('refuses a second open run, unless it is nested', async () => {
    const store = new MemoryStore();
    const parent = await startRun({ ...QUIET, store });
    await expect(startRun({ ...QUIET, store })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const child = await startRun({ ...QUIET, store, nested: true });
    expect(activeRun()).toBe(child);
    await child.end();
    expect(activeRun()).toBe(parent);
    await parent.end();
    const [stored] = await store.runs({ runIds: [child.runId] });
    expect(stored?.tags['mlflow.parentRunId']).toBe(parent.runId);
  });

  it('refuses to write after the end, and resumes by id', async () => {
    const store = new MemoryStore();
    const run = await startRun({ ...QUIET, store });
    await run.logParam('lr', 0.1);
    await run.end('KILLED');
    await expect(run.logMetric('a', 1)).rejects.toMatchObject({ code: 'RUN_ENDED' });
    const resumed = await startRun({ ...QUIET, store, runId: run.runId });
    expect((await store.runs({}))[0]).toMatchObject({ status: 'RUNNING' });
    await expect(resumed.logParam('lr', 0.2)).rejects.toMatchObject({ code: 'PARAM_CONFLICT' });
    await resumed.end();
    expect(await store.runs({})).toMatchObject([{ runId: run.runId, status: 'FINISHED' }]);
  });
});

describe('calls that nobody awaits', () => {
  it('are over when the run ends: files too', async () => {
    const store = new MemoryStore();
    await startRun({ ...QUIET, store }, (run) => {
      void run.logMetric('a', 1);
      void run.logText('late', 'late.txt');
      void run.logTable([{ a: 1 }], 'table.json');
    });
    const [run] = await store.runs({});
    expect(run?.status).toBe('FINISHED');
    expect(run?.artifacts.map(({ path }) => path)).toEqual(['late.txt', 'table.json']);
    expect(run?.tags['mlflow.loggedArtifacts']).toBe('[{"path":"table.json","type":"table"}]');
  });

  it('are refused all the same: a param twice, a second end, a write after the end', async () => {
    const store = new MemoryStore();
    const run = await startRun({ ...QUIET, store });
    const params = await Promise.allSettled([run.logParam('lr', 1), run.logParam('lr', 2)]);
    expect(params.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    const ends = [run.end('FINISHED'), run.end('FAILED'), run.logMetric('late', 1)];
    const ended = await Promise.allSettled(ends);
    expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    const [stored] = await store.runs({});
    expect(stored).toMatchObject({ status: 'FINISHED', metrics: {}, paramConflicts: [] });
  });
});

describe("the tag that lists a run's tables", () => {
  it.each([
    ['tables of an earlier sitting', '[{"path":"a.json","type":"table"}]', ['a.json', 'b.json']],
    ['nothing that can be read', 'not JSON', ['b.json']],
    ['another kind of JSON', '{"path":"a.json"}', ['b.json']],
    ['entries of other kinds', '[null, 5, {"path": 7}]', ['b.json']],
  ])('goes on from %s', async (_, tag, expected) => {
    const store = new MemoryStore();
    const tags = { 'mlflow.loggedArtifacts': tag };
    const { runId } = await startRun({ ...QUIET, store, tags }, (run) => run);
    await startRun({ ...QUIET, store, runId }, (run) => run.logTable([{ x: 1 }], 'b.json'));
    const [run] = await store.runs({});
    const listed = JSON.parse(run?.tags['mlflow.loggedArtifacts'] ?? '') as { path: string }[];
    expect(listed.map(({ path }) => path)).toEqual(expected);
  });
});

describe('the functions that log to the run that is open here', () => {
  it('do as its methods do', async () => {
    const store = new MemoryStore();
    await startRun({ ...QUIET, store }, async () => {
      await logParams({ lr: 0.1 });
      await logMetrics({ loss: 0.5 }, { step: 2 });
      await logMetricSeries('lr', { values: [0.1, 0.05] });
      await setTag('kind', 'mlp');
      await logText('x', 'x.txt');
    });
    const [run] = await store.runs({});
    expect(run).toMatchObject({ params: { lr: '0.1' }, tags: { kind: 'mlp' } });
    expect(run?.metrics.loss).toMatchObject({ value: 0.5, step: 2 });
    expect(run?.metrics.lr).toMatchObject({ value: 0.05, step: 1 });
    expect(run?.artifacts).toHaveLength(1);
  });

  it('are refused when none is open', async () => {
    for (const call of [() => logMetric('a', 1), () => logText('x', 'x'), () => endRun()]) {
      await expect(call()).rejects.toMatchObject({ code: 'NO_ACTIVE_RUN' });
    }
  });
});

describe('startRun, once more', () => {
  it('takes a body alone', async () => {
    const folder = join(temporaryFolder(), 'store');
    const store = await openStore(folder);
    process.env.TIDEMARK_TRACKING_URI = folder;
    onTestFinished(() => {
      delete process.env.TIDEMARK_TRACKING_URI;
    });
    expect(await startRun((run) => run.name)).toBe((await store.runs({}))[0]?.name);
  });

  it('puts a nested run into the experiment of its parent', async () => {
    const store = new MemoryStore();
    await startRun({ ...QUIET, store, experiment: 'sweep' }, () =>
      startRun({ ...QUIET, store, nested: true }, () => {}),
    );
    const [inner, outer] = await store.runs({});
    expect(inner?.experimentId).toBe(outer?.experimentId);
  });

  it('takes its name from the tag that MLflow keeps it in, and refuses two names', async () => {
    const store = new MemoryStore();
    const tags = { 'mlflow.runName': 'mine' };
    const run = await startRun({ ...QUIET, store, tags }, (active) => active);
    expect(run.name).toBe('mine');
    await expect(startRun({ store, tags, name: 'other' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('lets a resumed run have the datasets that wait, and refuses another name for it', async () => {
    const store = new MemoryStore();
    const { runId } = await startRun({ ...QUIET, store, name: 'a' }, (run) => run);
    await recordDatasetRead(dataset('for the resumed'));
    await expect(startRun({ store, runId, name: 'b' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await startRun({ ...QUIET, store, runId }, () => {});
    expect((await datasetsOf(store)).a).toContain('for the resumed');
  });

  it('refuses one of two that are opened at once without a body', async () => {
    const store = new MemoryStore();
    const both = await Promise.allSettled([
      startRun({ ...QUIET, store }),
      startRun({ ...QUIET, store }),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await endRun();
  });

  it('opens a store again that was closed', async () => {
    const folder = join(temporaryFolder(), 'store');
    const first = await openStore(folder);
    await first.close();
    const second = await openStore(folder);
    expect(second).not.toBe(first);
    await startRun({ ...QUIET, store: folder }, () => {});
    expect(await second.runs({})).toHaveLength(1);
  });
});

describe('a dataset that was read', () => {
  it('belongs to the run that is open', async () => {
    const store = new MemoryStore();
    await startRun({ ...QUIET, store, name: 'a' }, () => recordDatasetRead(dataset('open')));
    expect((await datasetsOf(store)).a).toContain('open');
  });

  it('waits for the runs that start where it was read, until another is read', async () => {
    const store = new MemoryStore();
    const train = (name: string) => startRun({ ...QUIET, store, name }, () => {});
    await recordDatasetRead(dataset('features'));
    await recordDatasetRead(dataset('labels'));
    await train('first');
    await train('second');
    await recordDatasetRead(dataset('newer'));
    await train('third');
    expect(await datasetsOf(store)).toEqual({
      first: ['features', 'labels'],
      second: ['features', 'labels'],
      third: ['newer'],
    });
  });
});

describe('a run in a folder', () => {
  it('records its environment as tags and as environment.json', async () => {
    const store = await openStore(join(temporaryFolder(), 'store'));
    await startRun({ store }, () => {});
    const [run] = await store.runs({});
    expect(run?.tags).toMatchObject({
      'mlflow.source.type': expect.stringMatching(/LOCAL|JOB/),
      'tidemark.node.version': process.versions.node,
    });
    const { runId, experimentId } = run as NonNullable<typeof run>;
    const pieces: Uint8Array[] = [];
    const owner = { kind: 'run', runId, experimentId } as const;
    for await (const piece of store.artifacts.read(owner, 'environment.json')) pieces.push(piece);
    expect(parseEnvironment(Buffer.concat(pieces).toString()).node.version).toBe(
      process.versions.node,
    );
  });

  it('stores local files and folders, tables, images and text', async () => {
    const base = temporaryFolder();
    const source = join(base, 'plots');
    mkdirSync(join(source, 'deep'), { recursive: true });
    writeFileSync(join(source, 'a.txt'), 'a');
    writeFileSync(join(source, 'deep', 'b.txt'), 'b');
    symlinkSync(source, join(source, 'deep', 'round'));
    symlinkSync('/', join(source, 'deep', 'machine'));
    symlinkSync('/nowhere', join(source, 'deep', 'nowhere'));
    symlinkSync(join(source, 'a.txt'), join(source, 'linked.txt'));
    const store = await openStore(join(base, 'store'));
    await startRun({ ...QUIET, store }, async (run) => {
      await run.logArtifact(source, 'plots');
      await run.logArtifact(join(source, 'a.txt'));
      await run.logText('hello', 'notes.md');
      await run.logTable([{ a: 1, b: 'x' }, { a: Number.NaN }], 'tables/t.json');
      await run.logImage({ width: 1, height: 2, data: new Uint8Array(6) }, 'black.png');
    });
    const [run] = await store.runs({});
    expect(run?.artifacts.map(({ path }) => path)).toEqual([
      'a.txt',
      'black.png',
      'notes.md',
      'plots/a.txt',
      'plots/deep/b.txt',
      'plots/linked.txt',
      'tables/t.json',
    ]);
  });

  it('refers to content instead of copying it', async () => {
    const base = temporaryFolder();
    writeFileSync(join(base, 'a.csv'), 'rows');
    for (const store of [await openStore(join(base, 'store')), new MemoryStore()]) {
      const reference = { uri: 's3://bucket/a.csv', sizeBytes: 4, sha256: 'a'.repeat(64) };
      const [file] = await startRun({ ...QUIET, store }, (run) =>
        run.logArtifact(join(base, 'a.csv')),
      );
      const run = await startRun({ ...QUIET, store });
      await logArtifactReference('there.csv', reference);
      await run.logArtifactReference('same.csv', { sha256: file?.sha256 ?? '' });
      await run.end();
      const owner = { kind: 'run', ...run } as const;
      expect(await listArtifacts(store, owner)).toEqual([
        { path: 'same.csv', isFolder: false, sizeBytes: 4 },
        { path: 'there.csv', isFolder: false, sizeBytes: 4, uri: reference.uri },
      ]);
      const bytes = await collectBytes(readArtifact(store, owner, 'same.csv'));
      expect(new TextDecoder().decode(bytes)).toBe('rows');
    }
  });
});
