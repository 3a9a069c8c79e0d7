import { hash } from 'node:crypto';
import { loggedModelOf } from '../../events/event-subject.ts';
import type { EventOrder } from '../../events/stamp.ts';
import type { StoreEvent } from '../../events/store-event.ts';
import type { ExperimentFold } from '../../fold/experiment-fold.ts';
import type { LoggedModelFold } from '../../fold/logged-model-fold.ts';
import type { RunFold } from '../../fold/run-fold.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../../model/ids.ts';
import { StoreFold } from '../../state/store-fold.ts';
import {
  type RunGroup,
  type RunStanding,
  runsOfGroups,
  type StoreState,
  unpurgedStanding,
} from '../../state/store-state.ts';
import type { LogLine } from '../log/log-lines.ts';
import type { EventPlace } from '../log/log-reader.ts';
import { IndexDamaged } from './index-damaged.ts';
import { decodeKeptState, type Extent } from './kept-events.ts';
import type { PartReader } from './part-source.ts';
import { foldOf, type PartTable } from './part-table.ts';
import { PlainRuns } from './plain-runs.ts';
import { PlainTable } from './plain-table.ts';
import type { FoldedEntry } from './rows-in-order.ts';
import { headOf } from './run-ids.ts';
import type { IdWords } from './run-words.ts';

/** 128 bits, as hexadecimal digits. */
const MARK_DIGITS = 32;

/**
 * The state of a store: parts of an index, and what came after them, as folds and, where that is enough, as plain runs. A
 * run that a part has or that is a plain run becomes a fold when the first event is read that cannot be added to it.
 */
export class IndexedState implements StoreState {
  readonly #tables: PartTable[];
  readonly #fold: StoreFold;
  readonly #extents = new Map<RunId, Mutable<Extent>[]>();
  readonly #touchedModels = new Set<LoggedModelId>();
  #areModelsLoaded: boolean;
  #plain = this.#newPlain();
  #plainTable = new PlainTable(this.#plain);

  /** `tables` are the parts, oldest first. @throws IndexDamaged */
  constructor(tables: readonly PartTable[] = []) {
    this.#tables = [...tables];
    this.#areModelsLoaded = tables.length === 0;
    this.#fold = new StoreFold((runId) => this.#takeOver(runId));
    for (const { reader } of tables) this.#load(reader, reader.header.experiments);
  }

  /** The parts, oldest first. */
  get tables(): readonly PartTable[] {
    return this.#tables;
  }

  get experiments(): ReadonlyMap<ExperimentId, ExperimentFold> {
    return this.#fold.experiments;
  }

