import { join } from 'node:path';
import { appendToDeltaTable, createDeltaTable } from '@tidemark/delta-lineage';
import { temporaryFolder } from '@tidemark/test-kit';
import {
  Binary,
  Decimal,
  Field,
  Int64,
  List,
  Struct,
  Table,
  TimestampMicrosecond,
  tableFromArrays,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { arrowRows } from '../../render/arrow-rows.ts';
import { tidemark } from '../../testing/tidemark.ts';

async function tableOfTwo(): Promise<string> {
  const path = join(temporaryFolder(), 'penguins');
  const rows = { mass_g: Float64Array.of(3750, 5000), species: ['Adelie', 'Gentoo'] };
  await createDeltaTable(path, tableFromArrays(rows));
  await appendToDeltaTable(
    path,
    tableFromArrays({ mass_g: Float64Array.of(3700), species: ['Chinstrap'] }),
  );
  return path;
}

describe('tidemark delta', () => {
  it('lists versions, shows one, and previews its rows', async () => {
    const table = await tableOfTwo();
    const versions = await tidemark('delta', 'versions', table);
    expect(versions.out).toMatch(/VERSION.*\n +1 .*\n +0 .*\n$/);
    const json = await tidemark('delta', 'versions', table, '-n', '1', '--json');
    expect(JSON.parse(json.out)).toMatchObject([{ version: 1 }]);
    const shown = await tidemark('delta', 'show', table, '--at', '0');
    expect(shown.out).toMatch(/version +0, of .*\n +files +1, /);
    expect(shown.out).toMatch(/Schema\n +mass_g +double.*\n +species +string/);
    const first = await tidemark('delta', 'preview', table, '--at', '0', '-n', '1');
    expect(first.out).toMatch(/mass_g +species\n3750 +Adelie\nthe first 1 rows of version 0\n/);
    const csv = await tidemark('delta', 'preview', table, '--columns', 'species', '--csv');
    expect(csv.out).toBe('species\nAdelie\nGentoo\nChinstrap\n');
  });

  it('says what is wrong with a table, a version or a time', async () => {
    const table = await tableOfTwo();
    const none = await tidemark('delta', 'show', temporaryFolder());
    expect(none).toMatchObject({
      code: 1,
      error: expect.stringContaining('DELTA_TABLE_NOT_FOUND'),
    });
    const later = await tidemark('delta', 'preview', table, '--at', '9');
    expect(later.error).toContain('[DELTA_VERSION_NOT_FOUND]');
    const when = await tidemark('delta', 'preview', table, '--at', 'soon');
    expect(when.error).toContain('[INVALID_ARGUMENT]');
  });
});

it('rows of Arrow become JSON values', () => {
  const decimals = vectorFromArray([Uint32Array.of(12_345, 0, 0, 0), null], new Decimal(2, 10));
  const lists = vectorFromArray(
    [[1n, 2n ** 60n], null],
    new List(new Field('item', new Int64(), true)),
  );
  const structs = vectorFromArray(
    [{ a: 'x' }, null],
    new Struct([new Field('a', new Utf8(), true)]),
  );
  const table = new Table({
    decimal: decimals,
    list: lists,
    struct: structs,
    bytes: vectorFromArray([Uint8Array.of(1, 2), null], new Binary()),
    instant: vectorFromArray([0, null], new TimestampMicrosecond('UTC')),
  });
  const [first, second] = arrowRows(table);
  expect(first).toEqual({
    decimal: '123.45',
    list: [1, '1152921504606846976'],
    struct: { a: 'x' },
    bytes: 'AQI=',
    instant: '1970-01-01T00:00:00.000Z',
  });
  expect(Object.values(second ?? {})).toEqual([null, null, null, null, null]);
});
