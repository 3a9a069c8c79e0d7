import { startRun } from '@tidemark/client';
import { lossAndGradient, readSamples, type Weights } from './gentoo-model.ts';

// One of several processes that train together, here on every third penguin.
const [runId = '', rank = '0', size = '1'] = process.argv.slice(2);
const samples = (await readSamples()).filter((_, at) => at % Number(size) === Number(rank));

// The process that started the run owns it. This one joins: it logs to the run and does not end it.
const run = await startRun({ runId, join: true });

process.on('message', async ({ step, weights }: { step: number; weights: Weights }) => {
  const { loss, gradient } = lossAndGradient(weights, samples);
  await run.logMetric(`loss/worker_${rank}`, loss, { step });
  process.send?.(gradient);
});
process.once('disconnect', () => run.end());
process.send?.('ready');
