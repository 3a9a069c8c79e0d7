import type { ArtifactFile, ArtifactOwner, Store, StoreEvent } from '@tidemark/core';
import type { ReportInProgress } from './import-report.ts';
import type { MlrunsFiles } from './mlruns-files.ts';
import type { PlannedArtifact, PlannedMetrics } from './mlruns-plan.ts';
import { wholeOrProblem } from './unreadable.ts';

/** Events of one write, so that a history of millions of points is never one text in memory. */
const EVENTS_AT_ONCE = 10_000;
const NO_METRICS: PlannedMetrics = { events: [], pointCount: 0 };

/** Where from, where to, and what has been done so far. */
export interface ImportContext {
  readonly files: MlrunsFiles;
  readonly store: Store;
  readonly report: ReportInProgress;
}

/** A run or a logged model to be brought in. */
export interface ImportSubject {
  readonly place: string;
  readonly owner: ArtifactOwner;
  readonly eventOwner: Extract<StoreEvent, { kind: 'artifact' }>['owner'];
  readonly artifacts: readonly PlannedArtifact[];
  /** Absent for what has none of its own. */
  readonly readMetrics?: () => Promise<PlannedMetrics>;
  readonly facts: readonly StoreEvent[];
}

/**
 * Brings in a run or a logged model whole: first its files, then its metrics, and at last, in one
 * write, the facts that begin with its creation. Before that it is not there for any reader, so that
 * one that was interrupted is simply brought in again. Says whether it was; a file that cannot be
 * read any more leaves it out. @throws WRITE_FAILED
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

/** Remembers that it was the source of the bytes that failed, and not the store they went to. */
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
