import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { bundleScript } from '@tidemark/test-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { copyNeighbour, makeEdit } from './follow-recipe.ts';
import type { Edit, Recipe } from './recipe.ts';
import { RECIPES } from './recipes.ts';
import type { ShownDummies } from './show-dummies.ts';
import { filesToCopy, rowOf, unnamedFiles } from './where-to-add.ts';
import { makeWorkingCopy } from './working-copy.ts';

const PAGE = readFileSync(join(REPOSITORY_ROOT, 'ARCHITECTURE.md'), 'utf8');
const EDITS = RECIPES.flatMap(({ edits }) => edits);
const run = promisify(execFile);

describe('"Where to add what"', () => {
  it.each(RECIPES)('describes $toAdd as its recipe does', (recipe) => {
    expect(PAGE).toContain(`\n${rowOf(recipe)}\n`);
    expect(unnamedFiles(recipe)).toEqual([]);
  });

  it('names existing files', () => {
    const files = filesToCopy(PAGE);
    expect(files).toHaveLength(RECIPES.length);
    expect(files.filter((path) => !existsSync(join(REPOSITORY_ROOT, path)))).toEqual([]);
  });
});

// One copy for all tests. Each test forgets fewer edits than the one before.
describe('a dummy of each kind', () => {
  let copy: string;

  beforeAll(() => {
    copy = makeWorkingCopy();
    for (const recipe of RECIPES) copyNeighbour(copy, recipe);
  });

  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  it('that is missing from its list is named by a test', async () => {
    expect(await namedByTests(copy, RECIPES.map(listEdit).filter(isNamedByTest))).toEqual([]);
  });

  it('that is only in its list is named by a test of its documentation, or by the compiler', async () => {
    for (const recipe of RECIPES) makeEdit(copy, listEdit(recipe));
    const rest = EDITS.filter((edit) => !RECIPES.some((recipe) => listEdit(recipe) === edit));
    expect(await namedByTests(copy, rest.filter(isNamedByTest))).toEqual([]);
    const asked = rest.filter(({ forgotten }) => forgotten.by === 'compiler');
    expect(await filesWithErrors(copy, ['core', 'mlflow', 'client'])).toEqual(
      [...new Set(asked.map(({ file }) => file))].sort(),
    );
    for (const edit of rest) makeEdit(copy, edit);
  });

  it('passes the checks after its recipe', async () => {
    expect(await filesWithErrors(copy)).toEqual([]);
    const { stdout } = await inCopy(copy, 'tsx/dist/cli.mjs', 'tools/check-boundaries/main.ts');
    expect(stdout).toContain(' 0 violations');
  });

  it('works like its neighbour', async () => {
    const script = pathToFileURL(join(copy, 'tools/recipes/show-dummies.ts'));
    const { stdout } = await inCopy(copy, await bundleScript(script));
    const shown: ShownDummies = JSON.parse(stdout);
    expect(shown).toEqual({
      store: ['kept'],
      event: ['dummies'],
      registryFunction: ['best'],
      change: 'made',
      flavor: 'ARTIFACT_NOT_FOUND',
      rule: ['dummy.inputs: fail'],
      command: {
        help: expect.stringMatching(/^ {2}dummy /m),
        called: expect.stringContaining('Deleted first'),
      },
      endpoint: {
        status: 400,
        paths: [
          '/api/2.0/mlflow/dummies/create',
          '/api/2.0/mlflow/dummies/update',
          '/api/2.0/mlflow/dummies/delete',
          '/api/2.0/mlflow/dummies/list',
        ],
      },
      check: [expect.stringMatching(/^[0-9a-f]{32}$/)],
      table: {
        listed: expect.stringContaining('dummy_parts'),
        rows: expect.stringMatching(/"n":0\b/),
      },
    });
  });
});

function listEdit({ toAdd, edits: [list] }: Recipe): Edit {
  if (list === undefined) throw new Error(`${toAdd} is in no list`);
  return list;
}

function isNamedByTest({ forgotten }: Edit): boolean {
  return 'saying' in forgotten;
}

/** The edits that a test names, in a copy where none was made. */
async function namedByTests(copy: string, edits: readonly Edit[]): Promise<string[]> {
  const files = [...new Set(edits.map(({ forgotten }) => forgotten.by))];
  const [, ...failures] = (await failedTests(copy, files)).split(/^ *FAIL /m);
  return edits
    .filter(({ forgotten }) => {
      if (!('saying' in forgotten)) return true;
      const file = forgotten.by.replace(/^packages\/[^/]+\//, '');
      const isNamed = (failure: string): boolean =>
        failure.split('\n', 1)[0]?.includes(file) === true && failure.includes(forgotten.saying);
      return !failures.some(isNamed);
    })
    .map(({ file, forgotten }) => `${file}: ${forgotten.by} says nothing of it`);
}

/** The output of vitest for tests that fail. */
async function failedTests(copy: string, files: readonly string[]): Promise<string> {
  // As one project, so that what tests of several packages import is read once.
  const config = `import { packageTests } from './vitest.shared.ts';\nexport default packageTests(import.meta.dirname);\n`;
  writeFileSync(join(copy, 'vitest.recipes.config.mjs'), config);
  const options = ['--config', 'vitest.recipes.config.mjs', '--reporter=default', '--no-color'];
  const said = await inCopy(copy, 'vitest/vitest.mjs', 'run', ...options, ...files).catch(outputOf);
  return said.stderr;
}

/** The output of a program that ended with an error, as tests and compilers do. */
function outputOf(error: unknown): Output {
  const { stdout, stderr } = error as Partial<Output>;
  if (stdout === undefined || stderr === undefined) throw error;
  return { stdout, stderr };
}

/** The output of a program. */
interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** The files with compiler errors: of these packages, or of all packages without their tests. */
async function filesWithErrors(copy: string, packages?: readonly string[]): Promise<string[]> {
  const include = (packages ?? ['*']).map((name) => `packages/${name}/src/**/*.ts`);
  const exclude = packages === undefined ? ['**/node_modules', '**/*.test.ts'] : undefined;
  const config = { extends: './tsconfig.check.json', include, exclude };
  writeFileSync(join(copy, 'tsconfig.recipes.json'), JSON.stringify(config));
  // One checker, because each of several checks the types that they share.
  const options = ['-p', 'tsconfig.recipes.json', '--checkers', '1'];
  const { stdout } = await inCopy(copy, 'typescript/bin/tsc', ...options).catch(outputOf);
  const places = stdout.matchAll(/^(.+?)\(\d+,\d+\): error/gm);
  return [...new Set(Array.from(places, ([, path = '']) => path))].sort();
}

/** Runs an installed program, or one at an absolute path, in the copy, without variables of this test. */
function inCopy(copy: string, program: string, ...words: string[]): Promise<Output> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:VITEST|NODE_ENV|NODE_OPTIONS)/.test(name)),
  );
  const path = resolve(copy, 'node_modules', program);
  return run(process.execPath, [path, ...words], { cwd: copy, env, maxBuffer: 64 * 1024 * 1024 });
}
