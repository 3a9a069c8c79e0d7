import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { temporaryWorkspace } from '../workspace/temporary-workspace.ts';
import { readWorkspace } from '../workspace/workspace.ts';
import { checkBoundaries } from './check-boundaries.ts';
import { knots } from './cycles.ts';
import { PACKAGE_RULES } from './rules.ts';
import { formatViolations } from './violation.ts';

const entry = (name: string): object => ({ '@tidemark/source': `./src/${name}.ts` });

function manifest(name: string, dependencies: readonly string[], extra: object = {}): object {
  return {
    name: `@tidemark/${name}`,
    exports: { '.': entry('index'), './package.json': './package.json' },
    dependencies: Object.fromEntries(dependencies.map((dependency) => [dependency, '1.0.0'])),
    ...extra,
  };
}

/** A small workspace that follows every rule. Each test breaks one. */
const SOUND: Readonly<Record<string, unknown>> = {
  'package.json': { name: 'root', devDependencies: { vitest: '4.1.12' } },
  'packages/core/package.json': manifest('core', ['zod'], {
    exports: { '.': entry('index'), './node': entry('node') },
  }),
  'packages/core/src/index.ts': `export { parse } from './parse.ts';\n`,
  'packages/core/src/node.ts': `export { read } from './read.ts';\n`,
  'packages/core/src/parse.ts': `import { z } from 'zod';\nexport const parse = z.string();\n`,
  'packages/core/src/read.ts': `import { readFileSync } from 'node:fs';\nimport { parse } from './parse.ts';\nexport const read = () => parse.parse(readFileSync('x'));\n`,
  'packages/core/src/parse.test.ts': `import { temporaryStore } from '@tidemark/test-kit';\nimport { it } from 'vitest';\nit('', temporaryStore);\n`,
  'packages/mlflow/package.json': manifest('mlflow', ['@tidemark/core']),
  'packages/mlflow/src/index.ts': `import { parse } from '@tidemark/core';\nexport const codec = parse;\n`,
  'packages/client/package.json': manifest('client', ['@tidemark/core', '@tidemark/mlflow'], {
    exports: { '.': { browser: entry('browser'), ...entry('index') } },
  }),
  'packages/client/src/browser.ts': `export { parse } from '@tidemark/core';\n`,
  'packages/client/src/index.ts': `export { read } from '@tidemark/core/node';\n`,
  'packages/models/package.json': manifest('models', ['@tidemark/client'], {
    exports: { '.': entry('index'), './tfjs': entry('tfjs') },
    peerDependencies: { '@tensorflow/tfjs': '^4.0.0' },
  }),
  'packages/models/src/index.ts': `import { parse } from '@tidemark/client';\nexport const model = parse;\n`,
  'packages/models/src/tfjs.ts': `import type { Tensor } from '@tensorflow/tfjs';\nexport type T = Tensor;\n`,
  'packages/autolog-tfjs/package.json': manifest('autolog-tfjs', ['@tidemark/models']),
  'packages/autolog-tfjs/src/index.ts': `import type { T } from '@tidemark/models/tfjs';\nexport type U = T;\n`,
  'packages/delta-lineage/package.json': manifest('delta-lineage', [], {
    devDependencies: { tinybench: '6.0.0' },
  }),
  'packages/delta-lineage/src/index.ts': `export const x = 1;\n`,
  'packages/delta-lineage/bench/read.ts': `import { Bench } from 'tinybench';\nnew Bench();\n`,
  'packages/github-action/package.json': manifest('github-action', ['@tidemark/core']),
  'packages/github-action/src/index.ts': `import { parse } from '@tidemark/core';\nparse.parse('');\n`,
  'packages/test-kit/package.json': manifest('test-kit', ['@tidemark/core', 'vitest']),
  'packages/test-kit/src/index.ts': `import { parse } from '@tidemark/core';\nexport const temporaryStore = () => parse;\n`,
  'examples/penguins/package.json': {
    name: 'penguins',
    dependencies: { '@tidemark/models': '1.0.0', '@tensorflow/tfjs': '4.22.0' },
  },
  'examples/penguins/train.ts': `import tf from '@tensorflow/tfjs';\nimport { model } from '@tidemark/models';\nconsole.log(tf, model);\n`,
};

function violationsOf(change: Readonly<Record<string, unknown>>): string[] {
  const root = temporaryWorkspace({ ...SOUND, ...change });
  return formatViolations(checkBoundaries(readWorkspace(root), []).violations);
}

