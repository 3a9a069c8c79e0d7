import { join } from 'node:path';
import { LAYOUT } from '../layout.ts';
import type { IndexedState } from './indexed-state.ts';
import { PartBuilder } from './part-builder.ts';
import { writePart } from './part-files.ts';
import { filePart, memoryPart, PartReader } from './part-source.ts';
import { PartTable } from './part-table.ts';
import { addInPartOrder } from './rows-in-order.ts';

/** The greatest number of runs in a part, and of runs that are held in memory: at most about 40 MB. */
export const PART_RUNS = 12_000;
/** The same for the runs of a reader that writes no index, for which a part saves only memory. */
const MOST_FOLDS = 200_000;

/** Whether a part should be made of the runs that no part has. */
export function isSpillDue(index: 'auto' | 'off', state: IndexedState): boolean {
  return state.untabledCount >= (index === 'auto' ? PART_RUNS : MOST_FOLDS);
}

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
  const builder = new PartBuilder(state.plain);
  yield* addInPartOrder(builder, { plain: state.plain.rows, folded: state.foldedEntries() });
  const pieces = yield* builder.finish(options.storeId() ?? '', { experiments: '', models: '' });
  const file = options.index === 'auto' ? yield* writePart(options.folder, pieces) : undefined;
  const source =
    file === undefined ? memoryPart(pieces) : filePart(join(options.folder, LAYOUT.index, file));
  const reader = new PartReader(source);
  state.spill(new PartTable(reader, new Uint8Array(reader.header.rowCount), file));
}
