import { rmSync } from 'node:fs';
import { parsePolicy } from '@tidemark/github-action';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { readWorkspace } from '../workspace/workspace.ts';
import { typeErrors } from './check-types.ts';
import { examplesOf, shownExamples } from './examples.ts';
import { installPackages } from './install-packages.ts';
import { canRun, setupOf } from './page-setup.ts';
import { type ShownSnippet, shownSnippets } from './pages.ts';
import { runSnippet } from './run-snippet.ts';
import { snippetsOf } from './snippets.ts';

const shown = shownSnippets();
const typescript = shown.filter(({ language }) => language === 'ts');

let installed: string;
beforeAll(async () => {
  installed = await installPackages();
});
afterAll(() => rmSync(installed, { recursive: true, force: true }));

it('a page has its fenced blocks, with their languages and lines', () => {
  const markdown =
    'Text\n```sh\nnpm i\n```\n```ts twoslash\nconst a = `x`;\n```\n\n```\nplain\n```\n';
  expect(snippetsOf(markdown)).toEqual([
    { language: 'sh', code: 'npm i\n', line: 2 },
    { language: 'ts', code: 'const a = `x`;\n', line: 5 },
    { language: '', code: 'plain\n', line: 9 },
  ]);
});

describe('a snippet', () => {
  it('passes when it runs to its end', async () => {
    const code = `import assert from 'node:assert/strict';\nassert.equal(await Promise.resolve(1), 1);\n`;
    expect(await runSnippet(code, installed)).toEqual({ exitCode: 0, output: '' });
  });

  it('fails when its assertion fails', async () => {
    const result = await runSnippet(
      `import assert from 'node:assert/strict';\nassert.equal(1, 2);\n`,
      installed,
    );
    expect(result.exitCode).toBe(1);
    expect(result.output).toContain('ERR_ASSERTION');
  });

  it('that imports vitest is run as a test', async () => {
    const code = `import { expect, it } from 'vitest';\nit('adds', () => expect(1 + 1).toBe(3));\n`;
    expect((await runSnippet(code, installed)).exitCode).toBe(1);
    expect((await runSnippet(code.replace('toBe(3)', 'toBe(2)'), installed)).exitCode).toBe(0);
  });

  it('with a type error is reported with its page and line', async () => {
    const wrongCode = 'const a = 1; // … é 💧\na.b();\n';
    const wrongCall = "import { getRun } from '@tidemark/core';\n\nawait getRun(1);\n";
    const snippet = { language: 'ts', line: 7, page: 'docs/x.md' };
    const snippets = [wrongCode, wrongCall].map((code) => ({ ...snippet, code }));
    expect(await typeErrors(snippets)).toEqual([
      expect.stringMatching(/^docs\/x\.md:9: error TS2339: .* 'b'/),
      expect.stringMatching(/^docs\/x\.md:10: error TS2554:/),
    ]);
  });
});

it('every package has a README with a snippet', () => {
  const packages = readWorkspace(REPOSITORY_ROOT)
    .members.filter(({ kind }) => kind === 'packages')
    .map(({ folder }) => `${folder}/README.md`);
  expect(packages.filter((page) => typescript.every((snippet) => snippet.page !== page))).toEqual(
    [],
  );
});

it('the compiler accepts every TypeScript snippet, and every example of a doc comment', async () => {
  const examples = shownExamples();
  expect(examples.length).toBeGreaterThan(0);
  expect(await typeErrors([...typescript, ...examples])).toEqual([]);
});

it('a doc comment has its examples, with their lines in the file', () => {
  const source =
    'a;\n/** No example. */\nb;\n  /**\n   * Adds.\n   *\n   * @example\n   * ```ts\n   * add({\n   *   a: 1,\n   * });\n   * ```\n   */\nc;\n';
  expect(examplesOf(source, 'a.ts')).toEqual([
    { language: 'ts', code: 'add({\n  a: 1,\n});\n', line: 8, page: 'a.ts' },
  ]);
});

const running = typescript.filter(canRun).map((snippet) => [place(snippet), snippet] as const);

it.each(running)('the snippet at %s runs', async (_, { page, code }) => {
  const { exitCode, output } = await runSnippet(code, installed, setupOf(page));
  expect(exitCode, output).toBe(0);
});

const policies = shown
  .filter(({ language, code }) => language === 'yaml' && /^models:$/m.test(code))
  .map((snippet) => [place(snippet), snippet] as const);

it.each(policies)('the gate accepts the policy at %s', (_, { code }) => {
  expect(parsePolicy(code).models.length).toBeGreaterThan(0);
});

const json = shown
  .filter(({ language }) => language === 'json')
  .map((snippet) => [place(snippet), snippet] as const);

it.each(json)('the JSON at %s is valid, where … stands for any value', (_, { code }) => {
  expect(() => JSON.parse(code.replaceAll(/"?…"?/g, 'null'))).not.toThrow();
});

function place({ page, line }: ShownSnippet): string {
  return `${page}:${line}`;
}