describe('the dependency rule', () => {
  it('finds nothing in a sound workspace', () => {
    expect(violationsOf({})).toEqual([]);
  });

  it('follows the imports field of a package, which can name another file for browsers', () => {
    const platform = (file: string) => ({
      'packages/core/package.json': {
        ...(SOUND['packages/core/package.json'] as Record<string, unknown>),
        imports: { '#platform': { browser: `./src/${file}`, default: './src/on-node.ts' } },
      },
      'packages/core/src/platform-user.ts': `import { read } from '#platform';\nexport const use = read;\n`,
      'packages/core/src/on-node.ts': `import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n`,
      'packages/core/src/in-browser.ts': `export const read = (): string => '';\n`,
      'packages/core/src/index.ts': `import { use } from './platform-user.ts';\nexport const parse = { parse: use };\nexport type Store = string;\n`,
    });
    expect(violationsOf(platform('in-browser.ts'))).toEqual([]);
    expect(violationsOf(platform('on-node.ts')).join('\n')).toContain('node:fs');
  });

  it('allows a test to use a package that is only in devDependencies', () => {
    const change = {
      'packages/github-action/package.json': manifest('github-action', ['@tidemark/core'], {
        devDependencies: { '@tidemark/client': '1.0.0' },
      }),
      'packages/github-action/src/gate.test.ts': `import '@tidemark/client';\n`,
    };
    expect(violationsOf(change)).toEqual([]);
    expect(
      violationsOf({
        ...change,
        'packages/github-action/package.json': SOUND['packages/github-action/package.json'],
      }),
    ).toHaveLength(2);
  });

  it.each([
    [
      'core importing one of ours',
      'packages/core/src/parse.ts:1  imports @tidemark/mlflow, but the table lets core import none of ours.',
      { 'packages/core/src/parse.ts': `import '@tidemark/mlflow';\n` },
    ],
    [
      'an adapter importing another adapter',
      'packages/delta-lineage/src/index.ts:2  imports @tidemark/models, but the table lets delta-lineage import only core, mlflow, client.',
      {
        'packages/delta-lineage/src/index.ts': `export const x = 1;\nimport('@tidemark/models');\n`,
      },
    ],
    [
      'the tie autolog-tfjs → models/tfjs widened to the main entry',
      'packages/autolog-tfjs/src/index.ts:1  imports @tidemark/models, but the table lets autolog-tfjs import only core, mlflow, client, models/tfjs.',
      {
        'packages/autolog-tfjs/src/index.ts': `import { model } from '@tidemark/models';\nexport const x = model;\n`,
      },
    ],
    [
      'the gate importing the client',
      'packages/github-action/src/index.ts:1  imports @tidemark/client, but the table lets github-action import only core, mlflow.',
      { 'packages/github-action/src/index.ts': `import '@tidemark/client';\n` },
    ],
    [
      'source importing test-kit',
      'packages/mlflow/src/index.ts:1  imports @tidemark/test-kit, which is only for tests.',
      { 'packages/mlflow/src/index.ts': `import '@tidemark/test-kit';\n` },
    ],
    [
      'source importing what tests share',
      'packages/core/src/parse.ts:1  imports ./testing/samples.ts, which is only for tests and not built.',
      {
        'packages/core/src/parse.ts': `import './testing/samples.ts';\n`,
        'packages/core/src/testing/samples.ts': `import 'vitest';\n`,
      },
    ],
    [
      'a package that is not in the table',
      'packages/novel/package.json  is a package without a rule: add it to tools/check-boundaries/rules.ts.',
      { 'packages/novel/package.json': manifest('novel', []) },
    ],
    [
      'a relative import out of the package',
      'packages/mlflow/src/index.ts:1  imports ../../core/src/parse.ts, which leaves its package: import the other package by its name.',
      {
        'packages/mlflow/src/index.ts': `export * from '../../core/src/parse.ts';\nconst x = 1;\n`,
      },
    ],
    [
      'a deep import into another package',
      'packages/mlflow/src/index.ts:1  imports @tidemark/core/src/parse.ts, which @tidemark/core does not export: use one of its entries.',
      { 'packages/mlflow/src/index.ts': `import type {} from '@tidemark/core/src/parse.ts';\n` },
    ],
  ])('refuses %s', (_name, violation, change: Readonly<Record<string, unknown>>) => {
    expect(violationsOf(change)).toContain(violation);
  });
});

