import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startRun } from '@tidemark/client';
import { predict, readSamples, type Weights } from './gentoo-model.ts';

const WORKERS = 3;
const ROUNDS = 40;
const RATE = 1;

const accuracy = await startRun({ experiment: 'gentoo', name: 'three workers' }, async (run) => {
  await run.logParams({ workers: WORKERS, rounds: ROUNDS, rate: RATE });

  // A worker needs only the id of the run, so it could be on another machine.
  const script = fileURLToPath(new URL('worker.ts', import.meta.url));
  const workers = Array.from({ length: WORKERS }, (_, rank) =>
    fork(script, [run.runId, String(rank), String(WORKERS)]),
  );
  await Promise.all(workers.map((worker) => once(worker, 'message')));

  let weights: Weights = [0, 0, 0];
  for (let step = 0; step < ROUNDS; step += 1) {
    const gradients = await Promise.all(
      workers.map(async (worker) => {
        const answered = once(worker, 'message');
        worker.send({ step, weights });
        return (await answered)[0] as number[];
      }),
    );
    weights = weights.map((weight, at) => {
      const slopes = gradients.map((gradient) => gradient[at] ?? 0);
      return weight - (RATE * slopes.reduce((sum, slope) => sum + slope, 0)) / WORKERS;
    });
  }

  // The workers exit when there is nothing more to do; the run continues.
  const gone = workers.map((worker) => once(worker, 'exit'));
  for (const worker of workers) worker.disconnect();
  await Promise.all(gone);

  const samples = await readSamples();
  const right = samples.filter((sample) => predict(weights, sample) > 0.5 === (sample.label === 1));
  const share = right.length / samples.length;
  await run.logMetric('accuracy', share);
  return share;
});

console.log(`${WORKERS} workers, one run: accuracy ${accuracy.toFixed(3)}`);
