import { startRun } from '@tidemark/client';
import { lossAndGradient, readSamples, type Weights } from './gentoo-model.ts';

// One of several processes that train together: every third penguin is its share, for example.
const [runId = '', rank = '0', size = '1'] = process.argv.slice(2);
const samples = (await readSamples()).filter((_, at) => at % Number(size) === Number(rank));

// The run belongs to the process that began it: this one logs to it, and leaves it as it is.
const run = await startRun({ runId, join: true });

process.on('message', async ({ step, weights }: { step: number; weights: Weights }) => {
  const { loss, gradient } = lossAndGradient(weights, samples);
  await run.logMetric(`loss/worker_${rank}`, loss, { step });
  process.send?.(gradient);
});
process.once('disconnect', () => run.end());
process.send?.('ready');
