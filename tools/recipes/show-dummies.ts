import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli, type Terminal } from '@tidemark/cli';
import { openStore, registerModel, startRun } from '@tidemark/client';
import {
  isTidemarkError,
  type RegistryChange,
  type Store,
  type StoreEvent,
  type setAlias,
} from '@tidemark/core';
import { examineStore, openFileStore } from '@tidemark/core/node';
import { evaluatePolicy, parsePolicy } from '@tidemark/github-action';
import { loadModel } from '@tidemark/models';
import { createServer } from '@tidemark/server';

// Runs in a copy of the repository with a dummy of each kind, and prints as JSON what each of them does. The types of
// this program do not include the dummies, so values that name one are built from JSON.

/** The results of using each dummy. */
export interface ShownDummies {
  /** The names of the runs in the dummy store. */
  readonly store: readonly string[];
  /** The dataset that the dummy event adds to its run, after the log was read back. */
  readonly event: readonly string[];
  /** The aliases that the dummy function sets. */
  readonly registryFunction: readonly string[];
  /** The description that the dummy change sets on a registered model, after its chain was read back. */
  readonly change: string;
  /** The error of loading a model of the dummy flavor, which has no files. */
  readonly flavor: string;
  /** The results of the dummy rule. */
  readonly rule: readonly string[];
  /** The output of `tidemark runs --help`, and of a call of the dummy command. */
  readonly command: { readonly help: string; readonly called: string };
  /** The status of the dummy route for a request without fields, and its paths in OpenAPI. */
  readonly endpoint: { readonly status: number; readonly paths: readonly string[] };
  /** The findings of the dummy check. */
  readonly check: readonly string[];
  /** The output of `tidemark sql --tables`, and of a query of the dummy table. */
  readonly table: { readonly listed: string; readonly rows: string };
}

const folder = mkdtempSync(join(tmpdir(), 'tidemark-dummies-'));
try {
  process.stdout.write(JSON.stringify(await showDummies(folder)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function showDummies(place: string): Promise<ShownDummies> {
  const store = openFileStore(place);
  const runId = await startRun({ store, environment: false, name: 'first' }, async (run) => {
    const input = {
      dataset: { name: 'dummies', digest: '1', sourceType: 'local', source: 'here' },
      tags: {},
    };
    const event: StoreEvent = JSON.parse(JSON.stringify({ kind: 'dummy', run: run.runId, input }));
    await store.append([event]);
    const mlmodel = new TextEncoder().encode('flavors:\n  dummy: {data: model.json}\n');
    const files = () => [{ path: 'MLmodel', content: mlmodel }];
    const model = await run.logModel({ name: 'classifier', files });
    await registerModel({ store, name: 'dummies', model });
    await setDummyAlias(store);
    await changeDummies(store);
    return run.runId;
  });
  await store.close();

  const again = openFileStore(place);
  const [run] = await again.runs({ runIds: [runId] });
  const entry = await again.registry.read('dummies');
  const shown = {
    store: await keepRun('dummy:'),
    registryFunction: entry?.model.versions[0]?.aliases ?? [],
    event: run?.datasets.map(({ dataset }) => dataset.name) ?? [],
    change: entry?.model.description ?? '',
    flavor: await loadDummy(again),
    rule: await judgeDummy(again),
    endpoint: await askDummy(again),
  };
  await again.close();
  const { findings } = await examineStore(place);
  return {
    ...shown,
    check: findings.filter(({ check }) => check === 'dummy-runs').map(({ place: at }) => at),
    table: {
      listed: await tidemark('sql', '--tables'),
      rows: await tidemark('sql', 'SELECT count(*) AS n FROM dummy_parts', '--json', '-s', place),
    },
    command: {
      help: await tidemark('runs', '--help'),
      called: await tidemark('runs', 'dummy', 'first', '-s', place),
    },
  };
}

/** Logs a run to a store, and returns the names of the runs there. */
async function keepRun(address: string): Promise<string[]> {
  const store = await openStore(address);
  await startRun({ store, environment: false, name: 'kept' }, async () => {});
  const runs = await store.runs({});
  await store.close();
  return runs.map(({ name }) => name);
}

async function setDummyAlias(store: Store): Promise<void> {
  const functions: Readonly<Record<string, unknown>> = await import('@tidemark/core');
  const setDummy = functions.setDummy as typeof setAlias;
  const by = { name: 'ada', authenticated: false };
  await setDummy(store, { name: 'dummies', alias: 'best', version: 1, by });
}

async function changeDummies(store: Store): Promise<void> {
  const entry = await store.registry.read('dummies');
  const change: RegistryChange = JSON.parse('{"kind":"dummy-made","description":"made"}');
  const draft = { by: { name: 'ada', authenticated: false }, atMs: 1, changes: [change] };
  await store.registry.commit('dummies', entry?.head, draft);
}

async function loadDummy(store: Store): Promise<string> {
  try {
    await loadModel('models:/dummies/1', { store });
    return 'loaded';
  } catch (error) {
    if (isTidemarkError(error)) return error.code;
    throw error;
  }
}

async function judgeDummy(store: Store): Promise<string[]> {
  const policy = parsePolicy(
    'version: 1\nmodels:\n  - name: dummies\n    baseline: {alias: champion}\n    dummy: {inputs: backward-compatible}\n',
  );
  const { models } = await evaluatePolicy(store, policy);
  return models.flatMap(({ rules }) =>
    rules.filter(({ id }) => id.startsWith('dummy')).map(({ id, status }) => `${id}: ${status}`),
  );
}

async function askDummy(store: Store): Promise<ShownDummies['endpoint']> {
  const { app, close } = await createServer({ store });
  const url = '/api/2.0/mlflow/dummies/create';
  const { statusCode: status } = await app.inject({ method: 'POST', url, payload: {} });
  const document = (await app.inject('/openapi.json')).json<{ paths: object }>();
  await close();
  return { status, paths: Object.keys(document.paths).filter((path) => path.includes('dummies')) };
}

/** The output of a command. */
async function tidemark(...words: string[]): Promise<string> {
  let printed = '';
  const terminal: Terminal = {
    out: (text) => {
      printed += text;
    },
    outBytes: async (bytes) => {
      printed += new TextDecoder().decode(bytes);
    },
    error: (text) => {
      printed += text;
    },
    width: 100,
    colors: false,
  };
  await runCli(words, terminal);
  return printed;
}
