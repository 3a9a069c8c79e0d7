import { join } from 'node:path';
import { unlisted } from '@tidemark/test-kit';
import { expect, it } from 'vitest';

it('the list of routes has the routes of every file', () => {
  const list = join(import.meta.dirname, 'routes.ts');
  const type = 'readonly Route\\[\\]';
  for (const folder of ['routes', 'graphql']) {
    expect(unlisted({ folder: join(import.meta.dirname, folder), type, list })).toEqual([]);
  }
});
