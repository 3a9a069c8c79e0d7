import { setTimeout } from 'node:timers/promises';
import { MemoryStore, type Store, TidemarkError } from '@tidemark/core';
import { describe, expect, it } from 'vitest';
import {
  endRun,
  logMetric,
  logMetricSeries,
  logMetrics,
  logParams,
  logText,
  setTag,
  startRun,
} from '../index.ts';

const QUIET = { environment: false } as const;

describe('calls without an await', () => {
  it('are finished when the run ends, even those that write files', async () => {
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

  it('are refused for a second value of a param and for a metric after the end, as with an await', async () => {
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

/** A store whose next writes fail. */
class FailingStore extends MemoryStore {
  failures = 0;

  override async append(events: Parameters<Store['append']>[0]): Promise<void> {
    // As over a network, where the answer comes later.
    await setTimeout(1);
    if (this.failures === 0) return super.append(events);
    this.failures -= 1;
    throw new TidemarkError('WRITE_FAILED', 'The disk is full.');
  }
}

describe('concurrent calls on one run', () => {
  it.each([1, 2])(
    'acknowledge a param only after its write, also when %i of two writes fail',
    async (failures) => {
      const store = new FailingStore();
      const run = await startRun({ store, ...QUIET });
      store.failures = failures;
      const both = await Promise.allSettled([run.logParam('lr', 0.1), run.logParam('lr', 0.1)]);
      const written = both.filter(({ status }) => status === 'fulfilled').length;
      expect(written).toBe(2 - failures);
      const params = async () => (await store.runs({ runIds: [run.runId] }))[0]?.params;
      expect(await params()).toEqual(failures === 2 ? {} : { lr: '0.1' });
      await run.logParam('lr', 0.1);
      expect(await params()).toEqual({ lr: '0.1' });
      await run.end();
    },
  );

  it('end the run with the same result for each caller', async () => {
    const store = new FailingStore();
    const run = await startRun({ store, ...QUIET });
    store.failures = 1;
    const both = await Promise.allSettled([run.end(), run.end()]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(run.ended).toBe(false);
    await run.end();
    expect((await store.runs({ runIds: [run.runId] }))[0]?.status).toBe('FINISHED');
  });
});

describe('the functions that log to the active run', () => {
  it('do the same as its methods', async () => {
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

  it('are refused when no run is active', async () => {
    for (const call of [() => logMetric('a', 1), () => logText('x', 'x'), () => endRun()]) {
      await expect(call()).rejects.toMatchObject({ code: 'NO_ACTIVE_RUN' });
    }
  });
});
