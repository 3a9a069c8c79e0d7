import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { experimentIdFromName, newRunId, type StoreEvent } from '@tidemark/core';
import { openFileStore, refreshIndex } from '@tidemark/core/node';
import { openQuery, sealStore } from '../src/index.ts';

const EXPERIMENTS = 20;
const KEYS = [
  'loss',
  'acc',
  'val_loss',
  'val_acc',
  'grad_norm',
  'lr',
  'tokens',
  'gpu',
  'ram',
  'io',
];
const REPEATS = Number(process.env.REPEATS ?? 5);

/** The questions of an analyst, with the name of the table of points in them. */
const QUESTIONS: Readonly<Record<string, (metrics: string) => string>> = {
  'best run of each experiment': (metrics) => `
    SELECT experiment_name, arg_min(run_id, value), min(value)
    FROM ${metrics} JOIN runs USING (run_id) WHERE key = 'loss' GROUP BY experiment_name ORDER BY 1`,
  'average curve': (metrics) => `
    SELECT step, avg(value), count(*) FROM ${metrics} WHERE key = 'val_loss' GROUP BY step ORDER BY step`,
  'top 50 with a param': (metrics) => `
    SELECT run_id, max(m.value) AS best FROM ${metrics} m
    JOIN params p USING (run_id)
    WHERE m.key = 'acc' AND p.key = 'layers' AND p.value = '3'
    GROUP BY run_id ORDER BY best DESC, run_id LIMIT 50`,
  histogram: (metrics) => `
    SELECT floor(value * 20) AS bucket, count(*) FROM ${metrics} WHERE key = 'loss' GROUP BY bucket ORDER BY bucket`,
};

interface Size {
  readonly runs: number;
  readonly pointsOfRun: number;
}

/**
 * Measures SQL over sealed runs, each question as a ratio to plain DuckDB over one Parquet file of the same points.
 * "Cold" is a new process, from the opening of the session to the answer; the ratio is that of processor time, warm.
 *
 *   tsx bench/lake.bench.ts [runs] [points of each run] [name of the result]
 */
