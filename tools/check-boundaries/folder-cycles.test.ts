import { describe, expect, it } from 'vitest';
import { temporaryWorkspace } from '../workspace/temporary-workspace.ts';
import { readWorkspace } from '../workspace/workspace.ts';
import { checkFolderCycles } from './folder-cycles.ts';
import { readSourceGraph } from './source-graph.ts';
import { formatViolations } from './violation.ts';

const HOUSE = 'packages/house/src';
/** Two folders as rooms of a house: the kitchen imports the cellar. */
const STACK = {
  'kitchen/cook.ts': `import { fetch } from '../cellar/fetch.ts';\nexport const cook = fetch;\n`,
  'cellar/fetch.ts': `export const fetch = (): string => 'wine';\n`,
};
/** The cellar imports the kitchen. */
const KNOT = {
  ...STACK,
  'cellar/fetch.ts': `import type { Order } from '../kitchen/order.ts';\nexport const fetch = (order: Order): Order => order;\n`,
  'kitchen/order.ts': `export type Order = string;\n`,
};

function violationsOf(files: Readonly<Record<string, string>>): string[] {
  const root = temporaryWorkspace({
    'package.json': { name: 'root' },
    'packages/house/package.json': { name: '@tidemark/house', exports: {} },
    ...Object.fromEntries(
      Object.entries(files).map(([path, text]) => [`${HOUSE}/${path}`, text] as const),
    ),
  });
  return formatViolations(checkFolderCycles(readSourceGraph(readWorkspace(root))));
}

describe('folders of one parent', () => {
  it('may import one another in one direction', () => {
    expect(violationsOf(STACK)).toEqual([]);
  });

  it('may not import each other, even if no two files do, and even for types', () => {
    expect(violationsOf(KNOT)).toEqual([
      `${HOUSE}  has folders that import each other (cellar/, kitchen/): cellar/ → kitchen/ → cellar/, for ${HOUSE}/cellar/fetch.ts imports ${HOUSE}/kitchen/order.ts, and ${HOUSE}/kitchen/cook.ts imports ${HOUSE}/cellar/fetch.ts. Say which builds on which, and move what the lower one needs down, or pass it in.`,
    ]);
  });

  it('may not do so through a file next to them either', () => {
    const [violation] = violationsOf({
      'door.ts': `export { cook } from './kitchen/cook.ts';\nexport const key = 1;\n`,
      'kitchen/cook.ts': `import { bell } from '../bell.ts';\nexport const cook = bell;\n`,
      'bell.ts': `import { key } from './door.ts';\nexport const bell = key;\n`,
    });
    expect(violation).toContain('(bell.ts, door.ts, kitchen/)');
  });

  it('may not at any depth, reported where the two paths diverge', () => {
    const deep = Object.fromEntries(
      Object.entries(KNOT).map(([path, text]) => [`ground/${path}`, text]),
    );
    const violations = violationsOf(deep);
    expect(violations).toHaveLength(1);
    expect(violations[0]).toContain(`${HOUSE}/ground  has folders`);
  });

  it('may in tests, and in files that tests share', () => {
    expect(
      violationsOf({
        ...STACK,
        'cellar/fetch.test.ts': `import { cook } from '../kitchen/cook.ts';\ncook();\n`,
        'cellar/testing/dinner.ts': `export { cook } from '../../kitchen/cook.ts';\nexport const x = 1;\n`,
      }),
    ).toEqual([]);
  });
});
