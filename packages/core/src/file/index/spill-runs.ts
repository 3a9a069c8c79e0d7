import { join } from 'node:path';
import { LAYOUT } from '../layout.ts';
import type { IndexedState } from './indexed-state.ts';
import { PartBuilder } from './part-builder.ts';
import { writePart } from './part-files.ts';
import { filePart, memoryPart, PartReader } from './part-source.ts';
import { PartTable } from './part-table.ts';
import { comparePartIds } from './run-ids.ts';

/** The greatest number of runs in a part that is made from older parts. */
export const PART_RUNS = 200_000;
/** The number of runs to add to a part before other work gets its turn. */
export const RUNS_A_TURN = 50;
/** The greatest number of runs to hold in memory as folds: about 150 MB. */
export const MOST_FOLDS = 50_000;

/**
 * Makes a part of all loaded runs, so that the memory of a reader is bounded even if a store without an index has
 * many runs. The part is in the index's folder, where the next manifest names it. If the folder is not writable, or
 * the index is off, the part is in memory. Other work can run at each `yield`, but none that joins events.
 */
export function* spillRuns(
  options: {
    readonly folder: string;
    readonly storeId: () => string | undefined;
    readonly index: 'auto' | 'off';
  },
  state: IndexedState,
): Generator<void> {
  const builder = new PartBuilder();
  const folds = [...state.untabledRuns()].sort((a, b) => comparePartIds(a.runId, b.runId));
  for (const fold of folds) {
    builder.add(fold, state.extentsOf(fold.runId));
    if (builder.rowCount % RUNS_A_TURN === 0) yield;
  }
  const pieces = yield* builder.finish(options.storeId() ?? '', { experiments: '', models: '' });
  const file = options.index === 'auto' ? yield* writePart(options.folder, pieces) : undefined;
  const source =
    file === undefined ? memoryPart(pieces) : filePart(join(options.folder, LAYOUT.index, file));
  const reader = new PartReader(source);
  state.spill(new PartTable(reader, new Uint8Array(reader.header.rowCount), file));
}