  /** The logged models. They are read from the parts on demand, because events can be joined in any order. */
  get loggedModels(): ReadonlyMap<LoggedModelId, LoggedModelFold> {
    if (!this.#areModelsLoaded) {
      for (const { reader } of this.#tables) this.#load(reader, reader.header.models);
      this.#areModelsLoaded = true;
    }
    return this.#fold.loggedModels;
  }

  run(runId: RunId): RunFold | undefined {
    const fold = this.#fold.run(runId);
    if (fold !== undefined) return fold;
    const row = this.#plain.find(runId);
    if (row !== -1) return this.#plainTable.fold(row);
    const found = this.#find(runId);
    return found?.table.fold(found.row);
  }

  standingOf(runId: RunId): RunStanding | undefined {
    const fold = this.#fold.run(runId);
    if (fold !== undefined) return fold;
    const row = this.#plain.find(runId);
    if (row !== -1) return unpurgedStanding(this.#plain.experimentOf(row));
    const found = this.#find(runId);
    return found?.table.standing(found.row);
  }

  runs(): Iterable<RunFold> {
    return runsOfGroups(this.runGroups());
  }

  runGroups(): readonly RunGroup[] {
    const tables = [this.#plainTable, ...this.#tables].filter((table) => table.rowCount > 0);
    return [...this.#fold.runGroups(), ...tables.map((table) => ({ table }))];
  }

  /** The number of runs with events that no part has. They go into the next part. */
  get untabledCount(): number {
    return this.#fold.runCount + this.#plain.count;
  }

  /** Those of them that are not folded. */
  get plain(): PlainRuns {
    return this.#plain;
  }

  /** Yields the others. */
  *foldedEntries(): Generator<FoldedEntry> {
    for (const fold of this.#fold.runs()) {
      const { runId } = fold;
      yield { runId, take: () => ({ fold, extents: this.extentsOf(runId) }) };
    }
  }

  /** Returns the places of the events of a run. */
  extentsOf(runId: RunId): readonly Extent[] {
    const known = this.#extents.get(runId);
    if (known !== undefined) return known;
    const row = this.#plain.find(runId);
    if (row !== -1) return this.#plain.rows.extents(row);
    const found = this.#find(runId);
    return found === undefined ? [] : found.table.state(found.row).extents;
  }

  /**
   * Returns a text for each run with events: a digest of where they are, in logs that only grow. A clean-up that moves
   * the events changes it too.
   */
  runMarks(): Map<RunId, string> {
    const marks = new Map<RunId, string>();
    for (const table of this.#tables) {
      for (let row = 0; row < table.rowCount; row += 1) {
        if (table.isCurrent(row)) marks.set(table.runId(row), markOf(table.extents(row)));
      }
    }
    const { rows } = this.#plain;
    for (let row = 0; row < rows.count; row += 1) {
      if (this.#plainTable.isCurrent(row)) marks.set(rows.id(row), markOf(rows.extents(row)));
    }
    for (const [runId, extents] of this.#extents) marks.set(runId, markOf(extents));
    return marks;
  }

  /** Joins the event of a line, if that is possible without a fold, and returns its stamp. */
  applyPlain(line: LogLine, place: EventPlace): number | undefined {
    return this.#plain.take(line, place);
  }

  /** Joins one event, even if a part has it already. */
  apply(event: StoreEvent, order: EventOrder, runId: RunId | undefined, place: EventPlace): void {
    this.#fold.apply(event, order);
    if (runId !== undefined) this.#note(runId, place);
    else {
      const modelId = loggedModelOf(event);
      if (modelId !== undefined) this.#touchedModels.add(modelId);
    }
  }

  /** Yields the logged models with events that no part has. */
  *touchedModels(): Generator<LoggedModelFold> {
    for (const modelId of this.#touchedModels) {
      const fold = this.#fold.loggedModels.get(modelId);
      if (fold !== undefined) yield fold;
    }
  }

  /** Replaces all runs that no part had by a part that was made from them. */
  spill(table: PartTable): void {
    this.#fold.clearRuns();
    this.#plain = this.#newPlain();
    this.#plainTable = new PlainTable(this.#plain);
    this.#extents.clear();
    this.#tables.push(table);
  }

  #note(runId: RunId, place: EventPlace): void {
    const extents = this.#extents.get(runId);
    if (extents === undefined) {
      this.#extents.set(runId, [{ ...place }]);
      return;
    }
    for (const known of extents) {
      const { log, writer, sequence } = known;
      if (log !== place.log || writer !== place.writer || sequence !== place.sequence) continue;
      if (place.from < known.from) known.from = place.from;
      if (place.to > known.to) known.to = place.to;
      return;
    }
    extents.push({ ...place });
  }

  #newPlain(): PlainRuns {
    return new PlainRuns((id, runId) => this.#isHeldOtherwise(id, runId));
  }

  /** Whether a run is held as a fold or by a part. */
  #isHeldOtherwise(id: IdWords, runId: () => RunId): boolean {
    if (this.#fold.runCount > 0 && this.#fold.run(runId()) !== undefined) return true;
    return this.#tables.some((table) => table.ids.findWords(id) !== -1);
  }

  /** Returns the state of a run that is not held as a fold. From now on, its row is not current. */
  #takeOver(runId: RunId): RunFold | undefined {
    const plainRow = this.#plain.find(runId);
    if (plainRow !== -1) {
      this.#extents.set(runId, this.#plain.rows.extents(plainRow));
      return this.#plain.takeOut(plainRow);
    }
    const found = this.#find(runId);
    if (found === undefined) return undefined;
    const { table, row } = found;
    const state = table.state(row);
    const fold = foldOf(runId, state);
    this.#extents.set(
      runId,
      state.extents.map((extent) => ({ ...extent })),
    );
    table.replaced[row] = 1;
    return fold;
  }

  #find(runId: RunId): { table: PartTable; row: number } | undefined {
    if (this.#tables.length === 0) return undefined;
    const head = headOf(runId);
    // A later part replaces an earlier one.
    for (let place = this.#tables.length - 1; place >= 0; place -= 1) {
      const table = this.#tables[place] as PartTable;
      const row = table.ids.find(runId, head);
      if (row !== -1 && table.isCurrent(row)) return { table, row };
    }
    return undefined;
  }

  #load(reader: PartReader, place: PartReader['header']['models']): void {
    const text = reader.buffer(place).toString();
    if (text === '') return;
    try {
      for (const { event, order } of decodeKeptState(text).events) this.#fold.apply(event, order);
    } catch (error) {
      throw new IndexDamaged(reader.name, `has invalid events: ${String(error)}`);
    }
  }
}

function markOf(extents: readonly Extent[]): string {
  const places = extents.map(({ log, from, to }) => `${log} ${from} ${to}`).sort();
  return hash('sha256', places.join('\n')).slice(0, MARK_DIGITS);
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
