import { bucketColumnsOf, historyColumns, metricBucketsOf, type Store } from '@tidemark/core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { OpenedStore } from './opened-store.ts';

/** The contract of every store for metric points. */
export function describeMetrics(opened: OpenedStore): void {
  describe('metrics', () => {
    let store: Store;
    beforeEach(() => {
      store = opened.store();
    });

    it('have their whole history by time and step, with exact duplicates once', async () => {
      const { runId } = await opened.newRun();
      const point = (step: number, value: number, timeMs: number) =>
        ({ kind: 'metrics', run: runId, timeMs, step, metrics: { loss: value } }) as const;
      await store.append([point(1, 0.5, 20), point(0, 1, 10), point(1, 0.5, 20)]);
      await store.append([point(2, 0.25, 20)]);
      for (const reader of await opened.readers()) {
        const history = await reader.metricHistory(runId, 'loss');
        expect(history.map(({ step, value }) => [step, value])).toEqual([
          [0, 1],
          [1, 0.5],
          [2, 0.25],
        ]);
        expect(await reader.metricHistory(runId, 'none')).toEqual([]);
      }
    });

    it('change the mark of their run with each event, also with one that changes no answer', async (context) => {
      if (store.runMarks === undefined) return context.skip('it has no events');
      const [{ runId }, other] = [await opened.newRun(), await opened.newRun()];
      const point = (step: number) =>
        ({ kind: 'metrics', run: runId, timeMs: 1, step, metrics: { loss: 1 } }) as const;
      const events = [
        point(7),
        point(3),
        point(3),
        { kind: 'tags', run: runId, tags: { a: '1' } },
        { kind: 'tags', run: runId, tags: { a: '1' } },
        { kind: 'run-updated', run: runId, status: 'FINISHED' },
      ] as const;
      const seen = new Set<string | undefined>();
      const marksOfOther = new Set<string | undefined>();
      for (const event of events) {
        const before = await store.runMarks();
        await store.append([event]);
        const after = await store.runMarks();
        seen.add(before.get(runId)).add(after.get(runId));
        marksOfOther.add(before.get(other.runId)).add(after.get(other.runId));
        for (const reader of await opened.readers()) {
          expect(await reader.runMarks?.()).toEqual(after);
        }
      }
      expect(seen.size).toBe(events.length + 1);
      expect(marksOfOther.size).toBe(1);
    });

    it('can be read as columns of some runs only', async (context) => {
      if (store.metricColumns === undefined) return context.skip('it has no columns');
      const [{ runId }, other] = [await opened.newRun(), await opened.newRun()];
      for (const run of [runId, other.runId]) {
        await store.append([{ kind: 'metrics', run, timeMs: 1, step: 1, metrics: { loss: 1 } }]);
      }
      for (const reader of await opened.readers()) {
        const found: string[] = [];
        for await (const columns of reader.metricColumns?.((id) => id === runId) ?? []) {
          found.push(columns.runId);
        }
        expect(found).toEqual([runId]);
      }
    });

    it('have the latest point by step, then time, then value', async () => {
      const { runId } = await opened.newRun();
      await store.append([
        { kind: 'metrics', run: runId, timeMs: 9, step: 5, metrics: { a: 1 } },
        { kind: 'metrics', run: runId, timeMs: 99, step: 4, metrics: { a: 2 } },
        { kind: 'metrics', run: runId, timeMs: 9, step: 5, metrics: { a: 3 } },
      ]);
      for (const reader of await opened.readers()) {
        expect((await opened.readRun(reader, runId))?.metrics.a?.value).toBe(3);
      }
    });

    it('return histories in columns and in buckets, also of runs without the metric', async () => {
      const { runId } = await opened.newRun();
      const { runId: other } = await opened.newRun();
      const values = [0.5, 4, Number.NaN, 0.25, 1, 3];
      for (const [step, value] of values.entries()) {
        const at = { timeMs: 100 + step, step };
        await store.append([{ kind: 'metrics', run: runId, ...at, metrics: { loss: value } }]);
      }
      for (const reader of await opened.readers()) {
        const columns = await historyColumns(reader, runId, 'loss');
        expect([...columns.steps]).toEqual([0, 1, 2, 3, 4, 5]);
        expect([...columns.timesMs]).toEqual([100, 101, 102, 103, 104, 105]);
        expect([...columns.values]).toEqual(values);
        const runs = [other, runId, runId];
        const [none, found, again] = await bucketColumnsOf(reader, runs, 'loss', { count: 2 });
        expect(none?.counts).toHaveLength(0);
        expect(again).toEqual(found);
        expect([...(found?.counts ?? [])]).toEqual([3, 3]);
        expect([...(found?.nanCounts ?? [])]).toEqual([1, 0]);
        expect([...(found?.first.steps ?? [])]).toEqual([0, 3]);
        expect([...(found?.last.timesMs ?? [])]).toEqual([102, 105]);
        expect([...(found?.min.values ?? [])]).toEqual([0.5, 0.25]);
        expect([...(found?.max.steps ?? [])]).toEqual([1, 5]);
        const part = { count: 9, firstStep: 3, lastStep: 4 };
        const [objects] = await metricBucketsOf(reader, [runId], 'loss', part);
        expect(objects).toMatchObject([
          { count: 1, infinityCount: 0, first: { key: 'loss', step: 3, value: 0.25 } },
          { count: 1, max: { key: 'loss', step: 4, timestampMs: 104, value: 1 } },
        ]);
      }
    });

    it('keep NaN and the infinities', async (context) => {
      const { runId } = await opened.newRun();
      if (!store.capabilities.everyNumber) return context.skip('its server clamps the infinities');
      const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0];
      for (const [step, value] of values.entries()) {
        await store.append([
          { kind: 'metrics', run: runId, timeMs: 0, step, metrics: { v: value } },
        ]);
      }
      for (const reader of await opened.readers()) {
        const history = await reader.metricHistory(runId, 'v');
        expect(history.map(({ value }) => value)).toEqual(values);
      }
    });
  });
}
