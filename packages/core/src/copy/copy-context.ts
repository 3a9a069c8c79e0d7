import { isTidemarkError, type TidemarkError } from '../errors.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import type { LoggedModelPoint } from '../model/metric.ts';
import type { Actor } from '../model/registered-model.ts';
import type { Store } from '../port/store.ts';
import type { CopyReportInProgress } from './copy-report.ts';

/**
 * The tag of a copied run or logged model with the id that it has in its source, in targets that give
 * ids themselves: a second copy finds by it what the first one made.
 */
export const COPIED_FROM_TAG = 'tidemark.copied-from';

/** Where from, where to, who copies, which ids became which, and what has been done so far. */
export interface CopyContext {
  readonly from: Store;
  readonly to: Store;
  readonly by: Actor;
  readonly report: CopyReportInProgress;
  /** The ids in the source of the runs and logged models that are copied. */
  readonly selected: Set<string>;
  /** The ids in the target of what is there or was made there. */
  readonly experiments: Map<ExperimentId, ExperimentId>;
  readonly runs: Map<RunId, RunId>;
  readonly models: Map<LoggedModelId, LoggedModelId>;
  /** By run of the source: the points of which the source tells only with the models that they speak of. */
  readonly modelPoints: Map<RunId, LoggedModelPoint[]>;
}

/** Faults after which nothing else will go better: the copy ends, and can be taken up again. */
const FATAL: ReadonlySet<string> = new Set([
  'READ_FAILED',
  'WRITE_FAILED',
  'SERVER_UNREACHABLE',
  'SERVER_UNSUITABLE',
  'STORE_CLOSED',
  'STORE_NOT_FOUND',
  'UNAUTHENTICATED',
]);

/** Whether an error is about the thing that was copied: another may well go through. */
export function isRefusal(error: unknown): error is TidemarkError {
  return isTidemarkError(error) && !FATAL.has(error.code);
}

/**
 * Copies one thing; if the thing itself is the reason for a failure, the report says so and the copy continues.
 * Returns `undefined` then.
 */
export async function oneByOne<Result>(
  context: CopyContext,
  place: string,
  copy: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await copy();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    context.report.problems.push({ severity: 'left-out', place, message: error.message });
    return undefined;
  }
}

/** The tag to put on what is made in a target that gives ids itself. */
export function copiedFromTag(context: CopyContext, id: string): Record<string, string> {
  return context.to.capabilities.keepsIds ? {} : { [COPIED_FROM_TAG]: id };
}
