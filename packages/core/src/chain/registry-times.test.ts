import { expect, test } from 'vitest';
import type { ModelVersion, RegisteredModel } from '../model/registered-model.ts';
import type { ModelChange, RegistryChange } from './registry-change.ts';
import { applyModelChange } from './registry-fold.ts';

const by = { name: 'ada', authenticated: false };
const BEFORE = 1;
const NOW = 2;

const version: ModelVersion = {
  version: 1,
  source: 'models:/m-1',
  description: '',
  status: 'READY',
  stage: 'None',
  creationTimeMs: BEFORE,
  lastUpdateTimeMs: BEFORE,
  createdBy: by,
  tags: [{ key: 'old', value: 'v', by, atMs: BEFORE }],
  aliases: ['champion'],
  requests: [],
  comments: [],
} as unknown as ModelVersion;
const model = {
  name: 'm',
  description: '',
  creationTimeMs: BEFORE,
  lastUpdateTimeMs: BEFORE,
  createdBy: by,
  tags: [{ key: 'old', value: 'v', by, atMs: BEFORE }],
  rules: [],
  versions: [version],
} as unknown as RegisteredModel;

/** The times that a change sets in MLflow's registry (store/model_registry/sqlalchemy_store.py, 3.17). */
test.each<[RegistryChange['kind'], object, { model: boolean; version: boolean | undefined }]>([
  ['model-updated', { description: 'd' }, { model: true, version: false }],
  [
    'model-tag-set',
    { tag: { key: 'k', value: 'v', by, atMs: NOW } },
    { model: false, version: false },
  ],
  ['model-tag-deleted', { key: 'old' }, { model: false, version: false }],
  [
    'version-tag-set',
    { version: 1, tag: { key: 'k', value: 'v', by, atMs: NOW } },
    { model: false, version: false },
  ],
  ['version-tag-deleted', { version: 1, key: 'old' }, { model: false, version: false }],
  ['alias-set', { version: 1, alias: 'next' }, { model: false, version: false }],
  ['alias-deleted', { alias: 'champion' }, { model: false, version: false }],
  ['version-updated', { version: 1, description: 'd' }, { model: false, version: true }],
  ['stage-set', { version: 1, from: 'None', to: 'Production' }, { model: true, version: true }],
  ['version-deleted', { version: 1 }, { model: true, version: undefined }],
])('%s changes the same update times as in MLflow', (kind, rest, moved) => {
  const change = { kind, ...rest } as unknown as ModelChange;
  const after = applyModelChange(model, change, { by, atMs: NOW });
  expect(after.lastUpdateTimeMs === NOW).toBe(moved.model);
  const [left] = after.versions;
  expect(left && left.lastUpdateTimeMs === NOW).toBe(moved.version);
});
