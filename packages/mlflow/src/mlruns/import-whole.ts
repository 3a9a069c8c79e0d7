import type { ArtifactFile, ArtifactOwner, Store, StoreEvent } from '@tidemark/core';
import type { ReportInProgress } from './import-report.ts';
import type { MlrunsFiles } from './mlruns-files.ts';
import type { PlannedArtifact, PlannedMetrics } from './mlruns-plan.ts';
import { wholeOrProblem } from './unreadable.ts';

/** The most events of one write, so that a history of millions of points is never one text in memory. */
const EVENTS_AT_ONCE = 10_000;
const NO_METRICS: PlannedMetrics = { events: [], pointCount: 0 };

/** Source, target and progress of the import. */
export interface ImportContext {
  readonly files: MlrunsFiles;
  readonly store: Store;
  readonly report: ReportInProgress;
}

/** A run or a logged model to import. */
export interface ImportSubject {
  readonly place: string;
  readonly owner: ArtifactOwner;
  readonly eventOwner: Extract<StoreEvent, { kind: 'artifact' }>['owner'];
  readonly artifacts: readonly PlannedArtifact[];
  /** Absent for a logged model, whose metrics belong to runs. */
  readonly readMetrics?: () => Promise<PlannedMetrics>;
  readonly facts: readonly StoreEvent[];
}

/**
 * Imports a run or a logged model completely: first its files, then its metrics, and at last, in one write, the
 * events that start with its creation. Readers do not see it before that, so an interrupted import can be repeated.
 * Returns whether it was imported. If a file cannot be read any more, the run or model is left out.
 * @throws WRITE_FAILED
 */
export async function importWhole(
  { files, store, report }: ImportContext,
  { place, owner, eventOwner, artifacts, readMetrics, facts }: ImportSubject,
): Promise<boolean> {
  const metrics =
    report.dryRun || readMetrics === undefined
      ? NO_METRICS
      : await wholeOrProblem(place, report.problems, readMetrics);
  if (metrics === undefined) return false;
  const written: ArtifactFile[] = [];
  for (const { path, source } of report.dryRun ? [] : artifacts) {
    const bytes = new WatchedBytes(files.open(source));
    try {
      written.push(await store.artifacts.write(owner, path, bytes));
    } catch (error) {
      if (bytes.failure === undefined) throw error;
      report.problems.push({
        severity: 'left-out',
        place,
        message: `${source}: It cannot be read: ${bytes.failure.message}`,
      });
      return false;
    }
  }
  report.imported.artifacts += artifacts.length;
  report.imported.artifactBytes += artifacts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (report.dryRun) return true;
  for (let at = 0; at < metrics.events.length; at += EVENTS_AT_ONCE) {
    await store.append(metrics.events.slice(at, at + EVENTS_AT_ONCE));
  }
  report.imported.metricPoints += metrics.pointCount;
  await store.append([
    ...facts,
    ...written.map((file): StoreEvent => ({ kind: 'artifact', owner: eventOwner, file })),
  ]);
  return true;
}

/** Marks an error as one of the source, and not of the store that is written to. */
class WatchedBytes implements AsyncIterable<Uint8Array> {
  failure: Error | undefined;
  readonly #source: AsyncIterable<Uint8Array>;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#source;
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  }
}
