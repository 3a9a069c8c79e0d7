import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES } from '@tidemark/core';
import { describe, expect, it } from 'vitest';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { temporaryWorkspace } from '../workspace/temporary-workspace.ts';
import { readWorkspace } from '../workspace/workspace.ts';
import { docsProblems } from './check-docs.ts';
import { errorsPage, errorsPageProblems } from './errors-page.ts';
import { mentionsOf } from './mentions.ts';

const CODES = { RUN_NOT_FOUND: 'No run has this id.', INVALID_KEY: 'A key breaks a rule.' };

const SOUND = {
  'package.json': { name: 'root', scripts: { test: 'x', demo: 'x', 'docs:errors': 'x' } },
  'README.md': 'Run `npm ci && npm run demo`; see [how it is built](ARCHITECTURE.md#shape).\n',
  'ARCHITECTURE.md': 'The port is `packages/core/src/store.ts`; `.ci/run` checks it all.\n',
  'CONTRIBUTING.md': 'Put examples under examples/<name>/. Tests: `npm test`.\n',
  'docs/errors.md': errorsPage(CODES),
  'docs/decisions/001-why.md': 'See [the errors](../errors.md) and <https://example.org/docs/x>.\n',
  '.ci/run': '',
  'packages/core/package.json': { name: '@tidemark/core' },
  'packages/core/README.md': '',
  'packages/core/src/errors.ts': '',
  'packages/core/src/store.ts': '',
  'examples/penguins/package.json': { name: 'penguins' },
  'examples/penguins/README.md': '',
};

function problemsOf(change: Readonly<Record<string, unknown>>): string[] {
  return docsProblems(readWorkspace(temporaryWorkspace({ ...SOUND, ...change })), CODES);
}

describe('the documentation', () => {
  it('has no problems in a sound repository', () => {
    expect(problemsOf({})).toEqual([]);
  });

  it.each([
    [
      'a path that does not exist',
      'Read `packages/core/src/gone.ts`.',
      'packages/core/src/gone.ts, which does not exist',
    ],
    ['a link that leads nowhere', '\n[here](docs/gone.md)', 'docs/gone.md, which does not exist'],
    [
      'a script that does not exist',
      '```sh\nnpm run gone\n```',
      'the script gone, which package.json does not have',
    ],
  ])('may not mention %s', (_what, text, problem) => {
    expect(problemsOf({ 'README.md': text }).join('\n')).toMatch(
      new RegExp(`^README\\.md:\\d  mentions ${problem}\\.$`),
    );
  });

  it.each(['README.md', 'CHANGELOG.md', 'docs/decisions/001-why.md', 'packages/core/README.md'])(
    'may not have markers of a merge conflict: %s',
    (page) => {
      const conflict = ['<'.repeat(7), '='.repeat(7), '>'.repeat(7)].join(' a\n');
      expect(problemsOf({ [page]: `${conflict} b\n` })).toEqual(
        [1, 3].map((line) => `${page}:${line}  has the marker of a merge conflict.`),
      );
    },
  );

  it('is checked in every page below docs/, relative to the page', () => {
    expect(problemsOf({ 'docs/decisions/001-why.md': '[x](errors.md)' })).toEqual([
      'docs/decisions/001-why.md:1  mentions docs/decisions/errors.md, which does not exist.',
    ]);
  });

  it('needs a README for every package', () => {
    expect(problemsOf({ 'packages/client/package.json': { name: '@tidemark/client' } })).toEqual([
      'packages/client/README.md  is missing.',
    ]);
  });
});

it('a pattern or a placeholder is checked up to the folder before it', () => {
  const text =
    'Tests are packages/*/src/x.test.ts, packages/core/src/{a,b}.ts and ./tools/<name>/main.ts.';
  const names = mentionsOf(text, 'README.md', ['packages', 'tools']).map(({ name }) => name);
  expect(names).toEqual(['packages', 'packages/core/src', 'tools']);
});

describe('the page of error codes', () => {
  it('names each code with its meaning', () => {
    expect(errorsPage(CODES)).toContain(
      '| `RUN_NOT_FOUND` | No run has this id. |\n| `INVALID_KEY` |',
    );
  });

  it('is out of date when a code was added, removed or changed its meaning', () => {
    const page = errorsPage(CODES);
    expect(errorsPageProblems(page, CODES)).toEqual([]);
    expect(errorsPageProblems(page, { ...CODES, NEW: 'New.' })).toEqual([
      'lacks NEW: run npm run docs:errors.',
    ]);
    expect(errorsPageProblems(page, { RUN_NOT_FOUND: CODES.RUN_NOT_FOUND })).toEqual([
      'lists INVALID_KEY, which is not an error code: run npm run docs:errors.',
    ]);
    expect(errorsPageProblems(page, { ...CODES, INVALID_KEY: 'Else.' })).toEqual([
      'differs from the codes: run npm run docs:errors.',
    ]);
  });

  it('of this repository is up to date', () => {
    const page = readFileSync(join(REPOSITORY_ROOT, 'docs/errors.md'), 'utf8');
    expect(errorsPageProblems(page, ERROR_CODES)).toEqual([]);
  });
});
