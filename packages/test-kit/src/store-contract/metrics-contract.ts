import type { Store } from '@tidemark/core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { OpenedStore } from './opened-store.ts';

/** The contract of every store for metric points. */
export function describeMetrics(opened: OpenedStore): void {
  describe('metrics', () => {
    let store: Store;
    beforeEach(() => {
      store = opened.store();
    });

    it('returns the whole history by time and step, exact duplicates once', async () => {
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

    it('determines the latest point of a metric by step, then time, then value', async () => {
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

    it('keeps NaN and the infinities', async (context) => {
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
