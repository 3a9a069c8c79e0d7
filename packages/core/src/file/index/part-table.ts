import type { RunEvent } from '../../events/event-subject.ts';
import { RunFold } from '../../fold/run-fold.ts';
import type { ExperimentId, RunId } from '../../model/ids.ts';
import type { LifecycleStage } from '../../model/lifecycle.ts';
import { RUN_STATUSES, type RunStatus } from '../../model/run.ts';
import type { FilterField } from '../../query/filter.ts';
import type { NumberColumn, RunTable, TextColumn } from '../../state/run-table.ts';
import { type RunStanding, unpurgedStanding } from '../../state/store-state.ts';
import { IndexDamaged } from './index-damaged.ts';
import { decodeExtents, decodeKeptState, type Extent, type KeptState } from './kept-events.ts';
import {
  DELETED_BIT,
  MEASURED_MODELS_KEY,
  OPENERS_KEY,
  type PartColumn,
  PURGES_BIT,
} from './part-format.ts';
import type { PartReader } from './part-source.ts';
import { RunIds } from './run-ids.ts';

/** The most folds of one part to keep in memory. */
const MOST_FOLDS = 1000;

const NO_EXPERIMENTS: TextColumn = { codes: new Uint8Array(0), values: [] };

/** The runs of one part. A column is read once, when a search names it; states are read on demand. */
export class PartTable implements RunTable {
  readonly rowCount: number;
  readonly reader: PartReader;
  readonly file: string | undefined;
  /** 1 for each row that a later part or a later event replaces. */
  readonly replaced: Uint8Array;
  readonly #columns = new Map<string, PartColumn>();
  readonly #loaded = new Map<string, NumberColumn | TextColumn | undefined>();
  readonly #openers = new Map<number, ReadonlySet<string>>();
  /** The folds that were read last, because a list on a screen reads the same runs again and again. */
  readonly #folds = new Map<number, RunFold>();
  #ids: RunIds | undefined;
  #stages: Buffer | undefined;
  #statuses: Buffer | undefined;
  #offsets: Float64Array | undefined;
  #checks: Uint32Array | undefined;

  /** `file` is the name of the part in the index's folder; without it the part is in memory. */
  constructor(reader: PartReader, replaced: Uint8Array, file?: string) {
    this.reader = reader;
    this.file = file;
    this.rowCount = reader.header.rowCount;
    this.replaced = replaced;
    for (const column of reader.header.columns) this.#columns.set(nameOf(column), column);
  }

  isCurrent(row: number): boolean {
    return this.replaced[row] === 0;
  }

  runId(row: number): RunId {
    return this.ids.at(row);
  }

  /** @throws IndexDamaged */
  get ids(): RunIds {
    this.#ids ??= new RunIds(this.reader);
    return this.#ids;
  }

  experiments(): { readonly codes: TextColumn['codes']; readonly ids: readonly ExperimentId[] } {
    const { codes, values } =
      this.texts({ entity: 'attribute', key: 'experiment_id' }) ?? NO_EXPERIMENTS;
    return { codes, ids: values.map(([id]) => id as ExperimentId) };
  }

