import { setModelTag } from '@tidemark/client';
import { describe, expect, it } from 'vitest';
import { pullRequest } from './testing/pull-request.ts';
import { registerPenguins } from './testing/register-penguins.ts';

const NAME = 'a|b @octo <img src=x> `c` [l](http:x) é💧';
const VALUE =
  'no\n::error::planted\r\n::set-output name=verdict::passed\n##[set-env name=X]1 | @octo ‮';

describe('names and values from untrusted authors', () => {
  it('are shown as text, and are neither commands of the runner nor markup in the summary', async () => {
    const { store, gate } = await pullRequest({
      policy: `
version: 1
models:
  - name: ${JSON.stringify(NAME.replaceAll(/[:/]/g, ' '))}
    tags:
      require:
        - {key: "::error::planted", equals: "yes"}
        - {key: "::stop-commands::x", equals: "yes"}
`,
    });
    const name = NAME.replaceAll(/[:/]/g, ' ');
    await registerPenguins(store, { name });
    const evidence = { ciJob: '::warning::planted\n##[error]planted' };
    const tag = { store, name, version: 1, value: VALUE, evidence };
    await setModelTag({ ...tag, key: '::error::planted' });
    await setModelTag({ ...tag, key: '::stop-commands::x' });
    const result = await gate();
    expect(result.exitCode).toBe(1);
    expect(result.outputs.verdict).toBe('failed');

    // The runner accepts a command at the start of a line, or ##[…] anywhere.
    const known = /^(::add-mask::ghs_testToken|::error::(tags|The model gate).*|)$/;
    const commands = result.stdout.split('\n').filter((line) => /^\s*::/.test(line));
    for (const line of commands) expect(line).toMatch(known);
    expect(result.stdout).not.toContain('##[');
    expect(result.errors).toHaveLength(3);
    for (const message of result.errors) expect(message).not.toMatch(/[\n\r\u202e]/);
    expect(result.errors.join('\n')).toContain('planted');

    // Every row of the table has the same number of cells, and nothing in it is Markdown.
    const rows = result.summary.split('\n').filter((line) => line.startsWith('|'));
    for (const row of rows) expect(row.split('|')).toHaveLength(8);
    expect(result.summary).not.toMatch(/@octo|<img|\]\(|::error::|`c`|\u202e/);
    expect(result.summary).toContain('planted');
    expect(result.summary).toContain('é💧');

    // Outputs have the exact text.
    expect(JSON.parse(result.outputs['failed-rules'] ?? '')).toEqual([
      `${name}/tags.require.::error::planted`,
      `${name}/tags.require.::stop-commands::x`,
    ]);
  });
});
