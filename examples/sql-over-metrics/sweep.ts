import { startRun } from '@tidemark/client';
import type { Store } from '@tidemark/core';
import { STOPPING_DISTANCES } from './stopping-distances.ts';

/** The learning rates of the sweep. */
export const LEARNING_RATES: readonly number[] = [0.001, 0.01, 0.1, 0.5, 1.2];
export const MOMENTA: readonly number[] = [0, 0.9];

const STEPS = 200;

/** Fits a line to the distances once for each setting, and logs the loss of every step. */
export async function sweep(store: Store): Promise<void> {
  for (const lr of LEARNING_RATES) {
    for (const momentum of MOMENTA) {
      const options = {
        store,
        experiment: 'stopping distances',
        name: `lr ${lr}, momentum ${momentum}`,
      };
      await startRun(options, async (run) => {
        await run.logParams({ lr, momentum });
        for (const { step, loss, slope } of fitLine(lr, momentum)) {
          await run.logMetrics({ loss, slope }, { step });
        }
      });
    }
  }
}

/** Gradient descent on the mean squared error, with speeds scaled to mean 0 and variance 1. */
function* fitLine(
  lr: number,
  momentum: number,
): Generator<{ step: number; loss: number; slope: number }> {
  const speeds = STOPPING_DISTANCES.map(({ speed }) => speed);
  const mean = average(speeds);
  const spread = Math.sqrt(average(speeds.map((speed) => (speed - mean) ** 2)));
  const points = STOPPING_DISTANCES.map(({ speed, feet }) => ({
    x: (speed - mean) / spread,
    feet,
  }));
  const weights = { slope: 0, offset: 0 };
  const speedOf = { slope: 0, offset: 0 };
  for (let step = 0; step < STEPS; step += 1) {
    const errors = points.map(({ x, feet }) => weights.slope * x + weights.offset - feet);
    const loss = average(errors.map((error) => error ** 2));
    yield { step, loss, slope: weights.slope / spread };
    const gradient = {
      slope: 2 * average(errors.map((error, at) => error * (points[at]?.x ?? 0))),
      offset: 2 * average(errors),
    };
    for (const key of ['slope', 'offset'] as const) {
      speedOf[key] = momentum * speedOf[key] - lr * gradient[key];
      weights[key] += speedOf[key];
    }
  }
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
