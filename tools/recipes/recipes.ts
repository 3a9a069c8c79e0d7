import type { Recipe, Renaming } from './recipe.ts';

const CORE = 'packages/core/src';
const CLIENT = 'packages/client/src';
const MODELS = 'packages/models/src';
const GATE = 'packages/github-action/src/rules';
const CLI = 'packages/cli/src';
const SERVER = 'packages/server/src';
const DOCTOR = 'packages/core/src/file/doctor';
const SQL = 'packages/duckdb-query/src/tables';

const TABLE_RENAMED: readonly Renaming[] = [
  ['purgedTable', 'dummyTable'],
  ['purged_parts', 'dummy_parts'],
];

/** The recipe for each kind of thing, in the order of the table in ARCHITECTURE.md. */
export const RECIPES: readonly Recipe[] = [
  {
    toAdd: 'a kind of store',
    copy: `${CORE}/store/memory-store.ts`,
    as: `${CORE}/store/dummy-store.ts`,
    renamed: [
      ['MemoryStore', 'DummyStore'],
      ["'memory:'", "'dummy:'"],
    ],
    edits: [
      {
        file: `${CLIENT}/platform/store-address.ts`,
        says: 'its form of address in `packages/client/src/platform/store-address.ts`',
        lines: [
          { at: "| { readonly kind: 'memory' }", text: "\n| { readonly kind: 'dummy' }" },
          {
            at: "return { kind: 'memory' };",
            text: "\ncase 'dummy':\nreturn { kind: 'dummy' };",
          },
        ],
        forgotten: { by: 'knip' },
      },
      {
        file: `${CORE}/index.ts`,
        says: 'its line in `index.ts`, and `describeStoreContract` and `describeConcurrencyContract` run on it',
        lines: [
          {
            at: "export { MemoryStore } from './store/memory-store.ts';",
            text: "\nexport { DummyStore } from './store/dummy-store.ts';",
          },
        ],
        forgotten: { by: 'knip' },
      },
      {
        file: `${CLIENT}/platform/node/node-platform.ts`,
        lines: [
          { at: 'import { MemoryStore,', text: ' DummyStore,' },
          { at: 'return new MemoryStore();', text: "\ncase 'dummy':\nreturn new DummyStore();" },
        ],
        forgotten: { by: 'compiler' },
      },
    ],
  },
  {
    toAdd: 'an event',
    copy: `${CORE}/events/kinds/dataset.ts`,
    as: `${CORE}/events/kinds/dummy.ts`,
    renamed: [
      ['DatasetUsed', 'DummyUsed'],
      ['datasetUsed', 'dummyUsed'],
      ["kind: 'dataset'", "kind: 'dummy'"],
    ],
    edits: [
      {
        file: `${CORE}/events/store-event.ts`,
        says: 'its lines in `store-event.ts`',
        lines: [
          {
            at: "import { type DatasetUsed, datasetUsed } from './kinds/dataset.ts';",
            text: "\nimport { type DummyUsed, dummyUsed } from './kinds/dummy.ts';",
          },
          { at: '| DatasetUsed', text: '\n| DummyUsed' },
          { at: 'dataset: datasetUsed,', text: '\ndummy: dummyUsed,' },
        ],
        forgotten: {
          by: `${CORE}/events/store-event.test.ts`,
          saying: 'dummyUsed of dummy.ts is not in the list',
        },
      },
      {
        file: `${CORE}/fold/run-fold.ts`,
        lines: [{ at: "case 'dataset':", text: "\ncase 'dummy':" }],
        forgotten: { by: 'compiler' },
      },
      {
        file: `${CORE}/testing/event-arbitraries.ts`,
        lines: [
          {
            at: "dataset: fc.record({ kind: fc.constant('dataset' as const), run, input }),",
            text: "\ndummy: fc.record({ kind: fc.constant('dummy' as const), run, input }),",
          },
        ],
        forgotten: { by: 'compiler' },
      },
      {
        file: `${CORE}/file/golden-stores.test.ts`,
        lines: [{ at: 'dataset: true,', text: '\ndummy: true,' }],
        forgotten: { by: 'compiler' },
      },
      {
        file: 'packages/mlflow/src/rest/calls-of-events.ts',
        lines: [{ at: "case 'dataset':", text: "\ncase 'dummy':" }],
        forgotten: { by: 'compiler' },
      },
    ],
  },
  {
    toAdd: 'a registry function',
    copy: `${CORE}/registry/set-alias.ts`,
    as: `${CORE}/registry/set-dummy.ts`,
    renamed: [
      ['setAlias', 'setDummy'],
      ['deleteAlias', 'deleteDummy'],
    ],
    edits: [
      {
        file: `${CORE}/index.ts`,
        says: 'its line in `index.ts`; a new kind of change where it needs one',
        lines: [
          {
            at: "export { deleteAlias, setAlias } from './registry/set-alias.ts';",
            text: "\nexport { deleteDummy, setDummy } from './registry/set-dummy.ts';",
          },
        ],
        forgotten: { by: 'knip' },
      },
    ],
  },
  {
    toAdd: 'a change of registered models',
    copy: `${CORE}/chain/changes/model-updated.ts`,
    as: `${CORE}/chain/changes/dummy-made.ts`,
    renamed: [
      ['ModelUpdated', 'DummyMade'],
      ['modelUpdated', 'dummyMade'],
      ["'model-updated'", "'dummy-made'"],
    ],
    edits: [
      {
        file: `${CORE}/chain/registry-change.ts`,
        says: 'its lines in `registry-change.ts`',
        lines: [
          {
            at: "import { type ModelUpdated, modelUpdated } from './changes/model-updated.ts';",
            text: "\nimport { type DummyMade, dummyMade } from './changes/dummy-made.ts';",
          },
          { at: '| ModelUpdated', text: '\n| DummyMade' },
          { at: "'model-updated': modelUpdated,", text: "\n'dummy-made': dummyMade," },
        ],
        forgotten: {
          by: `${CORE}/chain/registry-change.test.ts`,
          saying: 'dummyMade of dummy-made.ts is not in the list',
        },
      },
      {
        file: `${CORE}/file/golden-stores.test.ts`,
        lines: [{ at: "'rules-set': true,", text: "\n'dummy-made': true," }],
        forgotten: { by: 'compiler' },
      },
      {
        file: 'packages/mlflow/src/rest/registry-calls.ts',
        lines: [{ at: "case 'model-updated':", text: "\ncase 'dummy-made':" }],
        forgotten: { by: 'compiler' },
      },
    ],
  },
  {
    toAdd: 'a flavor of models',
    copy: `${MODELS}/tfjs/tfjs-flavor.ts`,
    as: `${MODELS}/tfjs/dummy-flavor.ts`,
    renamed: [
      ['TfjsFlavorOptions', 'DummyFlavorOptions'],
      ['tfjsFlavor', 'dummyFlavor'],
      ['name: TFJS_FLAVOR', "name: 'dummy'"],
      ['TFJS_FLAVOR, ', ''],
    ],
    edits: [
      {
        file: `${MODELS}/known-flavors.ts`,
        says: 'its line in `known-flavors.ts`',
        lines: [
          {
            at: "tfjs: async () => (await import('./tfjs/tfjs-flavor.ts')).tfjsFlavor(),",
            text: "\ndummy: async () => (await import('./tfjs/dummy-flavor.ts')).dummyFlavor(),",
          },
        ],
        forgotten: { by: `${MODELS}/known-flavors.test.ts`, saying: 'dummy' },
      },
    ],
  },
  {
    toAdd: 'a rule of the gate',
    copy: `${GATE}/schema.ts`,
    as: `${GATE}/dummy.ts`,
    renamed: [
      ['export const schema: ', 'export const dummy: '],
      ["key: 'schema'", "key: 'dummy'"],
      ["comparing: 'schema'", "comparing: 'dummy'"],
      ['id: `schema.', 'id: `dummy.'],
    ],
    edits: [
      {
        file: `${GATE}/rules.ts`,
        says: 'its line in `rules.ts`',
        lines: [
          {
            at: "import { schema } from './schema.ts';",
            text: "\nimport { dummy } from './dummy.ts';",
          },
          { at: 'schema,', text: '\ndummy,' },
        ],
        forgotten: { by: `${GATE}/rules.test.ts`, saying: 'dummy of dummy.ts is not in the list' },
      },
      {
        file: 'docs/gate.md',
        says: 'its key in `docs/gate.md`',
        lines: [
          { at: '| `version` | Always 1. |', text: '\n| `dummy.inputs` | As `schema.inputs`. |' },
        ],
        forgotten: { by: `${GATE}/rules.test.ts`, saying: 'dummy' },
      },
    ],
    afterwards: 'npm run bundle',
  },
  {
    toAdd: 'a command',
    copy: `${CLI}/commands/runs/delete.ts`,
    as: `${CLI}/commands/runs/dummy.ts`,
    renamed: [
      ['deleteRuns', 'dummyRuns'],
      ["name: 'delete'", "name: 'dummy'"],
    ],
    edits: [
      {
        file: `${CLI}/commands/runs/group.ts`,
        says: 'its name in `group.ts` of the same folder (of a new first word: in `help-page.ts`)',
        lines: [
          {
            at: "import { deleteRuns } from './delete.ts';",
            text: "\nimport { dummyRuns } from './dummy.ts';",
          },
          { at: 'tail, deleteRuns', text: ', dummyRuns' },
        ],
        forgotten: { by: `${CLI}/commands/help-page.test.ts`, saying: 'runs/dummy.ts' },
      },
      {
        file: 'docs/cli.md',
        says: 'a call of it in `docs/cli.md`',
        lines: [{ at: 'tidemark runs restore 3f2a9c', text: '\ntidemark runs dummy 3f2a9c' }],
        forgotten: { by: `${CLI}/cli-docs.test.ts`, saying: 'runs dummy' },
      },
    ],
  },
  {
    toAdd: 'an endpoint',
    copy: `${SERVER}/routes/comments.ts`,
    as: `${SERVER}/routes/dummies.ts`,
    renamed: [
      ['COMMENT_ROUTES', 'DUMMY_ROUTES'],
      ['/mlflow/comments/', '/mlflow/dummies/'],
      ['/mlflow/activities/list', '/mlflow/dummies/list'],
    ],
    edits: [
      {
        file: `${SERVER}/routes.ts`,
        says: 'its line in `routes.ts`',
        lines: [
          {
            at: "import { COMMENT_ROUTES } from './routes/comments.ts';",
            text: "\nimport { DUMMY_ROUTES } from './routes/dummies.ts';",
          },
          { at: '...COMMENT_ROUTES,', text: '\n...DUMMY_ROUTES,' },
        ],
        forgotten: {
          by: `${SERVER}/routes.test.ts`,
          saying: 'DUMMY_ROUTES of dummies.ts is not in the list',
        },
      },
    ],
  },
  {
    toAdd: 'a check of the doctor',
    copy: `${DOCTOR}/checks/lost-runs.ts`,
    as: `${DOCTOR}/checks/dummy-runs.ts`,
    renamed: [
      ['lostRuns', 'dummyRuns'],
      ["name: 'lost-runs'", "name: 'dummy-runs'"],
      ['if (lostReason === undefined) continue;', ''],
    ],
    edits: [
      {
        file: `${DOCTOR}/checks.ts`,
        says: 'its line in `checks.ts`',
        lines: [
          {
            at: "import { lostRuns } from './checks/lost-runs.ts';",
            text: "\nimport { dummyRuns } from './checks/dummy-runs.ts';",
          },
          { at: 'lostRuns,', text: '\ndummyRuns,' },
        ],
        forgotten: {
          by: `${DOCTOR}/checks.test.ts`,
          saying: 'dummyRuns of dummy-runs.ts is not in the list',
        },
      },
      {
        file: 'docs/maintenance.md',
        says: 'its row in `docs/maintenance.md`',
        lines: [
          {
            at: '| `lost-runs` | runs whose process died | |',
            text: '\n| `dummy-runs` | all runs | |',
          },
        ],
        forgotten: { by: `${DOCTOR}/checks.test.ts`, saying: 'dummy-runs' },
      },
    ],
  },
  {
    toAdd: 'a table in SQL',
    copy: `${SQL}/purged-table.ts`,
    as: `${SQL}/dummy-table.ts`,
    renamed: TABLE_RENAMED,
    edits: [
      {
        file: `${SQL}/store-tables.ts`,
        says: 'its line in `store-tables.ts`',
        lines: [
          {
            at: "import { purgedTable } from './purged-table.ts';",
            text: "\nimport { dummyTable } from './dummy-table.ts';",
          },
          { at: '...reviewTables,', text: '\ndummyTable,' },
        ],
        forgotten: {
          by: `${SQL}/store-tables.test.ts`,
          saying: 'dummyTable of dummy-table.ts is not in the list',
        },
      },
      {
        file: 'docs/sql.md',
        says: 'its section in `docs/sql.md`',
        lines: [{ at: 'The hash of the commit. |\n', text: dummySection }],
        forgotten: { by: `${SQL}/store-tables.test.ts`, saying: 'dummy_parts' },
      },
    ],
  },
];

/** The neighbour's section of docs/sql.md, renamed. */
function dummySection(page: string): string {
  const [section = ''] = page.match(/^### purged_parts\n[\s\S]*?\n(?=\n### |$)/m) ?? [];
  return `\n${TABLE_RENAMED.reduce((text, [from, to]) => text.replaceAll(from, to), section)}`;
}
