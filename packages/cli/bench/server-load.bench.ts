import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ApiCall, generateLoad, type LoadResult, send } from './generate-load.ts';
import { treeUsage } from './process-tree.ts';
import { type LoadedServer, startMlflow, startTidemark } from './servers.ts';

const SIZES = [1200, 20_000];
const HISTORY_POINTS = 20_000;
const CONCURRENCIES = [1, 8];
/** The time is limited too: a slow server gets fewer requests, not more time. */
const LIMITS = { requests: 2000, durationMs: 4000 };
const API = '/api/2.0/mlflow';

/** One kind of request, for one server. */
interface Workload {
  readonly name: string;
  call(index: number): ApiCall;
}

interface Figure extends LoadResult {
  readonly server: string;
  readonly workload: string;
  readonly concurrency: number;
  /** Processor time of all the server's processes for one request. */
  readonly cpuMsPerRequest: number;
  readonly residentMb: number;
}

/**
 * Puts the same load on `tidemark server` and, if TIDEMARK_PEER_PYTHON names a Python with mlflow, on MLflow's own
 * server over SQLite, one after the other. Everything runs on loopback.
 */
async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-load-'));
  const python = process.env.TIDEMARK_PEER_PYTHON;
  try {
    const figures: Figure[] = [];
    const readyMs: Record<string, number> = {};
    const starts = [
      () => startTidemark(folder, 5081, SIZES),
      ...(python === undefined ? [] : [() => startMlflow(python, folder, 5082, SIZES)]),
    ];
    if (python === undefined) console.log('mlflow: skipped, TIDEMARK_PEER_PYTHON is not set');
    for (const start of starts) {
      const server = await start();
      readyMs[server.name] = Math.round(server.readyMs);
      try {
        figures.push(...(await measure(server)));
      } finally {
        await server.stop();
      }
    }
    report(figures, readyMs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(server: LoadedServer): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const workload of await workloads(server)) {
    for (const concurrency of CONCURRENCIES) {
      const before = treeUsage(server.pid);
      const result = await generateLoad(server.uri, (index) => workload.call(index), {
        ...LIMITS,
        concurrency,
      });
      const after = treeUsage(server.pid);
      figures.push({
        server: server.name,
        workload: workload.name,
        concurrency,
        ...result,
        cpuMsPerRequest: (after.cpuMs - before.cpuMs) / result.requests,
        residentMb: after.residentBytes / 1024 ** 2,
      });
    }
  }
  return figures;
}

async function workloads(server: LoadedServer): Promise<Workload[]> {
  const agent = new Agent({ keepAlive: true });
  const post = (path: string, body: unknown): ApiCall => ({
    method: 'POST',
    path: `${API}${path}`,
    body,
  });
  const newRun = async (): Promise<string> => {
    const answer = await send(
      agent,
      server.uri,
      post('/runs/create', { experiment_id: '0', start_time: 1_700_000_000_000 }),
    );
    return (JSON.parse(answer) as { run: { info: { run_id: string } } }).run.info.run_id;
  };
  const runId = await newRun();
  const longRun = await newRun();
  const points = (count: number, from: number): object[] =>
    Array.from({ length: count }, (_, at) => ({
      key: 'loss',
      value: 1 / (from + at + 1),
      timestamp: 1_700_000_000_000 + from + at,
      step: from + at,
    }));
  for (let from = 0; from < HISTORY_POINTS; from += 1000) {
    await send(
      agent,
      server.uri,
      post('/runs/log-batch', { run_id: longRun, metrics: points(1000, from) }),
    );
  }
  agent.destroy();
  let step = 0;
  const batch = (size: number): ApiCall => {
    step += size;
    return post('/runs/log-batch', { run_id: runId, metrics: points(size, step) });
  };
  const search = (size: number): ApiCall =>
    post('/runs/search', {
      experiment_ids: [server.experiments.get(size)],
      filter: "metrics.metric_3 > 0.5 and params.param_2 = '4'",
      order_by: ['metrics.metric_7 DESC'],
      max_results: 100,
    });
  return [
    {
      name: 'log-metric',
      call: (index) =>
        post('/runs/log-metric', {
          run_id: runId,
          key: 'single',
          value: index,
          timestamp: 1_700_000_000_000 + index,
          step: index,
        }),
    },
    { name: 'log-batch of 10', call: () => batch(10) },
    { name: 'log-batch of 1000', call: () => batch(1000) },
    {
      name: 'create run',
      call: () => post('/runs/create', { experiment_id: '0', start_time: 1_700_000_000_000 }),
    },
    ...SIZES.map((size) => ({
      name: `search ${size} runs, filter and order`,
      call: () => search(size),
    })),
    {
      name: `history of ${HISTORY_POINTS} points`,
      call: () => ({
        method: 'GET',
        path: `${API}/metrics/get-history?run_id=${longRun}&metric_key=loss&max_results=25000`,
      }),
    },
    {
      name: 'interval of 320',
      call: () => ({
        method: 'GET',
        path: `${API}/metrics/get-history-bulk-interval?run_ids=${longRun}&metric_key=loss&max_results=320`,
      }),
    },
  ];
}

function report(figures: readonly Figure[], readyMs: Readonly<Record<string, number>>): void {
  const ours = figures.filter(({ server }) => server === 'tidemark');
  const rows = ours.map((figure) => {
    const peer = figures.find(
      ({ server, workload, concurrency }) =>
        server === 'mlflow' && workload === figure.workload && concurrency === figure.concurrency,
    );
    return {
      workload: `${figure.workload} × ${figure.concurrency}`,
      'requests/s': Math.round(figure.requestsPerSecond),
      'p50 ms': rounded(figure.p50Ms),
      'p99 ms': rounded(figure.p99Ms),
      'CPU ms': rounded(figure.cpuMsPerRequest),
      MB: Math.round(figure.residentMb),
      ...(peer === undefined
        ? {}
        : {
            'mlflow p50': rounded(peer.p50Ms),
            'mlflow p99': rounded(peer.p99Ms),
            'mlflow CPU': rounded(peer.cpuMsPerRequest),
            'mlflow MB': Math.round(peer.residentMb),
            'p50 ratio': rounded(peer.p50Ms / figure.p50Ms),
          }),
    };
  });
  console.table(rows);
  console.log('ready after, ms:', readyMs);
  const target = fileURLToPath(new URL('results/server-load.json', import.meta.url));
  writeFileSync(target, `${JSON.stringify({ readyMs, figures }, null, 2)}\n`);
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}

await main();
