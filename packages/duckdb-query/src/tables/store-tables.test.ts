import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unlisted } from '@tidemark/test-kit';
import { expect, it } from 'vitest';
import { TABLES } from './store-tables.ts';

const page = readFileSync(new URL('../../../../docs/sql.md', import.meta.url), 'utf8');

it.each(TABLES)('docs/sql.md describes $name as it is', ({ name, description, columns }) => {
  const rows = columns.map(
    ({ name: column, type, unit, description: about }) =>
      `| \`${column}\` | ${type}${unit === undefined ? '' : `, ${unit}`} | ${about} |`,
  );
  const section = [
    `### ${name}`,
    '',
    description,
    '',
    '| Column | Type | |',
    '| --- | --- | --- |',
  ];
  expect(page).toContain([...section, ...rows, ''].join('\n'));
});

it('docs/sql.md describes no other tables', () => {
  const described = [...page.matchAll(/^### (.+)$/gm)].map(([, name]) => name);
  expect(described).toEqual(TABLES.map(({ name }) => name));
});

it('the list of tables has every table in this folder', () => {
  const folder = import.meta.dirname;
  const type = '(?:readonly )?SqlTable';
  expect(unlisted({ folder, type, list: join(folder, 'store-tables.ts') })).toEqual([]);
});
