import { join } from 'node:path';
import { unlisted } from '@tidemark/test-kit';
import { expect, it } from 'vitest';
import { CHANGE_KINDS } from './registry-change.ts';

it('the list of changes has every kind in the folder', () => {
  const folder = join(import.meta.dirname, 'changes');
  const list = join(import.meta.dirname, 'registry-change.ts');
  expect(unlisted({ folder, type: '(?:Model)?ChangeKind', list })).toEqual([]);
});

it.each(Object.entries(CHANGE_KINDS))('the schema of %s accepts this kind', (kind, { schema }) => {
  const { issues = [] } = schema.safeParse({ kind }).error ?? {};
  expect(issues.filter(({ path }) => path[0] === 'kind')).toEqual([]);
});
