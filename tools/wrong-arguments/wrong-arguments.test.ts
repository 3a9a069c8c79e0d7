import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startRun } from '@tidemark/client';
import { MemoryStore, Sha256, TidemarkError } from '@tidemark/core';
import { openRestStore } from '@tidemark/mlflow';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { readWorkspace } from '../workspace/workspace.ts';
import { publicEntries } from './public-entries.ts';
import { callWrongly, type Fillers, type PublicFunction } from './walk-exports.ts';

/** Packages that programs do not import: cli is a command, and test-kit is for our own tests. */
const NO_LIBRARIES: ReadonlySet<string> = new Set(['cli', 'test-kit']);
const ENTRIES = publicEntries(readWorkspace(REPOSITORY_ROOT), NO_LIBRARIES);

/** Exports that take values that another function of Tidemark made or checked, and do not check them again. */
const TRUSTING: Readonly<Record<string, string>> = {
  assertArguments: 'the kinds, which are literals in the source',
  assertPort: 'the call, which is a literal in the source',
  assertOptions: 'the kinds, which are literals in the source',
  isOfKind: 'the kind, which is a literal in the source',
  captureUncommittedPatch: 'the result of captureEnvironment',
  environmentTags: 'the result of captureEnvironment',
  formatEnvironment: 'the result of captureEnvironment',
  errorFieldOf: 'an error that was caught, for the wire',
  readErrorField: 'JSON that came from the wire',
  openSpool: 'the address of a server that was opened',
  'new TidemarkError': 'the code and the message, which are literals in the source',
  'new ActiveRun': 'arguments from startRun',
  'new RestStore': 'arguments from openRestStore',
  plainCell: 'a value of a row of a result',
  'MemoryStore.findRuns': 'a query that searchRuns parsed',
  'MemoryStore.countRuns': 'a query that countRuns parsed',
  'RestStore.findRuns': 'a query that searchRuns parsed',
  createOperatedServer: 'options, each of which takes a server to try; the command checks them',
  hashPassword: 'a password; each call takes a tenth of a second on purpose',
  namedBy: 'an event, which was checked before it was appended',
  listToWire: 'a list of the model, for the wire',
  optionalField: 'a zod schema from the source',
  openStageRequests: 'a version of a registered model, for the wire',
  formatPythonJson: 'values of JSON, like JSON.stringify',
  parsePythonJson: 'text; throws a SyntaxError like JSON.parse',
  formatPythonYaml: 'values of YAML; its errors are those of the yaml library',
};

/** Functions for the messages of MLflow's protocol: zod schemas read the messages first. */
const OF_THE_WIRE = /^(to|from)\w*(Messages?|StageName|LoggedModelStatus)$/;

const RUN = '0'.repeat(32);

/** The store of the walk of one function. */
let store = new MemoryStore();

/** Each walk has its own small store: in one for all, the runs that walks start would make each call slower. */
beforeEach(async () => {
  store = new MemoryStore();
  await startRun({ store, environment: false, name: 'x' }, async (run) => {
    await run.logParam('x', 1);
    await run.logMetric('x', 1);
    await run.setTag('x', 'x');
    await run.logText('x', 'x');
  });
});

function fillers(): Fillers {
  return {
    rows: [[], [store], [store, 'x'], [store, {}], ['x'], ['x', 'x'], ['x', {}], [{}]],
    options: {
      store,
      name: 'x',
      model: 'x',
      version: 1,
      by: { name: 'ada', authenticated: false },
      folder: 'store',
      from: 'store',
      into: 'other',
      runId: RUN,
      run: RUN,
      key: 'x',
      path: 'x',
      filter: "name = 'x'",
      alias: 'x',
      stage: 'Production',
      experiment: 'x',
      table: 'table',
      sql: 'SELECT 1',
    },
  };
}

