import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { readWorkspace } from '../workspace/workspace.ts';
import { firstSnippet } from './first-snippet.ts';
import { runSnippet } from './run-snippet.ts';

describe('the first snippet', () => {
  it('is the first block of its language, whatever stands around it', () => {
    const markdown = 'Text\n```sh\nnpm i\n```\n```ts\nconst a = `x`;\n```\n\n```ts\nlater\n```\n';
    expect(firstSnippet(markdown, 'ts')).toBe('const a = `x`;\n');
    expect(firstSnippet(markdown, 'json')).toBeUndefined();
  });
});

describe('a snippet', () => {
  it('passes when it runs to its end', async () => {
    const code = `import assert from 'node:assert/strict';\nassert.equal(await Promise.resolve(1), 1);\n`;
    expect(await runSnippet(code)).toEqual({ exitCode: 0, output: '' });
  });

  it('fails when what it asserts is not so', async () => {
    const result = await runSnippet(
      `import assert from 'node:assert/strict';\nassert.equal(1, 2);\n`,
    );
    expect(result.exitCode).toBe(1);
    expect(result.output).toContain('ERR_ASSERTION');
  });

  it('that imports vitest is run as a test', async () => {
    const code = `import { expect, it } from 'vitest';\nit('adds', () => expect(1 + 1).toBe(3));\n`;
    expect((await runSnippet(code)).exitCode).toBe(1);
    expect((await runSnippet(code.replace('toBe(3)', 'toBe(2)'))).exitCode).toBe(0);
  });
});

describe('the README of', () => {
  const packages = readWorkspace(REPOSITORY_ROOT).members.filter(
    (member) => member.kind === 'packages',
  );

  it.each(packages.map((member) => member.folder))('%s has a snippet that runs', async (folder) => {
    const readme = await readFile(join(REPOSITORY_ROOT, folder, 'README.md'), 'utf8');
    const snippet = firstSnippet(readme, 'ts');
    expect.assert(snippet !== undefined, 'it has no ```ts block');
    const { exitCode, output } = await runSnippet(snippet);
    expect(exitCode, output).toBe(0);
  });
});
