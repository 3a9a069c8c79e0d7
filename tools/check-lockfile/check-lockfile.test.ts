import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseJsonObject } from '../workspace/json.ts';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { lockfileProblems } from './check-lockfile.ts';
import { LOCKFILES } from './lockfiles.ts';

const native = { optionalDependencies: { '@tool/linux': '1.0.0' }, integrity: 'sha512-x' };
const binary = { optional: true, integrity: 'sha512-y' };

describe('a lockfile', () => {
  it('is complete when each optional binary has an entry', () => {
    expect(
      lockfileProblems({
        packages: {
          '': {},
          'packages/core': { name: 'core' },
          'node_modules/core': { resolved: 'packages/core', link: true },
          'node_modules/tool': native,
          'node_modules/@tool/linux': binary,
          'node_modules/tool/node_modules/archived': { inBundle: true },
        },
      }),
    ).toEqual([]);
  });

  it('is incomplete when one is missing, as npm leaves it when the registry lacks it', () => {
    const tool = {
      ...native,
      optionalDependencies: { '@tool/linux': '1.0.0', '@tool/darwin': '1.0.0' },
    };
    expect(
      lockfileProblems({
        packages: { '': {}, 'node_modules/tool': tool, 'node_modules/@tool/linux': binary },
      }),
    ).toEqual([
      'node_modules/tool wants @tool/darwin@1.0.0 where its system matches, which has no entry: go back to a release whose binaries are all in the registry.',
    ]);
  });

  it.each([
    ['next to the package', 'packages/core/node_modules/@tool/linux'],
    ['inside the package', 'packages/core/node_modules/tool/node_modules/@tool/linux'],
    ['at the root', 'node_modules/@tool/linux'],
  ])('may keep the binary %s, where Node would find it', (_place, path) => {
    const tool = 'packages/core/node_modules/tool';
    expect(lockfileProblems({ packages: { [tool]: native, [path]: binary } })).toEqual([]);
  });

  it('does not count an entry inside another package', () => {
    const elsewhere = 'node_modules/other/node_modules/@tool/linux';
    expect(
      lockfileProblems({ packages: { 'node_modules/tool': native, [elsewhere]: binary } }),
    ).toHaveLength(1);
  });

  it('needs an integrity for what is downloaded', () => {
    expect(lockfileProblems({ packages: { 'node_modules/zod': { version: '4.6.7' } } })).toEqual([
      'node_modules/zod has no integrity: delete the entry and run npm install again.',
    ]);
  });

  it('of npm 6 is refused', () => {
    expect(lockfileProblems({ lockfileVersion: 1 })).toEqual([
      'has no "packages": write it with npm 7 or later.',
    ]);
  });

  it.each(LOCKFILES)('of this repository is sound: %s', (path) => {
    const text = readFileSync(join(REPOSITORY_ROOT, path), 'utf8');
    expect(lockfileProblems(parseJsonObject(text, path))).toEqual([]);
  });
});
