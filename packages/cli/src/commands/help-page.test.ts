import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CommandDefinition, CommandGroup } from '../command-definition.ts';
import { HELP_PAGE } from './help-page.ts';

const FOLDER = import.meta.dirname;
const TOP = HELP_PAGE.flatMap(({ commands }) => commands);

/** Returns every file with `: CommandDefinition = {`, below the folder of the first word of the command. */
function filesThatDefine(): string[] {
  const names = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' });
  return names.filter(
    (name) =>
      name.endsWith('.ts') &&
      !name.endsWith('.test.ts') &&
      /^export const \w+: CommandDefinition = /m.test(readFileSync(join(FOLDER, name), 'utf8')),
  );
}

function listed(top: CommandDefinition | CommandGroup): string[] {
  const own = top.action === undefined ? [] : [join(top.name, `${top.name}.ts`)];
  const below = 'commands' in top ? top.commands : [];
  return [...own, ...below.map(({ name }) => join(top.name, `${name}.ts`))];
}

describe('the folders of commands', () => {
  it('have the names of the commands on the help page', () => {
    const folders = readdirSync(FOLDER, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    const words = TOP.filter(({ isHidden }) => isHidden !== true).map(({ name }) => name);
    expect(words.sort()).toEqual(folders.sort());
  });

  it('have one file for each command, and each command in such a file is listed', () => {
    // The scripts of shells call one, and the server another.
    const hidden = [join('completion', 'complete.ts'), join('server', 'sql', 'answer.ts')];
    const shown = TOP.filter(({ isHidden }) => isHidden !== true).flatMap(listed);
    const files = filesThatDefine().filter((name) => !hidden.includes(name));
    expect(shown.sort()).toEqual(files.sort());
  });
});
