import type { MetricPoint, ModelVersion, Run, Store } from '@tidemark/core';
import { artifactsProblem } from './check-artifacts.ts';
import { runProblem } from './check-run-state.ts';
import { type MetricReading, readMetric } from './read-metric.ts';
import { readSignature, type SignatureReading } from './read-signature.ts';

/** Everything that the rules know about one version. It is read from the store before any rule runs. */
export interface VersionFacts {
  readonly version: ModelVersion;
  /** The run that the version was registered from, as it is now. */
  readonly run?: Run;
  /** Why the version's files cannot be trusted; absent if they can, or if no rule needs them. */
  readonly artifactsProblem?: string;
  /** Why the run's record cannot be trusted; absent if it can. */
  readonly runProblem?: string;
  /** The value of every metric that a rule needs. */
  readonly metrics: ReadonlyMap<string, MetricReading>;
  /** Absent if no rule needs it. */
  readonly signature?: SignatureReading;
}

/** Facts that the rules need of a version, in addition to those that are always read. */
export interface FactsAsked {
  readonly metrics: readonly string[];
  /** Whether to check its files, which reads every byte of them. */
  readonly files: boolean;
  readonly signature: boolean;
}

/** The value of a metric that a rule needs. */
export function metricOf({ metrics }: VersionFacts, name: string): MetricReading {
  return metrics.get(name) ?? { kind: 'unusable', reason: 'it was not read' };
}

/** The signature of a version, for a rule that needs it. */
export function signatureOf({ signature }: VersionFacts): SignatureReading {
  return signature ?? { kind: 'unusable', reason: 'it was not read' };
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
