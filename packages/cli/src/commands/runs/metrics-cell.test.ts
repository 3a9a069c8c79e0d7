import type { Run } from '@tidemark/core';
import { describe, expect, it } from 'vitest';
import { metricsCell } from './metrics-cell.ts';

function cut(metrics: Readonly<Record<string, number>>, width: number, asked = ''): string {
  const points = Object.entries(metrics).map(([key, value]) => [
    key,
    { key, value, step: 0, timestampMs: 0 },
  ]);
  const run = { metrics: Object.fromEntries(points) as Run['metrics'] };
  const cell = metricsCell(run, asked);
  expect.assert(typeof cell !== 'string' && cell.cut !== undefined);
  return cell.cut(width);
}

describe('the metrics of a run in a line', () => {
  const three = { accuracy: 0.5, loss: 0.25, recall: 0.75 };

  it('are all shown if they fit, otherwise as many as fit', () => {
    expect(cut(three, 80)).toBe('accuracy=0.5 loss=0.25 recall=0.75');
    expect(cut(three, 34)).toBe('accuracy=0.5 loss=0.25 recall=0.75');
    expect(cut(three, 33)).toBe('accuracy=0.5 loss=0.25 +1');
    expect(cut(three, 24)).toBe('accuracy=0.5 +2');
  });

  it('start with the requested ones', () => {
    expect(cut(three, 20, 'metrics.recall DESC')).toBe('recall=0.75 +2');
  });

  it('are not cut if not even the first fits with the number of the others', () => {
    expect(cut(three, 14)).toBe('accuracy=0.5 loss=0.25');
  });

  it('can be tens of thousands', () => {
    const layers = Array.from({ length: 50_000 }, (_, at) => [`layer.${at}.gradient`, at]);
    expect(cut(Object.fromEntries(layers), 40)).toBe('layer.0.gradient=0 +49999');
  });
});
