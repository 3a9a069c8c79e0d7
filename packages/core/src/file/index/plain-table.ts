import type { RunFold } from '../../fold/run-fold.ts';
import type { ExperimentId, RunId } from '../../model/ids.ts';
import type { LifecycleStage } from '../../model/lifecycle.ts';
import type { RunStatus } from '../../model/run.ts';
import { RUN_NAME_TAG } from '../../model/run-tags.ts';
import type { FilterField } from '../../query/filter.ts';
import type { NumberColumn, RunTable, TextColumn } from '../../state/run-table.ts';
import type { PlainNumbers, PlainTexts } from './plain-columns.ts';
import type { PlainRuns } from './plain-runs.ts';

/** The most folds to keep in memory. */
const MOST_FOLDS = 1000;

const NO_MODELS: readonly string[] = [];

/** The plain runs as a table for searches. A column is arranged by row when a search names it. */
export class PlainTable implements RunTable {
  readonly #runs: PlainRuns;
  readonly #openers = new Map<string, ReadonlySet<string>>();
  /** The folds that were read last, and of how many lines each is. */
  readonly #folds = new Map<number, { readonly fold: RunFold; readonly lineCount: number }>();

  constructor(runs: PlainRuns) {
    this.#runs = runs;
  }

  get rowCount(): number {
    return this.#runs.rows.count;
  }

  isCurrent(row: number): boolean {
    return this.#runs.rows.isGone.at(row) === 0;
  }

  runId(row: number): RunId {
    return this.#runs.rows.id(row);
  }

  experiments(): { readonly codes: TextColumn['codes']; readonly ids: readonly ExperimentId[] } {
    const { rows, experiments } = this.#runs;
    return { codes: rows.experiments.whole().map((place) => place + 1), ids: experiments };
  }

  /** A run that was ever deleted is not a plain run. */
  stage(): LifecycleStage {
    return 'active';
  }

  status(row: number): RunStatus {
    return this.#runs.rows.status(row);
  }

  openers(row: number): ReadonlySet<string> {
    const [writer] = this.#runs.rows.openers(row) as [string];
    let openers = this.#openers.get(writer);
    if (openers === undefined) {
      openers = new Set([writer]);
      this.#openers.set(writer, openers);
    }
    return openers;
  }

  measuredModels(): readonly string[] {
    return NO_MODELS;
  }

  texts({ entity, key }: FilterField): TextColumn | undefined {
    const column = this.#textsOf(entity, key);
    if (column === undefined) return undefined;
    const codes = new Uint32Array(this.rowCount);
    for (let place = 0; place < column.rows.length; place += 1) {
      codes[column.rows.at(place)] = column.codes.at(place) + 1;
    }
    const { texts } = column;
    return { codes, values: Array.from({ length: texts.size }, (_, code) => [texts.text(code)]) };
  }

  numbers({ entity, key }: FilterField): NumberColumn | undefined {
    const { rows, metrics } = this.#runs;
    if (entity === 'attribute' && key === 'start_time')
      return { values: rows.startTimesMs.whole() };
    if (entity === 'attribute' && key === 'end_time') {
      const values = rows.endTimesMs.whole();
      return { values, present: Uint8Array.from(values, (value) => (Number.isNaN(value) ? 0 : 1)) };
    }
    const column = entity === 'metric' ? metrics.get(key) : undefined;
    return column && this.#numbersOf(column);
  }

  fold(row: number): RunFold {
    const lineCount = this.#runs.rows.lineCount(row);
    const known = this.#folds.get(row);
    if (known?.lineCount === lineCount) return known.fold;
    const fold = this.#runs.rows.fold(row);
    if (this.#folds.size >= MOST_FOLDS) this.#folds.clear();
    this.#folds.set(row, { fold, lineCount });
    return fold;
  }

  #textsOf(entity: FilterField['entity'], key: string): PlainTexts | undefined {
    const { names, users, params, tags } = this.#runs;
    switch (entity) {
      case 'attribute':
        return key === 'run_name' ? names : key === 'user_id' ? users : undefined;
      case 'param':
        return params.get(key);
      case 'tag':
        return key === RUN_NAME_TAG ? names : tags.get(key);
      default:
        return undefined;
    }
  }

  #numbersOf(column: PlainNumbers): NumberColumn {
    const values = new Float64Array(this.rowCount);
    const present = new Uint8Array(this.rowCount);
    for (let place = 0; place < column.rows.length; place += 1) {
      const row = column.rows.at(place);
      values[row] = column.values.at(place);
      present[row] = 1;
    }
    return { values, present };
  }
}
