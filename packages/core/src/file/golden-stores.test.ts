import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '@tidemark/test-kit';
import { describe, expect, it } from 'vitest';
import type { RegistryChange } from '../chain/registry-change.ts';
import type { StoreEventKind } from '../events/store-event.ts';
import { plainJson, wholeState } from '../testing/store-state.ts';
import { openFileStore } from './file-store.ts';
import { refreshIndex } from './refresh-index.ts';

const ROOT = fileURLToPath(new URL('../../fixtures/', import.meta.url));

/** Every store that a version of Tidemark left here, by format and case. */
const STORES = readdirSync(ROOT).flatMap((format) =>
  readdirSync(join(ROOT, format)).map((name) => join(format, name)),
);

type Entity = Readonly<Record<string, unknown>>;
interface State {
  readonly experiments: readonly Entity[];
  readonly runs: readonly Entity[];
  readonly loggedModels: readonly Entity[];
  readonly histories: Entity;
  readonly registry: readonly { model: Entity & { versions: readonly Entity[] }; head: Entity }[];
}

/** A later version may know more fields of an entity; those that were known keep their values. */
function known(actual: readonly Entity[], expected: readonly Entity[]): Entity[] {
  return actual.map((entity, index) =>
    Object.fromEntries(Object.keys(expected[index] ?? entity).map((key) => [key, entity[key]])),
  );
}

function asExpected(actual: State, expected: State): unknown {
  return {
    experiments: known(actual.experiments, expected.experiments),
    runs: known(actual.runs, expected.runs),
    loggedModels: known(actual.loggedModels, expected.loggedModels),
    histories: actual.histories,
    registry: actual.registry.map(({ model, head }, index) => {
      const was = expected.registry[index]?.model;
      const [fields = {}] = known([model], was === undefined ? [] : [was]);
      return { model: { ...fields, versions: known(model.versions, was?.versions ?? []) }, head };
    }),
  };
}

async function stateOf(folder: string): Promise<State> {
  const store = openFileStore(folder);
  const state = plainJson(await wholeState(store)) as State;
  await store.close();
  return state;
}

describe('a store of an earlier version', () => {
  it.each(STORES)(
    'reads the same as in that version, with an index and without: %s',
    async (name) => {
      const folder = join(temporaryFolder(), 'store');
      cpSync(join(ROOT, name, 'store'), folder, { recursive: true });
      const expected = JSON.parse(readFileSync(join(ROOT, name, 'expected.json'), 'utf8')) as State;
      expect(asExpected(await stateOf(folder), expected)).toEqual(expected);
      await refreshIndex(folder);
      expect(asExpected(await stateOf(folder), expected)).toEqual(expected);
      for (const { model } of (await stateOf(folder)).registry) {
        await versionsVerify(folder, model.versions);
      }
    },
  );
});

/** Checks that the digests computed now equal the recorded ones. */
async function versionsVerify(folder: string, versions: readonly Entity[]): Promise<void> {
  const store = openFileStore(folder);
  for (const { runId, runState } of versions) {
    if (runState === undefined) continue;
    const { through } = runState as { through: Record<string, number> };
    expect(await store.runStateDigest(runId as never, through)).toEqual(runState);
  }
  await store.close();
}

/** TypeScript requires a new kind here, and the test below requires it in a golden store. */
const EVENT_KINDS: Readonly<Record<StoreEventKind, true>> = {
  'experiment-created': true,
  'experiment-updated': true,
  'run-created': true,
  'run-updated': true,
  params: true,
  tags: true,
  metrics: true,
  'metric-series': true,
  dataset: true,
  'model-input': true,
  'model-output': true,
  'model-created': true,
  'model-updated': true,
  'model-tags': true,
  'model-params': true,
  artifact: true,
  'artifact-removed': true,
  purged: true,
};

const CHANGE_KINDS: Readonly<Record<RegistryChange['kind'], true>> = {
  'brought-in': true,
  'model-created': true,
  'model-updated': true,
  'model-tag-set': true,
  'model-tag-deleted': true,
  'rules-set': true,
  'model-deleted': true,
  'model-renamed': true,
  'model-arrived': true,
  'version-created': true,
  'version-updated': true,
  'version-status-set': true,
  'version-deleted': true,
  'version-tag-set': true,
  'version-tag-deleted': true,
  'alias-set': true,
  'alias-deleted': true,
  'stage-set': true,
  'request-created': true,
  'request-approved': true,
  'request-closed': true,
  'comment-created': true,
  'comment-updated': true,
  'comment-deleted': true,
};

it.each([
  ['events', /\.jsonl$/, EVENT_KINDS],
  ['registry changes', /^\d{20}\.json$/, CHANGE_KINDS],
] as const)('every kind of %s is in a golden store', (_, file, kinds) => {
  const texts = readdirSync(ROOT, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && file.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
  const found = new Set(Array.from(texts.matchAll(/"kind":"([\w-]+)"/g), ([, kind]) => kind));
  expect(Object.keys(kinds).filter((kind) => !found.has(kind))).toEqual([]);
});
