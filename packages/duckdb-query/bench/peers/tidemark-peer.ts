import { ensureExperiment, type StoreEvent } from '@tidemark/core';
import { openFileStore, refreshIndex } from '@tidemark/core/node';
import { openQuery } from '../../src/index.ts';

// Tidemark's side of peers.bench.ts, in its own process as the others. workload.py says what each number means.

const RUNS = 40;
const STEPS = 2500;
const EXPERIMENTS = 4;

const QUESTIONS = {
  bestRuns: `SELECT e.name, arg_min(r.name, m.value) AS answer
    FROM metrics m JOIN runs r USING (run_id) JOIN experiments e USING (experiment_id)
    WHERE m.key = 'loss' GROUP BY e.name ORDER BY e.name`,
  curveSum: `SELECT sum(mean) AS answer
    FROM (SELECT avg(value) AS mean FROM metrics WHERE key = 'loss' GROUP BY step)`,
  lowest: `SELECT r.name AS answer
    FROM metrics m JOIN runs r USING (run_id) JOIN params p ON p.run_id = r.run_id AND p.key = 'lr'
    WHERE m.key = 'loss' AND p.value::DOUBLE >= 0.1 GROUP BY r.name ORDER BY min(m.value), r.name LIMIT 10`,
  histogram: `SELECT bin, count(m.value)::INTEGER AS answer FROM range(20) AS bins(bin)
    LEFT JOIN metrics m ON m.key = 'loss' AND least(19, floor(m.value * 10)) = bin GROUP BY bin ORDER BY bin`,
};

function lossOf(run: number, step: number): number {
  return Math.exp(-step / (100 + run)) + ((run * 7919 + step * 104729) % 1000) / 1e5;
}

async function write(folder: string): Promise<null> {
  const store = openFileStore(folder);
  for (let run = 0; run < RUNS; run += 1) {
    const { experimentId } = await ensureExperiment(store, `experiment-${run % EXPERIMENTS}`);
    const draft = { experimentId, name: `run-${run}`, userId: 'bench', startTimeMs: run };
    const { runId } = await store.createRun(draft);
    await store.append([{ kind: 'params', run: runId, params: { lr: String((run + 1) / 100) } }]);
    // One call a point, as the loops of the others.
    for (let step = 0; step < STEPS; step += 1) {
      const metrics = { loss: lossOf(run, step) };
      const event: StoreEvent = { kind: 'metrics', run: runId, timeMs: step, step, metrics };
      await store.append([event]);
    }
  }
  await store.close();
  await refreshIndex(folder);
  return null;
}

async function ask(folder: string): Promise<Record<string, unknown>> {
  const session = await openQuery({ store: folder });
  const answers: Record<string, unknown> = {};
  for (const [name, sql] of Object.entries(QUESTIONS)) {
    const values = (await session.query(sql)).rows.map(({ answer }) => answer);
    answers[name] = name === 'curveSum' ? values[0] : values;
  }
  await session.close();
  return answers;
}

const [act, folder = ''] = process.argv.slice(2);
const startMs = performance.now();
const answers = act === 'write' ? await write(folder) : await ask(folder);
const seconds = (performance.now() - startMs) / 1000;
process.stdout.write(`${JSON.stringify({ seconds, answers })}\n`);
