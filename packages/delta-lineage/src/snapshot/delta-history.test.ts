import { join } from 'node:path';
import { temporaryFolder } from '@tidemark/test-kit';
import { tableFromArrays } from 'apache-arrow';
import { expect, it } from 'vitest';
import { previewDeltaTable } from '../scan/preview-delta-table.ts';
import { appendToDeltaTable, createDeltaTable } from '../write/write-delta-table.ts';
import { deltaHistory } from './delta-history.ts';

async function tableOfThree(): Promise<string> {
  const path = join(temporaryFolder(), 'penguins');
  await createDeltaTable(path, tableFromArrays({ x: Float64Array.of(1, 2), y: ['a', 'b'] }));
  await appendToDeltaTable(path, tableFromArrays({ x: Float64Array.of(3), y: ['c'] }));
  await appendToDeltaTable(path, tableFromArrays({ x: Float64Array.of(4), y: ['d'] }));
  return path;
}

it('lists the versions of a table, newest first, with their operations', async () => {
  const path = await tableOfThree();
  const history = await deltaHistory(path);
  expect(history.map(({ version }) => version)).toEqual([2, 1, 0]);
  for (const { operation, timestampMs } of history) {
    expect(operation).toMatch(/\w/);
    expect(timestampMs).toBeGreaterThan(0);
  }
  expect(await deltaHistory(path, { limit: 1 })).toEqual([history[0]]);
  await expect(deltaHistory(temporaryFolder())).rejects.toMatchObject({
    code: 'DELTA_TABLE_NOT_FOUND',
  });
});

it('shows the first rows of a version', async () => {
  const path = await tableOfThree();
  const shown = await previewDeltaTable(path, { version: 1, limit: 2, columns: ['x'] });
  expect(shown.snapshot.version).toBe(1);
  expect(shown.table.schema.fields.map(({ name }) => name)).toEqual(['x']);
  expect(shown.table.numRows).toBe(2);
  expect((await previewDeltaTable(path, { limit: 10 })).table.numRows).toBe(4);
});
