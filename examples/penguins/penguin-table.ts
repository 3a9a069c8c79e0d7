import { isTidemarkError } from '@tidemark/core';
import { appendToDeltaTable, createDeltaTable, openDeltaSnapshot } from '@tidemark/delta-lineage';
import { penguinTable, readPenguins } from './penguins-data.ts';

/** What the table is after it was made, or was found as an earlier call made it. */
export interface PenguinTable {
  readonly made: boolean;
  readonly newestVersion: number;
}

/**
 * Writes the penguins as a Delta table with two versions: version 0 holds two of every three
 * penguins, version 1 all of them. A table that is there already stays as it is.
 */
export async function makePenguinTable(path: string): Promise<PenguinTable> {
  try {
    return { made: false, newestVersion: (await openDeltaSnapshot(path)).version };
  } catch (error) {
    if (!isTidemarkError(error, 'DELTA_TABLE_NOT_FOUND')) throw error;
  }
  const penguins = await readPenguins();
  const early = penguins.filter((_, index) => index % 3 !== 2);
  const late = penguins.filter((_, index) => index % 3 === 2);
  await createDeltaTable(path, penguinTable(early), { name: 'penguins' });
  const { version } = await appendToDeltaTable(path, penguinTable(late));
  return { made: true, newestVersion: version };
}
