import { isTidemarkError } from '@tidemark/core';
import { appendToDeltaTable, createDeltaTable, openDeltaSnapshot } from '@tidemark/delta-lineage';
import { penguinTable, readPenguins } from './penguins-data.ts';

/**
 * Writes the penguins as a Delta table with two versions: version 0 has two of every three
 * penguins, version 1 all of them. Does not change an existing table. Returns whether it wrote the table.
 */
export async function makePenguinTable(path: string): Promise<boolean> {
  try {
    await openDeltaSnapshot(path);
    return false;
  } catch (error) {
    if (!isTidemarkError(error, 'DELTA_TABLE_NOT_FOUND')) throw error;
  }
  const penguins = await readPenguins();
  const early = penguins.filter((_, index) => index % 3 !== 2);
  const late = penguins.filter((_, index) => index % 3 === 2);
  await createDeltaTable(path, penguinTable(early), { name: 'penguins' });
  await appendToDeltaTable(path, penguinTable(late));
  return true;
}
