/**
 * The dependency rule of Tidemark, as data: `core ← mlflow ← client ← adapters ← entry points`.
 * A new package gets a line here before it gets a file. The names are folder names below packages/.
 */
export interface PackageRule {
  /** Our packages that its source may import: `core` with any entry, `models/tfjs` that entry alone. */
  readonly mayImport: readonly string[] | 'every';
  /** Entries whose import graph, resolved for a browser, reaches no module of Node. */
  readonly browserEntries: readonly string[] | 'every';
  /** Whether host libraries are its users' to choose (`peer`) or come with it (`own`). */
  readonly hosts: 'peer' | 'own';
}

const ENTRY_POINT: PackageRule = { mayImport: 'every', browserEntries: [], hosts: 'own' };

/** One line for each package. */
export const PACKAGE_RULES: Readonly<Record<string, PackageRule>> = {
  core: { mayImport: [], browserEntries: ['.'], hosts: 'peer' },
  mlflow: { mayImport: ['core'], browserEntries: 'every', hosts: 'peer' },
  client: { mayImport: ['core', 'mlflow'], browserEntries: ['.'], hosts: 'peer' },

  // Adapters. Two ties among them are allowed, and no more.
  models: { mayImport: ['core', 'mlflow', 'client'], browserEntries: 'every', hosts: 'peer' },
  'autolog-tfjs': {
    mayImport: ['core', 'mlflow', 'client', 'models/tfjs'],
    browserEntries: 'every',
    hosts: 'peer',
  },
  'delta-lineage': { mayImport: ['core', 'mlflow', 'client'], browserEntries: [], hosts: 'peer' },
  'duckdb-query': {
    mayImport: ['core', 'mlflow', 'client', 'delta-lineage'],
    browserEntries: [],
    hosts: 'peer',
  },

  // Entry points.
  cli: ENTRY_POINT,
  server: ENTRY_POINT,
  ui: ENTRY_POINT,
  projects: ENTRY_POINT,
  'github-action': { mayImport: ['core', 'mlflow'], browserEntries: [], hosts: 'own' },

  'test-kit': { mayImport: 'every', browserEntries: [], hosts: 'own' },
};

/** Examples may import everything and bring their hosts along. */
export const EXAMPLE_RULE: PackageRule = ENTRY_POINT;

/** Importable from tests and benchmarks alone, and there without being declared (core's own tests use it). */
export const TEST_ONLY_PACKAGES: readonly string[] = ['test-kit'];

/** Libraries that a user of ours has already chosen a version of. */
export const HOST_LIBRARIES: readonly string[] = [
  '@tensorflow/tfjs',
  '@duckdb/node-api',
  'apache-arrow',
  'onnxruntime-node',
];

/** Export conditions of a bundler that builds for a browser, with our sources in place of `dist`. */
export const BROWSER_CONDITIONS: readonly string[] = ['browser', '@tidemark/source', 'import'];

/** Export conditions under which our tests and programs run on Node. */
export const NODE_CONDITIONS: readonly string[] = ['node', '@tidemark/source', 'import'];
