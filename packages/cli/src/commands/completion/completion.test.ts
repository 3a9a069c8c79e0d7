import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { openStore, startRun } from '@tidemark/client';
import { bundleScript, temporaryFolder } from '@tidemark/test-kit';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../program.ts';
import { tidemark } from '../../testing/tidemark.ts';
import { completeWords } from './complete-words.ts';
import { COMPLETION_SCRIPTS, SHELLS } from './completion-scripts.ts';

const program = buildProgram({
  out: () => {},
  outBytes: async () => {},
  error: () => {},
  width: 80,
  colors: false,
});

function offered(...words: string[]): string[] {
  return completeWords(program, words).candidates.map(({ value }) => value);
}

function* tree(command: Command, path: string[] = []): Generator<[string[], Command]> {
  yield [path, command];
  for (const sub of command.commands) {
    if (!sub.name().startsWith('_')) yield* tree(sub, [...path, sub.name()]);
  }
}

describe('completion', () => {
  it('offers every command and every option where it is valid', () => {
    for (const [path, command] of tree(program)) {
      if (path.length > 0) {
        const [above, name] = [path.slice(0, -1), path.at(-1) as string];
        expect(offered(...above, '')).toContain(name);
        expect(offered(...above, name.slice(0, -1))).toContain(name);
      }
      for (const { long } of command.options) expect(offered(...path, '--')).toContain(long);
      expect(offered(...path, '--')).toContain('--help');
    }
  });

  it('offers no command where an argument or a value is expected', () => {
    expect(offered('runs', 'show', '')).toEqual([]);
    expect(offered('runs', '--experiment', '')).toEqual([]);
    expect(offered('runs', 'delete', 'a', '')).toEqual([]);
    expect(offered('completion', 'b')).toEqual(['bash']);
    expect(offered('auth', 'add-user', 'ada', '--role', 'a')).toEqual(['approver', 'admin']);
  });

  it('knows whether a word is the name of a run, an experiment or a model', () => {
    const names = (...words: string[]) => completeWords(program, words).names;
    expect(names('runs', 'show', '')).toBe('runs');
    expect(names('runs', 'compare', 'a', '')).toBe('runs');
    expect(names('runs', '-e', '')).toBe('experiments');
    expect(names('models', 'show', '')).toBe('models');
    expect(names('models', 'create', '')).toBeUndefined();
    expect(names('-s', 'x', 'artifacts', 'get', '')).toBe('runs');
  });

  it('offers the names in a store, and nothing without a store', async () => {
    const folder = join(temporaryFolder(), 'store');
    const ask = (...words: string[]) => tidemark('__complete', '--', '-s', folder, ...words);
    expect(await ask('runs', 'show', '')).toEqual({ code: 0, out: '', error: '' });
    const store = await openStore(folder);
    await startRun({ environment: false, store, experiment: 'ice', name: 'first' }, () => {});
    await startRun({ environment: false, store, name: 'not one word' }, () => {});
    const { out } = await ask('runs', 'show', '');
    expect(out).toMatch(/^latest\t.*\nfirst\tFINISHED \w+\n$/);
    expect((await ask('runs', '--experiment', 'i')).out).toMatch(/^ice\t\d+\n$/);
  });

  it.each(SHELLS)('prints the script for %s', async (shell) => {
    const { code, out } = await tidemark('completion', shell);
    expect([code, out]).toEqual([0, COMPLETION_SCRIPTS[shell]]);
  });

  it('works in a real bash', async (context) => {
    if (spawnSync('bash', ['-c', ':']).status !== 0) context.skip('this machine has no bash');
    const main = await bundleScript(new URL('../../testing/run-tidemark.ts', import.meta.url));
    const script = `
      tidemark() { "$NODE" "$MAIN" "$@"; }
      ${COMPLETION_SCRIPTS.bash}
      COMP_WORDS=(tidemark runs sh); COMP_CWORD=2; _tidemark; echo "\${COMPREPLY[*]}"
      COMP_WORDS=(tidemark runs list ''); COMP_CWORD=3; _tidemark; echo "\${#COMPREPLY[@]}"`;
    const { stderr, stdout } = spawnSync('bash', ['-c', script], {
      encoding: 'utf8',
      env: { ...process.env, NODE: process.execPath, MAIN: main },
    });
    expect([stderr, stdout]).toEqual(['', 'show\n0\n']);
  });
});
