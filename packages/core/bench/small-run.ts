import { DEFAULT_EXPERIMENT_ID, planMetrics, type Run, type Store } from '../src/index.ts';

const values = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

/** The content of a small run: 8 params, 6 metrics, 6 tags. */
const SMALL_RUN: {
  readonly params: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly tags: Readonly<Record<string, string>>;
} = {
  params: Object.fromEntries(values(8).map((at) => [`param_${at}`, String(at)])),
  metrics: Object.fromEntries(values(6).map((at) => [`metric_${at}`, at / 7])),
  tags: Object.fromEntries(values(6).map((at) => [`tag_${at}`, String(at)])),
};

/** A run with its tags. */
export function newRun(store: Store, index: number): Promise<Run> {
  const { tags } = SMALL_RUN;
  const draft = { experimentId: DEFAULT_EXPERIMENT_ID, userId: 'bench', startTimeMs: index, tags };
  return store.createRun({ ...draft, name: `run ${index}` });
}

/** Logs a small run, in the three calls that a training makes besides, and ends it by default. */
export async function writeSmallRun(store: Store, index: number, end = true): Promise<void> {
  const { runId } = await newRun(store, index);
  await store.append([{ kind: 'params', run: runId, params: SMALL_RUN.params }]);
  await store.append([planMetrics(runId, SMALL_RUN.metrics)]);
  await store.append([
    end
      ? { kind: 'run-updated', run: runId, status: 'FINISHED', endTimeMs: index }
      : { kind: 'run-updated', run: runId, status: 'SCHEDULED' },
  ]);
}