async function main(size: Size, name: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const store = join(folder, 'store');
  try {
    const filled = await timed(() => fillStore(store, size));
    await refreshIndex(store);
    const sealed = await timed(() => sealInProcess(store));
    const again = await timed(() => sealInProcess(store));
    await writeParquet(folder, store);
    const cold: Record<string, number[]> = {};
    const warm: Record<string, number[]> = {};
    const plain: Record<string, number[]> = {};
    const ratios: Record<string, number[]> = {};
    const opening: number[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      const ours = measure(['sealed', store]);
      const theirs = measure(['plain', folder]);
      opening.push(ours.opening as number);
      for (const question of Object.keys(QUESTIONS)) {
        push(cold, question, (ours.opening as number) + (ours[`cold ${question}`] as number));
        push(warm, question, ours[question] as number);
        push(plain, question, theirs[question] as number);
        const [one, other] = [ours, theirs].map((each) => each[`processor ${question}`] as number);
        push(ratios, question, (one as number) / (other as number));
      }
    }
    report(
      name,
      size,
      { filled, sealed, again, opening, cold, warm, plain, ratios },
      join(store, 'lake'),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function fillStore(folder: string, { runs, pointsOfRun }: Size): Promise<void> {
  const store = openFileStore(folder);
  const experiments = Array.from({ length: EXPERIMENTS }, (_, at) => `experiment ${at}`);
  for (const experiment of experiments) {
    await store.createExperiment({ name: experiment, creationTimeMs: 1_700_000_000_000 });
  }
  const steps = pointsOfRun / KEYS.length;
  for (let index = 0; index < runs; index += 1) {
    const run = newRunId();
    const timeMs = 1_700_000_000_000 + index * 1000;
    const experiment = experimentIdFromName(experiments[index % EXPERIMENTS] as string);
    const events: StoreEvent[] = [
      { kind: 'run-created', run, experiment, name: `run ${index}`, user: 'bench', timeMs },
      {
        kind: 'params',
        run,
        params: {
          layers: String(index % 7),
          lr: String(1 / (1 + (index % 100))),
          seed: String(index),
        },
      },
    ];
    for (const [at, key] of KEYS.entries()) {
      const values = Array.from({ length: steps }, (_, step) => {
        return Math.exp(-step / 50) + Math.sin(step * 7 + index) / 10 + at / (1 + (index % 11));
      });
      events.push({
        ...{ kind: 'metric-series', run, key, timeMs, values },
        steps: values.map((_, step) => step),
        elapsedMs: values.map((_, step) => step * 100),
      });
    }
    events.push({ kind: 'run-updated', run, status: 'FINISHED', endTimeMs: timeMs + steps * 100 });
    await store.append(events);
  }
  await store.close();
}

async function sealInProcess(store: string): Promise<void> {
  execFileSync(
    process.execPath,
    [...process.execArgv, fileURLToPath(import.meta.url), '--seal', store],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
}

/** Writes the same points to one Parquet file, and the runs and params to others. */
async function writeParquet(folder: string, store: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const table of ['metrics', 'runs', 'params']) {
    await connection.run(
      `COPY (SELECT * EXCLUDE (experiment_id) FROM '${store}/lake/${table}/*.parquet') TO '${folder}/${table}.parquet'`,
    );
  }
  connection.closeSync();
  instance.closeSync();
}

type Measured = Readonly<Record<string, number>>;

/** Measures in a new process, so that nothing is in its memory yet. The cache of the system has the files. */
function measure(call: readonly [kind: string, place: string]): Measured {
  const script = fileURLToPath(import.meta.url);
  const out = execFileSync(
    process.execPath,
    [...process.execArgv, script, `--${call[0]}`, call[1]],
    {
      encoding: 'utf8',
    },
  );
  return JSON.parse(out) as Measured;
}

async function measureSealed(store: string): Promise<Measured> {
  const found: Record<string, number> = {};
  const start = performance.now();
  const session = await openQuery({ store });
  found.opening = performance.now() - start;
  for (const [question, sql] of Object.entries(QUESTIONS)) {
    await measureQuestion(found, question, () => session.query(sql('metrics')));
  }
  await session.close();
  return found;
}

async function measurePlain(folder: string): Promise<Measured> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const table of ['runs', 'params']) {
    await connection.run(`CREATE TABLE ${table} AS FROM '${folder}/${table}.parquet'`);
  }
  const found: Record<string, number> = {};
  for (const [question, sql] of Object.entries(QUESTIONS)) {
    const text = sql(`'${folder}/metrics.parquet'`);
    const run = async (): Promise<unknown> => (await connection.run(text)).getRowsJS();
    await measureQuestion(found, question, run);
  }
  connection.closeSync();
  instance.closeSync();
  return found;
}

/** Measures the first answer, and those after it: their time, and the time of the processor on all cores. */
async function measureQuestion(
  found: Record<string, number>,
  question: string,
  run: () => Promise<unknown>,
): Promise<void> {
  found[`cold ${question}`] = await elapsed(run);
  const warm: number[] = [];
  const before = process.cpuUsage();
  for (let repeat = 0; repeat < REPEATS; repeat += 1) warm.push(await elapsed(run));
  const { user, system } = process.cpuUsage(before);
  found[question] = median(warm);
  found[`processor ${question}`] = (user + system) / 1000 / REPEATS;
}

async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

interface Timed {
  readonly wallMs: number;
  readonly processorMs: number;
}

async function timed(work: () => Promise<unknown>): Promise<Timed> {
  const [start, before] = [performance.now(), process.resourceUsage()];
  await work();
  const after = process.resourceUsage();
  const processorMs =
    (after.userCPUTime + after.systemCPUTime - before.userCPUTime - before.systemCPUTime) / 1000;
  return { wallMs: performance.now() - start, processorMs };
}

function push(into: Record<string, number[]>, name: string, value: number): void {
  into[name] = [...(into[name] ?? []), value];
}

interface Figures {
  readonly filled: Timed;
  readonly sealed: Timed;
  readonly again: Timed;
  readonly opening: readonly number[];
  readonly cold: Readonly<Record<string, number[]>>;
  readonly warm: Readonly<Record<string, number[]>>;
  readonly plain: Readonly<Record<string, number[]>>;
  /** Of the time of the processor, warm. */
  readonly ratios: Readonly<Record<string, number[]>>;
}

function report(name: string, { runs, pointsOfRun }: Size, figures: Figures, lake: string): void {
  const points = runs * pointsOfRun;
  const round = (ms: number): number => Number(ms.toFixed(0));
  const bytes = (table: string): number =>
    readdirSync(join(lake, table))
      .filter((file) => file.endsWith('.parquet'))
      .reduce((sum, file) => sum + statSync(join(lake, table, file)).size, 0);
  const result = {
    runs,
    points,
    cores: availableParallelism(),
    loggedMs: round(figures.filled.wallMs),
    sealedMs: round(figures.sealed.wallMs),
    sealedPointsPerSecond: round((points / figures.sealed.wallMs) * 1000),
    sealedRunsPerSecond: round((runs / figures.sealed.wallMs) * 1000),
    nothingToSealMs: round(figures.again.wallMs),
    bytesPerPoint: Number((bytes('metrics') / points).toFixed(2)),
    bytesPerRun: round((bytes('runs') + bytes('params') + bytes('tags')) / runs),
    sessionOpenMs: round(median(figures.opening)),
    questionsMs: Object.fromEntries(
      Object.keys(QUESTIONS).map((question) => {
        const [cold, warm, plain] = [figures.cold, figures.warm, figures.plain].map((each) =>
          median(each[question] ?? []),
        ) as [number, number, number];
        const ratio = Number(median(figures.ratios[question] ?? []).toFixed(2));
        return [question, { cold: round(cold), warm: round(warm), plain: round(plain), ratio }];
      }),
    ),
    node: process.version,
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
  };
  const text = `${JSON.stringify(result, null, 2)}\n`;
  writeFileSync(new URL(`results/${name}.json`, import.meta.url), text);
  process.stdout.write(text);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [first = '1000', second = '10000', name = 'lake'] = process.argv.slice(2);
  if (first === '--seal') console.error(await sealStore({ store: second }));
  else if (first === '--sealed') console.log(JSON.stringify(await measureSealed(second)));
  else if (first === '--plain') console.log(JSON.stringify(await measurePlain(second)));
  else await main({ runs: Number(first), pointsOfRun: Number(second) }, name);
}
