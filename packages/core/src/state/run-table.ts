import type { RunFold } from '../fold/run-fold.ts';
import type { ExperimentId, RunId } from '../model/ids.ts';
import type { LifecycleStage } from '../model/lifecycle.ts';
import type { RunStatus } from '../model/run.ts';
import type { FilterField } from '../query/filter.ts';

/** Texts by row: a number for each row, 0 where it has none, otherwise one more than the place of its texts. */
export interface TextColumn {
  readonly codes: Uint8Array | Uint16Array | Uint32Array;
  /** Each list of texts that a row has, once; one text each but for datasets, of which a run has many. */
  readonly values: readonly (readonly string[])[];
}

/** Numbers by row; `present` is 1 where the row has one, and all rows have one without it. */
export interface NumberColumn {
  readonly values: Float64Array;
  readonly present?: Uint8Array;
}

/**
 * Many runs by column, so that a search reads what it names and no more. Times and texts are those that
 * the events say: what is judged when it is read (deleted with its experiment, lost) is not in it.
 */
export interface RunTable {
  readonly rowCount: number;
  /** False for a row that a later state of the run stands in for. */
  isCurrent(row: number): boolean;
  runId(row: number): RunId;
  /** Always there: the experiments of the rows. */
  experiments(): { readonly codes: TextColumn['codes']; readonly ids: readonly ExperimentId[] };
  stage(row: number): LifecycleStage;
  status(row: number): RunStatus;
  openers(row: number): ReadonlySet<string>;
  /** The logged models that points of any metric speak of. */
  measuredModels(row: number): readonly string[];
  /** A param, a tag, a dataset's field, or the attributes `run_name` and `user_id`. */
  texts(field: FilterField): TextColumn | undefined;
  /** A metric, or the attributes `start_time` and `end_time`. */
  numbers(field: FilterField): NumberColumn | undefined;
  /** The whole state of a row. */
  fold(row: number): RunFold;
}