describe('declared dependencies', () => {
  it.each([
    [
      'a package that nothing declares',
      'packages/core/src/parse.ts:1  imports yaml, which packages/core/package.json lists in neither dependencies nor peerDependencies.',
      { 'packages/core/src/parse.ts': `import 'yaml';\n` },
    ],
    [
      'a devDependency used by source, even for a type',
      'packages/delta-lineage/src/index.ts:1  imports tinybench, which packages/delta-lineage/package.json lists in neither dependencies nor peerDependencies.',
      { 'packages/delta-lineage/src/index.ts': `import type { Bench } from 'tinybench';\n` },
    ],
    [
      'a test using an undeclared package',
      'packages/core/src/parse.test.ts:1  imports yaml, which packages/core/package.json does not list (devDependencies is enough here).',
      { 'packages/core/src/parse.test.ts': `import 'yaml';\n` },
    ],
    [
      'a host library as a dependency of a library',
      'packages/delta-lineage/package.json  has apache-arrow as a dependency, but its users bring it along: make it a peer dependency.',
      { 'packages/delta-lineage/package.json': manifest('delta-lineage', ['apache-arrow']) },
    ],
    [
      'a computed import, which would hide a dependency',
      'packages/delta-lineage/src/index.ts:1  imports a module by a computed name, which no check can follow: write the name out.',
      { 'packages/delta-lineage/src/index.ts': 'import(String(1));\n' },
    ],
  ])('refuses %s', (_name, violation, change: Readonly<Record<string, unknown>>) => {
    expect(violationsOf(change)).toContain(violation);
  });
});

describe('browser entries', () => {
  it('may not reach a module of Node, and the path to it is reported', () => {
    expect(
      violationsOf({
        'packages/core/src/parse.ts': `import { hash } from './hash.ts';\nexport const parse = hash;\n`,
        'packages/core/src/hash.ts': `\nexport const hash = process.getBuiltinModule('crypto');\n`,
      }),
    ).toContain(
      'packages/core/src/hash.ts:2  imports crypto, but the browser entry "." of core leads here: packages/core/src/index.ts → packages/core/src/parse.ts → packages/core/src/hash.ts.',
    );
  });

  it('may not reach one through another package either', () => {
    expect(
      violationsOf({
        'packages/mlflow/src/index.ts': `export { read } from '@tidemark/core/node';\n`,
      }),
    ).toContain(
      'packages/core/src/read.ts:1  imports node:fs, but the browser entry "." of mlflow leads here: packages/mlflow/src/index.ts → packages/core/src/node.ts → packages/core/src/read.ts.',
    );
  });

  it('must exist', () => {
    expect(
      violationsOf({
        'packages/mlflow/package.json': manifest('mlflow', [], { exports: { '.': entry('gone') } }),
      }),
    ).toContain(
      'packages/mlflow/package.json  has no source for its browser entry ".": packages/mlflow/src/gone.ts is missing.',
    );
  });
});

describe('files', () => {
  it('may not import each other in a cycle, not even for types', () => {
    expect(
      violationsOf({
        'packages/core/src/parse.ts': `import type { A } from './a.ts';\nexport const parse = 1 as unknown as A;\n`,
        'packages/core/src/a.ts': `export type A = typeof import('./b.ts').b;\n`,
        'packages/core/src/b.ts': `import { parse } from './parse.ts';\nexport const b = parse;\n`,
      }),
    ).toEqual([
      'packages/core/src/a.ts  is in an import cycle of 3 files: packages/core/src/a.ts → packages/core/src/b.ts → packages/core/src/parse.ts → packages/core/src/a.ts. Imports of types count too. Move the shared code to a separate file.',
    ]);
  });

  it('may not only re-export other files, unless they are an exported entry', () => {
    expect(
      violationsOf({
        'packages/core/src/index.ts': `export * from './barrel.ts';\n`,
        'packages/core/src/barrel.ts': `import { parse } from './parse.ts';\nexport { parse };\n`,
      }),
    ).toEqual([
      'packages/core/src/barrel.ts  only re-exports other files, and is not an entry of its package: import those files.',
    ]);
  });
});

it('a cycle is found exactly if a file can be reached from itself', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const graphs = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)));
  fc.assert(
    fc.property(graphs, (pairs) => {
      const edges = new Map(
        names.map((name) => [name, pairs.filter(([from]) => from === name).map(([, to]) => to)]),
      );
      const reachable = (from: string): Set<string> => {
        const seen = new Set(edges.get(from));
        for (const path of seen) for (const next of edges.get(path) ?? []) seen.add(next);
        return seen;
      };
      const expected = names.filter((name) => reachable(name).has(name));
      expect(knots(edges).flat().sort()).toEqual(expected);
    }),
  );
});

it('every package of this repository has a rule', () => {
  const packages = readWorkspace(REPOSITORY_ROOT).members.filter(
    (member) => member.kind === 'packages',
  );
  expect(packages.filter((member) => !(member.shortName in PACKAGE_RULES))).toEqual([]);
});
