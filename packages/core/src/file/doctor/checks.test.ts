import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unlisted } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import { CHECKS } from './checks.ts';

const PAGE = readFileSync(new URL('../../../../../docs/maintenance.md', import.meta.url), 'utf8');

describe('the list of checks', () => {
  it('has every check in the folder', () => {
    const folder = join(import.meta.dirname, 'checks');
    const list = join(import.meta.dirname, 'checks.ts');
    expect(unlisted({ folder, type: 'Check', list })).toEqual([]);
  });

  it('is the list in docs/maintenance.md, in the same order', () => {
    const [, table = ''] = PAGE.split('| check | finds |');
    const [rows = ''] = table.split('\n\n');
    const told = [...rows.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name);
    expect(told.filter((name) => name !== 'store-file')).toEqual(CHECKS.map(({ name }) => name));
  });
});
