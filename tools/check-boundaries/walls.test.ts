import { describe, expect, it } from 'vitest';
import { temporaryWorkspace } from '../workspace/temporary-workspace.ts';
import { readWorkspace } from '../workspace/workspace.ts';
import type { Wall } from './rules.ts';
import { readSourceGraph } from './source-graph.ts';
import { formatViolations } from './violation.ts';
import { checkWalls } from './walls.ts';

const HOUSE = 'packages/house/src/';
/** A house with a walled cellar. Its shelves may import the labels, and all of it may import the list of wines. */
const WALL: Wall = {
  source: HOUSE,
  folder: `${HOUSE}cellar/`,
  entrances: ['stairs.ts'],
  doors: { '': ['wines/'], 'shelves/': ['labels.ts'] },
};
const SOUND = {
  'wines/list.ts': `export const list = ['red'];\n`,
  'labels.ts': `export const label = 'R';\n`,
  'cellar/fetch.ts': `import { readFileSync } from 'node:fs';\nimport { list } from '../wines/list.ts';\nexport const fetch = () => [list, readFileSync];\n`,
  'cellar/shelves/shelf.ts': `import { label } from '../../labels.ts';\nexport const shelf = label;\n`,
  'stairs.ts': `import { fetch } from './cellar/fetch.ts';\nexport const down = fetch;\n`,
};

function violationsOf(files: Readonly<Record<string, string>>): string[] {
  const root = temporaryWorkspace({
    'package.json': { name: 'root' },
    'packages/house/package.json': { name: '@tidemark/house', exports: {} },
    ...Object.fromEntries(
      Object.entries({ ...SOUND, ...files }).map(([path, text]) => [`${HOUSE}${path}`, text]),
    ),
  });
  return formatViolations(checkWalls(readSourceGraph(readWorkspace(root)), [WALL]));
}

describe('a file behind a wall', () => {
  it('may use Node, and import through the doors of its folder', () => {
    expect(violationsOf({})).toEqual([]);
  });

  it('may import nothing else of its package, not even a type', () => {
    expect(
      violationsOf({
        'cellar/rat.ts': `import type { label } from '../labels.ts';\nexport type Rat = typeof label;\n`,
      }),
    ).toEqual([
      `${HOUSE}cellar/rat.ts:1  imports ${HOUSE}labels.ts, to which the wall around ${HOUSE}cellar/ has no door: use a file that has one, or add a door in tools/check-boundaries/rules.ts.`,
    ]);
  });

  it('has no unused door', () => {
    expect(violationsOf({ 'cellar/shelves/shelf.ts': `export const shelf = 1;\n` })).toEqual([
      `${HOUSE}cellar/shelves/  has an unused door to labels.ts: remove it from tools/check-boundaries/rules.ts.`,
    ]);
  });
});

describe('the rest of the package', () => {
  it('may import from behind the wall only in the entrances', () => {
    const text = `import type { fetch } from './cellar/fetch.ts';\nexport type Fetch = typeof fetch;\n`;
    expect(violationsOf({ 'guest.ts': text })).toEqual([
      `${HOUSE}guest.ts:1  imports ${HOUSE}cellar/fetch.ts, which is behind a wall: only stairs.ts may. Move shared code out of ${HOUSE}cellar/.`,
    ]);
  });

  it('may not use Node', () => {
    expect(violationsOf({ 'guest.ts': `import 'node:fs';\n` })).toEqual([
      `${HOUSE}guest.ts:1  imports node:fs, but in ${HOUSE} only ${HOUSE}cellar/ may use Node: move the code there.`,
    ]);
  });

  it('may use both in a test', () => {
    expect(
      violationsOf({ 'guest.test.ts': `import 'node:fs';\nimport './cellar/fetch.ts';\n` }),
    ).toEqual([]);
  });
});
