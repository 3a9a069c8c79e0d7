import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { readWorkspace } from '../workspace/workspace.ts';
import { API_PAGE, apiPage } from './api-page.ts';
import { exportedNames } from './exported-names.ts';

describe('the names that an entry exports', () => {
  it('are split into values and types, under their exported names', () => {
    const text = `
      export { a, type B, c as d } from './x.ts';
      export type { E } from './y.ts';
      export const f: number = 1, g: number = 2;
      export function h(): void {}
      export interface I {}
      export class J {}
      const hidden = 1;
    `;
    expect(exportedNames(text, 'x.ts')).toEqual({
      values: ['J', 'a', 'd', 'f', 'g', 'h'],
      types: ['B', 'E', 'I'],
    });
  });

  it('never include everything of another file', () => {
    expect(() => exportedNames(`export * from './x.ts';`, 'index.ts')).toThrow('index.ts');
  });
});

it(`${API_PAGE} lists what the packages export; if that is meant to change: npm run docs:api`, () => {
  const written = readFileSync(join(REPOSITORY_ROOT, API_PAGE), 'utf8');
  expect(apiPage(readWorkspace(REPOSITORY_ROOT))).toBe(written);
});