  stage(row: number): LifecycleStage {
    return (this.#stageByte(row) & DELETED_BIT) === 0 ? 'active' : 'deleted';
  }

  /** Returns the purges and the creation of a row. Only the states of rows with purges are read. @throws IndexDamaged */
  standing(row: number): RunStanding {
    if ((this.#stageByte(row) & PURGES_BIT) !== 0) return this.fold(row);
    const { codes, ids } = this.experiments();
    return unpurgedStanding(ids[(codes[row] as number) - 1]);
  }

  #stageByte(row: number): number {
    this.#stages ??= this.reader.buffer(this.reader.header.stages);
    return this.#stages[row] as number;
  }

  status(row: number): RunStatus {
    this.#statuses ??= this.reader.buffer(this.reader.header.statuses);
    return RUN_STATUSES[this.#statuses[row] as number] ?? 'RUNNING';
  }

  openers(row: number): ReadonlySet<string> {
    const column = this.texts({ entity: 'attribute', key: OPENERS_KEY });
    const code = column?.codes[row] ?? 0;
    let openers = this.#openers.get(code);
    if (openers === undefined) {
      openers = new Set(column?.values[code - 1]);
      this.#openers.set(code, openers);
    }
    return openers;
  }

  measuredModels(row: number): readonly string[] {
    const column = this.texts({ entity: 'attribute', key: MEASURED_MODELS_KEY });
    return column?.values[(column.codes[row] ?? 0) - 1] ?? [];
  }

  texts(field: FilterField): TextColumn | undefined {
    const column = this.#column(field);
    return column !== undefined && 'codes' in column ? column : undefined;
  }

  numbers(field: FilterField): NumberColumn | undefined {
    const column = this.#column(field);
    return column === undefined || 'codes' in column ? undefined : column;
  }

  fold(row: number): RunFold {
    let fold = this.#folds.get(row);
    if (fold === undefined) {
      fold = foldOf(this.runId(row), this.state(row));
      if (this.#folds.size >= MOST_FOLDS) this.#folds.clear();
      this.#folds.set(row, fold);
    }
    return fold;
  }

  /** Returns the places of the events of a row, without its state. @throws IndexDamaged */
  extents(row: number): readonly Extent[] {
    return this.#decoded(row, decodeExtents);
  }

  /** Returns the kept state of a row. @throws IndexDamaged */
  state(row: number): KeptState {
    return this.#decoded(row, decodeKeptState);
  }

  #decoded<Found>(row: number, decode: (text: string) => Found): Found {
    const { header } = this.reader;
    this.#offsets ??= this.reader.numbers(header.stateOffsets);
    this.#checks ??= this.reader.integers(header.stateChecks);
    const from = this.#offsets[row] as number;
    const length = (this.#offsets[row + 1] as number) - from;
    const check = this.#checks[row] as number;
    const text = this.reader.checked(header.states[0] + from, length, check).toString();
    try {
      return decode(text);
    } catch (error) {
      // The bytes are undamaged, so a version with other events wrote them.
      throw new IndexDamaged(this.reader.name, `has an invalid state: ${String(error)}`);
    }
  }

  #column(field: FilterField): NumberColumn | TextColumn | undefined {
    const name = nameOf(field);
    if (!this.#loaded.has(name)) {
      const column = this.#columns.get(name);
      this.#loaded.set(name, column && this.#load(column));
    }
    return this.#loaded.get(name);
  }

  #load(column: PartColumn): NumberColumn | TextColumn {
    const { reader, rowCount } = this;
    const rows = column.rows && reader.integers(column.rows);
    if (column.type === 'number') {
      const values = reader.numbers(column.values);
      if (rows !== undefined) return spreadNumbers(rowCount, rows, values);
      if (column.present === undefined) return { values };
      return { values, present: reader.buffer(column.present) };
    }
    const bytes = reader.buffer(column.codes);
    const codes =
      column.width === 1
        ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
        : column.width === 2
          ? new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2)
          : new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    const texts = reader.json(column.values) as (string | string[])[];
    const values = texts.map((text) => (typeof text === 'string' ? [text] : text));
    if (rows === undefined) return { codes, values };
    const spread = new Uint32Array(rowCount);
    for (let place = 0; place < rows.length; place += 1) {
      spread[rows[place] as number] = codes[place] as number;
    }
    return { codes: spread, values };
  }
}

/** Returns the fold of a run from its kept state. */
export function foldOf(runId: RunId, { events, openers }: KeptState): RunFold {
  const fold = new RunFold(runId);
  for (const { event, order } of events) fold.apply(event as RunEvent, order);
  for (const opener of openers) fold.addOpener(opener);
  return fold;
}

function spreadNumbers(rowCount: number, rows: Uint32Array, sparse: Float64Array): NumberColumn {
  const values = new Float64Array(rowCount);
  const present = new Uint8Array(rowCount);
  for (let place = 0; place < rows.length; place += 1) {
    const row = rows[place] as number;
    values[row] = sparse[place] as number;
    present[row] = 1;
  }
  return { values, present };
}

function nameOf({ entity, key }: FilterField): string {
  return `${entity}/${key}`;
}
