import type { MetricPoint, ModelVersion, Run, Store } from '@tidemark/core';
import { artifactsProblem } from './check-artifacts.ts';
import { runProblem } from './check-run-state.ts';
import { type MetricReading, readMetric } from './read-metric.ts';
import { readSignature, type SignatureReading } from './read-signature.ts';

/** All that the rules may know of one version, read from the store before any of them runs. */
export interface VersionFacts {
  readonly version: ModelVersion;
  /** The run that the version was registered from, as it is now. */
  readonly run?: Run;
  /** Why the version's files cannot be believed; absent when they can, or nobody asked. */
  readonly artifactsProblem?: string;
  /** Why the run's record cannot be believed; absent when it can. */
  readonly runProblem?: string;
  /** A reading of every metric that was asked for. */
  readonly metrics: ReadonlyMap<string, MetricReading>;
  /** Absent when nobody asked. */
  readonly signature?: SignatureReading;
}

/** What of a version is asked. */
export interface FactsAsked {
  readonly metrics: readonly string[];
  /** Whether its files are as they were registered: every byte of them is read. */
  readonly files: boolean;
  readonly signature: boolean;
}

/** Reads the facts of a version. */
export async function readVersionFacts(
  store: Store,
  version: ModelVersion,
  asked: FactsAsked,
): Promise<VersionFacts> {
  const { runId, modelId } = version;
  const [run] = runId === undefined ? [] : await store.runs({ runIds: [runId] });
  const artifacts = asked.files ? await artifactsProblem(store, version) : undefined;
  const state = await runProblem(store, version, run);
  const metrics = new Map<string, MetricReading>();
  for (const key of asked.metrics) {
    if (run === undefined) {
      metrics.set(key, { kind: 'unusable', reason: 'the version has no run in this store' });
      continue;
    }
    const history: MetricPoint[] = await store.metricHistory(run.runId, key);
    metrics.set(key, readMetric(run, history, key, modelId));
  }
  return {
    version,
    ...(run === undefined ? {} : { run }),
    ...(artifacts === undefined ? {} : { artifactsProblem: artifacts }),
    ...(state === undefined ? {} : { runProblem: state }),
    metrics,
    ...(asked.signature ? { signature: await readSignature(store, version) } : {}),
  };
}
