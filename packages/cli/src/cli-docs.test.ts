import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { buildProgram } from './program.ts';

const PAGE = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');

/** Returns the calls on the page, each as the words after `tidemark`. */
function callsShown(): string[][] {
  const blocks = [...PAGE.matchAll(/```sh\n([\s\S]*?)```/g)].map((block) => block[1] ?? '');
  return blocks
    .join('')
    .split('\n')
    .map((line) => line.replace(/\s+#.*$/, '').replace(/^eval "\$\((.*)\)"$/, '$1'))
    .map((line) => line.replace(/ > .*$/, ''))
    .filter((line) => line.startsWith('tidemark '))
    .map((line) =>
      [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''),
    )
    .map(([, ...words]) => words);
}

function* commandsBelow(command: Command, path: string[] = []): Generator<[string, Command]> {
  if (command.commands.length === 0) yield [path.join(' '), command];
  for (const sub of command.commands) {
    if (!sub.name().startsWith('_')) yield* commandsBelow(sub, [...path, sub.name()]);
  }
}

/** Parses a call like the program, without running it, and returns the name of its command. */
function understood(words: readonly string[]): string {
  let called = '';
  const program = buildProgram({
    out: () => {},
    outBytes: async () => {},
    error: (text) => {
      called += text;
    },
    width: 80,
    colors: false,
  });
  for (const [path, command] of commandsBelow(program)) {
    command.action(() => {
      called = path;
    });
  }
  program.parse(words, { from: 'user' });
  return called;
}

it('docs/cli.md shows every command in a valid call', () => {
  // `import` is a command and also has a subcommand.
  const calls = callsShown().filter(([first, second]) => first !== 'import' || second === 'mlruns');
  const shown = new Set(calls.map(understood));
  const program = buildProgram({
    out: () => {},
    outBytes: async () => {},
    error: () => {},
    width: 80,
    colors: false,
  });
  expect([...shown].sort()).toEqual([...commandsBelow(program)].map(([path]) => path).sort());
  expect(PAGE).toContain('\ntidemark import http');
});
