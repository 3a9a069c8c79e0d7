import type { RunFold } from '../fold/run-fold.ts';
import type { ExperimentId, RunId } from '../model/ids.ts';
import type { LifecycleStage } from '../model/lifecycle.ts';
import type { RunStatus } from '../model/run.ts';
import type { FilterField } from '../query/filter.ts';

/**
 * Texts by row: a code for each row, 0 for a row without texts, otherwise one more than the place of its texts in
 * `values`.
 */
export interface TextColumn {
  readonly codes: Uint8Array | Uint16Array | Uint32Array;
  /** Each distinct list of texts, once. A list has one text, except for datasets, of which a run may have several. */
  readonly values: readonly (readonly string[])[];
}

/** Numbers by row; `present` is 1 for a row that has one. Without `present` every row has one. */
export interface NumberColumn {
  readonly values: Float64Array;
  readonly present?: Uint8Array;
}

/**
 * Many runs by column, so that a search reads only the columns that it names. The values come from the events.
 * Properties that are computed at each read (deleted with its experiment, lost) are not in the table.
 */
export interface RunTable {
  readonly rowCount: number;
  /** False for a row that a later state of the run replaces. */
  isCurrent(row: number): boolean;
  runId(row: number): RunId;
  /** Returns the experiments of the rows; every row has one. */
  experiments(): { readonly codes: TextColumn['codes']; readonly ids: readonly ExperimentId[] };
  stage(row: number): LifecycleStage;
  status(row: number): RunStatus;
  openers(row: number): ReadonlySet<string>;
  /** Returns the logged models that points of any metric are about. */
  measuredModels(row: number): readonly string[];
  /** Returns the column of a param, a tag, a dataset's field, or one of the attributes `run_name` and `user_id`. */
  texts(field: FilterField): TextColumn | undefined;
  /** Returns the column of a metric, or of one of the attributes `start_time` and `end_time`. */
  numbers(field: FilterField): NumberColumn | undefined;
  /** Returns the whole state of a row. */
  fold(row: number): RunFold;
}