const before = process.cwd();
const folder = mkdtempSync(join(tmpdir(), 'tidemark-wrong-'));
beforeAll(() => process.chdir(folder));
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true, force: true });
});

type Module = Readonly<Record<string, unknown>>;

function isClass(value: unknown): value is new (...args: unknown[]) => object {
  return typeof value === 'function' && Function.prototype.toString.call(value).startsWith('class');
}

function functionsOf(module: Module): [string, PublicFunction][] {
  return Object.entries(module).filter(
    (entry): entry is [string, PublicFunction] =>
      typeof entry[1] === 'function' &&
      !isClass(entry[1]) &&
      TRUSTING[entry[0]] === undefined &&
      !OF_THE_WIRE.test(entry[0]),
  );
}

/** Creates an instance of each exported class, for the walk of its methods. */
const INSTANCES: Readonly<Record<string, () => Promise<object>>> = {
  MemoryStore: async () => new MemoryStore(),
  Sha256: async () => new Sha256(),
  TidemarkError: async () => new TidemarkError('INVALID_ARGUMENT', 'x'),
  ActiveRun: () => startRun({ store, environment: false, nested: true }),
  RestStore: async () =>
    openRestStore({
      uri: 'http://127.0.0.1:9',
      // Answers at once, like a server that does not support the call.
      fetch: async () => new Response('{}', { status: 404 }),
    }),
};

/** The methods of a class, by `Class.method`, each on its own instance. */
function methodsOf(name: string, made: { readonly prototype: object }): [string, PublicFunction][] {
  const found: [string, PublicFunction][] = [];
  for (
    let level = made.prototype;
    level !== null && level !== Object.prototype && level !== Error.prototype;
    level = Object.getPrototypeOf(level)
  ) {
    for (const [method, { value }] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      if (method === 'constructor' || typeof value !== 'function') continue;
      found.push([
        `${name}.${method}`,
        async (...args) => {
          const instance = await (INSTANCES[name] as () => Promise<object>)();
          return (value as PublicFunction).apply(instance, args);
        },
      ]);
    }
  }
  return found;
}

function classesOf(module: Module): [string, PublicFunction][] {
  return Object.entries(module)
    .flatMap(([name, made]): [string, PublicFunction][] =>
      isClass(made)
        ? [[`new ${name}`, (...args) => new made(...args)], ...methodsOf(name, made)]
        : [],
    )
    .filter(([name]) => TRUSTING[name] === undefined);
}

describe.each(ENTRIES)('a wrong argument of $specifier', async ({ path }) => {
  const module = (await import(pathToFileURL(path).href)) as Module;

  it('is tried on an instance of each class', () => {
    const classes = Object.entries(module).flatMap(([name, value]) =>
      isClass(value) ? [name] : [],
    );
    expect(Object.keys(INSTANCES)).toEqual(expect.arrayContaining(classes));
  });

  it.each([...functionsOf(module), ...classesOf(module)])(
    'ends with a TidemarkError or a success, without delay: %s',
    async (name, call) => {
      expect(await complaintsOf(module, name, call)).toEqual([]);
    },
  );
});

/** Walks a function. The client's functions that log need an active run. */
async function complaintsOf(
  module: Readonly<Record<string, unknown>>,
  name: string,
  call: PublicFunction,
): Promise<string[]> {
  const { startRun } = module as {
    startRun?: (options: object, body: () => Promise<string[]>) => Promise<string[]>;
  };
  if (startRun === undefined) return callWrongly(call, fillers());
  if (name === 'startRun') return callWrongly(startedAndEnded(call), fillers());
  return startRun({ store, environment: false }, () => callWrongly(call, fillers()));
}

/** Ends the run that a call starts, because otherwise it would be active in the next call. */
function startedAndEnded(call: PublicFunction): PublicFunction {
  return async (...args) => {
    const run = (await call(...args)) as { end?: () => Promise<void> } | undefined;
    if (typeof run?.end === 'function') await run.end();
  };
}
