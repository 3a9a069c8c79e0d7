import { join } from 'node:path';
import type { ExperimentFold } from '../../fold/experiment-fold.ts';
import type { LoggedModelFold } from '../../fold/logged-model-fold.ts';
import { StoreFold } from '../../state/store-fold.ts';
import { LAYOUT } from '../layout.ts';
import { settledFolder } from '../log/log-coverage.ts';
import type { LogReader } from '../log/log-reader.ts';
import type { StoreDamage } from '../store-damage.ts';
import type { ProcessIdentity } from '../system/process-identity.ts';
import { removeIfThere } from '../system/remove-if-there.ts';
import { errnoOf } from '../system/system-errors.ts';
import type { IndexedState } from './indexed-state.ts';
import { decodeKeptState, encodeKeptState } from './kept-events.ts';
import { type Manifest, manifestNumbers, packReplaced, putManifest } from './manifest.ts';
import { PartBuilder } from './part-builder.ts';
import { writePart } from './part-files.ts';
import { filePart, PartReader } from './part-source.ts';
import { foldOf, type PartTable } from './part-table.ts';
import { removeSuperseded } from './remove-superseded.ts';
import { addInPartOrder, type FoldedEntry } from './rows-in-order.ts';
import { PART_RUNS } from './spill-runs.ts';

/** The values that an index is made from. */
export interface IndexDraft {
  readonly folder: string;
  readonly storeId: string;
  readonly state: IndexedState;
  readonly reader: LogReader;
  /** The latest stamp among all events that were read, microseconds. */
  readonly latestStampUs: number;
  /** The damage in the logs. */
  readonly damage: readonly StoreDamage[];
  /** Asked now and then. If it returns false, the creation stops. */
  readonly goesOn: () => boolean;
}

/**
 * Writes everything that was read since the last index into a new part, together with older parts that are small
 * compared with it, and names the part in the next manifest. Returns false if it wrote no index: another process was
 * first, `goesOn` stopped it, or the folder is not writable. Other work can run at each `yield`.
 *
 * It notes which bytes it covers at the beginning. A run that gets events meanwhile is written with or without them.
 * Readers read these events again after the covered bytes, and joining an event twice changes nothing.
 */
export function* makeIndex(draft: IndexDraft): Generator<void, boolean> {
  const { folder, storeId, state } = draft;
  const logsFolder = settledFolder(folder);
  const logs = draft.reader.coverage();
  if (logs === undefined) return false;
  const [number = 0] = manifestNumbers(folder).slice(-1);
  const kept = state.tables.map((table) => ({ table, replaced: table.replaced.slice() }));
  const merged = kept.splice(mergedFrom(state));
  const builder = new PartBuilder(state.plain);
  const extras = {
    experiments: encodedEvents(state.experiments.values()),
    models: modelsOf(state, merged),
  };
  const processes: Record<string, ProcessIdentity> = {};
  const adding = addInPartOrder(builder, {
    plain: state.plain.rows,
    folded: entriesOf(state, merged),
    onRunning: (openers) => noteOpeners(draft.reader, openers, processes),
  });
  for (const _ of adding) {
    yield;
    if (!draft.goesOn()) return false;
  }
  // Ended runs are not judged. A RUNNING run can be in the new part or in an older one.
  for (const { table } of kept) noteRunning(draft.reader, table, processes);
  const pieces = yield* builder.finish(storeId, extras);
  const file = yield* writePart(folder, pieces);
  if (file === undefined) return false;
  const part = new PartReader(filePart(join(folder, LAYOUT.index, file)));
  const manifest: Manifest = {
    format: 1,
    store: storeId,
    latestStampUs: draft.latestStampUs,
    parts: [
      ...kept.map(({ table, replaced }) => ({
        file: table.file as string,
        rowCount: table.rowCount,
        check: table.reader.check,
        replaced: packReplaced(replaced),
      })),
      { file, rowCount: part.header.rowCount, check: part.check, replaced: '' },
    ],
    logs,
    ...(logsFolder === undefined ? {} : { logsFolder }),
    processes,
    ...(draft.damage.length === 0 ? {} : { damage: draft.damage }),
  };
  if (!put(folder, number + 1, manifest)) {
    removeIfThere(join(folder, LAYOUT.index, file));
    return false;
  }
  removeSuperseded(folder, number + 1);
  return true;
}

/**
 * Returns the first part to merge into the new one, with all parts after it: the parts that are small compared with the
 * new one, and those that are not in a file.
 */
function mergedFrom(state: IndexedState): number {
  let rows = state.untabledCount;
  let from = state.tables.length;
  state.tables.forEach((table, place) => {
    if ((table as PartTable).file === undefined) from = Math.min(from, place);
  });
  for (const table of state.tables.slice(from)) rows += table.rowCount;
  while (from > 0) {
    const { rowCount } = state.tables[from - 1] as PartTable;
    // A run is written again only if its part has at least doubled.
    if (rowCount > 2 * rows || rowCount + rows > PART_RUNS) break;
    rows += rowCount;
    from -= 1;
  }
  return from;
}

/** Yields the runs that are held as folds, and those of the parts to merge. */
function* entriesOf(
  state: IndexedState,
  merged: readonly { readonly table: PartTable; readonly replaced: Uint8Array }[],
): Generator<FoldedEntry> {
  yield* state.foldedEntries();
  for (const { table, replaced } of merged) {
    for (let row = 0; row < table.rowCount; row += 1) {
      if (replaced[row] === 1) continue;
      const runId = table.runId(row);
      const take: FoldedEntry['take'] = () => {
        const kept = table.state(row);
        return { fold: foldOf(runId, kept), extents: kept.extents };
      };
      yield { runId, take };
    }
  }
}

/** Returns the logged models with new events, and those of the parts to merge. */
function modelsOf(state: IndexedState, merged: readonly { readonly table: PartTable }[]): string {
  const fold = new StoreFold();
  for (const { table } of merged) {
    const text = table.reader.buffer(table.reader.header.models).toString();
    if (text === '') continue;
    for (const { event, order } of decodeKeptState(text).events) fold.apply(event, order);
  }
  for (const model of state.touchedModels()) {
    for (const { event, order } of model.events()) fold.apply(event, order);
  }
  return encodedEvents(fold.loggedModels.values());
}

function encodedEvents(folds: Iterable<ExperimentFold | LoggedModelFold>): string {
  const events = [...folds].flatMap((fold) => [...fold.events()]);
  return events.length === 0 ? '' : encodeKeptState({ events, openers: [], extents: [] });
}

function noteRunning(
  reader: LogReader,
  table: PartTable,
  processes: Record<string, ProcessIdentity>,
): void {
  for (let row = 0; row < table.rowCount; row += 1) {
    if (table.status(row) === 'RUNNING') noteOpeners(reader, table.openers(row), processes);
  }
}

function noteOpeners(
  reader: LogReader,
  openers: Iterable<string>,
  processes: Record<string, ProcessIdentity>,
): void {
  for (const opener of openers) {
    const identity = reader.processOf(opener);
    if (identity !== undefined) processes[opener] = identity;
  }
}

function put(folder: string, number: number, manifest: Manifest): boolean {
  try {
    return putManifest(folder, { number, manifest });
  } catch (error) {
    // The disk is full or the store is read-only. The logs have everything.
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}
