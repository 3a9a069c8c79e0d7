/**
 * The dependency rule of Tidemark, as data: `core ← mlflow ← client ← adapters ← entry points`.
 * `environment` is on the same level as mlflow.
 * A new package gets a line here before it gets a file. The names are folder names below packages/.
 */
export interface PackageRule {
  /** Our packages that its source may import: `core` with any entry, `models/tfjs` only that entry. */
  readonly mayImport: readonly string[] | 'every';
  /** Entries whose import graph, resolved for a browser, reaches no module of Node. */
  readonly browserEntries: readonly string[] | 'every';
  /** Whether users choose the version of host libraries (`peer`) or the package does (`own`). */
  readonly hosts: 'peer' | 'own';
  /**
   * Folders of sources that a bundler puts into files, and of those that run only then. What they import is not installed with
   * the package, so devDependencies is enough.
   */
  readonly bundled?: readonly string[];
}

const ENTRY_POINT: PackageRule = { mayImport: 'every', browserEntries: [], hosts: 'own' };

/** One line for each package. */
export const PACKAGE_RULES: Readonly<Record<string, PackageRule>> = {
  core: { mayImport: [], browserEntries: ['.'], hosts: 'peer' },
  mlflow: { mayImport: ['core'], browserEntries: 'every', hosts: 'peer' },
  environment: { mayImport: ['core'], browserEntries: [], hosts: 'peer' },
  client: { mayImport: ['core', 'mlflow', 'environment'], browserEntries: ['.'], hosts: 'peer' },

  // Adapters. Two imports among them are allowed, and no more.
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
  ui: { ...ENTRY_POINT, bundled: ['src/page/', 'build/'] },
  projects: ENTRY_POINT,
  'github-action': { mayImport: ['core', 'mlflow'], browserEntries: [], hosts: 'own' },

  'test-kit': { mayImport: 'every', browserEntries: [], hosts: 'own' },
};

/** A folder that is separated from the rest of its package. The paths of doors and entrances start at `source`. */
export interface Wall {
  /** The source folder of the package. */
  readonly source: string;
  /** The folder behind the wall. */
  readonly folder: string;
  /** The other files that may import from behind the wall. */
  readonly entrances: readonly string[];
  /**
   * The folders (`model/`) and files outside the wall that may be imported from behind it: by all of it (`''`), and in
   * addition by one of its folders.
   */
  readonly doors: Readonly<Record<string, readonly string[]>>;
}

/**
 * In core, a wall separates the file store: the language of records does not depend on files
 * (docs/decisions/083-a-wall-around-the-file-store.md).
 */
export const WALLS: readonly Wall[] = [
  {
    source: 'packages/core/src/',
    folder: 'packages/core/src/file/',
    entrances: ['node.ts'],
    doors: {
      // For all of it.
      '': [
        'errors.ts',
        'model/',
        'digest/',
        'events/event-line.ts',
        'events/event-subject.ts',
        'events/metric-line.ts',
        'events/stamp.ts',
        'events/store-event.ts',
        'port/store.ts',
        'chain/registry-chain.ts',
        'state/store-state.ts',
        'store/event-log.ts',
        'store/event-store.ts',
        'fold/point-columns.ts',
        'fold/run-points.ts',
        'state/refuse-purged.ts',
      ],
      // The three parts of FileStore beyond EventStore: the log, the artifacts, the registry commits.
      'artifacts/': ['bytes/', 'port/artifact-store.ts'],
      'registry/': [
        'chain/chain-entry.ts',
        'chain/chain-fold.ts',
        'chain/registry-commit.ts',
        'chain/registry-conflict.ts',
        'chain/registry-head.ts',
        'port/registry-store.ts',
        'port/version-announcements.ts',
      ],
      // The index keeps states in columns, which queries read.
      'index/': [
        'events/run-line.ts',
        'fold/experiment-fold.ts',
        'fold/logged-model-fold.ts',
        'fold/run-fold.ts',
        'query/filter.ts',
        'query/run-target.ts',
        'state/run-table.ts',
        'state/store-fold.ts',
      ],
      // Points in columns, and their buckets.
      'points/': ['fold/bucket-pieces.ts', 'fold/chunk-summaries.ts', 'fold/metric-points.ts'],
      // Maintenance uses functions above the port.
      'gc/': [
        'fold/purged-things.ts',
        'tracking/purge-plan.ts',
        'tracking/purge.ts',
        'tracking/referring-artifacts.ts',
        'tracking/referring-versions.ts',
      ],
      'merge/': [
        'fold/purged-things.ts',
        'port/registry-store.ts',
        'registry/plan-merge.ts',
        'registry/recorded-digest.ts',
        'tracking/referring-versions.ts',
      ],
      'doctor/': [
        'registry/recorded-digest.ts',
        'registry/verify-chain.ts',
        'registry/version-files.ts',
        'registry/version-place.ts',
      ],
    },
  },
];

/** Examples may import everything and declare their own hosts. */
export const EXAMPLE_RULE: PackageRule = ENTRY_POINT;

/** Packages that only tests and benchmarks may import. They need not declare them (core's own tests use test-kit). */
export const TEST_ONLY_PACKAGES: readonly string[] = ['test-kit'];

/** Libraries whose version the user chooses. */
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
