import { isTidemarkError, type TidemarkError } from '../errors.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import type { LoggedModelPoint } from '../model/metric.ts';
import type { Actor } from '../model/registered-model.ts';
import type { Store } from '../port/store.ts';
import type { CopyReportInProgress } from './copy-report.ts';

/**
 * The tag with the id of a copied run or logged model in its source, in targets that choose ids themselves. By this
 * tag a second copy finds what the first one created.
 */
export const COPIED_FROM_TAG = 'tidemark.copied-from';

/** The state of a copy: the source, the target, the author, the new ids, and the report so far. */
export interface CopyContext {
  readonly from: Store;
  readonly to: Store;
  readonly by: Actor;
  readonly report: CopyReportInProgress;
  /** The ids in the source of the runs and logged models that are copied. */
  readonly selected: Set<string>;
  /** The ids in the target of copied experiments, runs and models, by their ids in the source. */
  readonly experiments: Map<ExperimentId, ExperimentId>;
  readonly runs: Map<RunId, RunId>;
  readonly models: Map<LoggedModelId, LoggedModelId>;
  /** By run of the source: the points that the source returns only with their logged models. */
  readonly modelPoints: Map<RunId, LoggedModelPoint[]>;
}

/** The codes of errors that end the copy, because every other step would fail too. You can repeat the copy. */
const FATAL: ReadonlySet<string> = new Set([
  'READ_FAILED',
  'WRITE_FAILED',
  'SERVER_UNREACHABLE',
  'SERVER_UNSUITABLE',
  'STORE_CLOSED',
  'STORE_NOT_FOUND',
  'UNAUTHENTICATED',
]);

/** Whether an error is only about the copied thing, so that copying another one may succeed. */
export function isRefusal(error: unknown): error is TidemarkError {
  return isTidemarkError(error) && !FATAL.has(error.code);
}

/**
 * Copies one thing. If only this thing cannot be copied (`isRefusal`), adds the reason to the report and returns
 * `undefined`, so that the copy continues.
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

/** Returns the tag for a run or model that is created in a target which chooses ids itself. */
export function copiedFromTag(context: CopyContext, id: string): Record<string, string> {
  return context.to.capabilities.keepsIds ? {} : { [COPIED_FROM_TAG]: id };
}
