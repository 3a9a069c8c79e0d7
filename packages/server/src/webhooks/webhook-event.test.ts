import type { ModelVersion, RegisteredModel, RunId } from '@tidemark/core';
import { expect, test } from 'vitest';
import type { ChangeEvent } from '../dispatch/change-event.ts';
import { eventNames, eventProblem, exampleData, webhookEventOf } from './webhook-event.ts';

const by = { name: 'ada', authenticated: true };
const atMs = 0;
const tags = [{ key: 'team', value: 'birds', evidence: { by, atMs } }];
const times = { creationTimeMs: 0, lastUpdateTimeMs: 0 };
const version = {
  ...times,
  version: 3,
  createdBy: by,
  description: '',
  source: 'models:/m-1',
  runId: 'abc' as RunId,
  tags,
  aliases: [],
} as unknown as ModelVersion;
const model = { ...times, name: 'penguins', description: 'of three kinds', tags, versions: [] };

test.each<[ChangeEvent, string, object]>([
  [
    { kind: 'registered-model-created', model: model as unknown as RegisteredModel, atMs, by },
    'REGISTERED_MODEL.CREATED',
    { name: 'penguins', tags: { team: 'birds' }, description: 'of three kinds' },
  ],
  [
    { kind: 'model-version-created', modelName: 'penguins', version, atMs, by },
    'MODEL_VERSION.CREATED',
    {
      name: 'penguins',
      version: '3',
      source: 'models:/m-1',
      run_id: 'abc',
      tags: { team: 'birds' },
      description: null,
    },
  ],
  [
    { kind: 'model-version-tag-set', modelName: 'p', version: 3, key: 'k', value: 'v', atMs, by },
    'MODEL_VERSION_TAG.SET',
    { name: 'p', version: '3', key: 'k', value: 'v' },
  ],
  [
    { kind: 'model-version-tag-deleted', modelName: 'p', version: 3, key: 'k', atMs, by },
    'MODEL_VERSION_TAG.DELETED',
    { name: 'p', version: '3', key: 'k' },
  ],
  [
    { kind: 'model-version-alias-created', modelName: 'p', version: 3, alias: 'best', atMs, by },
    'MODEL_VERSION_ALIAS.CREATED',
    { name: 'p', alias: 'best', version: '3' },
  ],
  [
    { kind: 'model-version-alias-deleted', modelName: 'p', alias: 'best', atMs, by },
    'MODEL_VERSION_ALIAS.DELETED',
    { name: 'p', alias: 'best' },
  ],
  [
    {
      kind: 'model-version-stage-changed',
      modelName: 'p',
      version: 3,
      fromStage: 'None',
      toStage: 'Production',
      atMs,
      by,
    },
    'MODEL_VERSION_STAGE.CHANGED',
    {
      name: 'p',
      version: '3',
      from_stage: 'None',
      to_stage: 'Production',
      by: 'ada',
      authenticated: true,
      comment: null,
    },
  ],
  [
    {
      kind: 'transition-request-approved',
      modelName: 'p',
      version: 3,
      toStage: 'Production',
      comment: 'reviewed',
      atMs,
      by,
    },
    'TRANSITION_REQUEST.APPROVED',
    {
      name: 'p',
      version: '3',
      to_stage: 'Production',
      by: 'ada',
      authenticated: true,
      comment: 'reviewed',
    },
  ],
])('%j is sent as %s', (change, name, data) => {
  const found = webhookEventOf(change);
  expect(`${found.event.entity}.${found.event.action}`).toBe(name);
  expect(found.data).toEqual(data);
  expect(eventProblem(found.event)).toBeUndefined();
  // The data of a test has the fields of the real event.
  expect(Object.keys(exampleData(found.event)).sort()).toEqual(Object.keys(data).sort());
});

test("events have MLflow's names or numbers, and others are refused in its words", () => {
  expect(eventNames({ entity: 2, action: 1 })).toEqual({
    entity: 'MODEL_VERSION',
    action: 'CREATED',
  });
  expect(eventNames({ entity: 10, action: 5 })).toEqual({
    entity: 'BUDGET_POLICY',
    action: 'EXCEEDED',
  });
  expect(eventProblem(eventNames({ entity: 3, action: 1 }))).toBe(
    "Invalid action 'created' for entity 'model_version_tag'. Valid actions are: ['deleted', 'set']",
  );
  expect(eventProblem(eventNames({}))).toMatch(/^Invalid entity 'entity_unspecified'/);
  expect(eventProblem({ entity: 'constructor', action: 'name' })).toMatch(/^Invalid entity/);
});

test.each([
  ['MODEL_VERSION', 'CREATED', { source: 'models:/123', run_id: 'abcd1234abcd5678' }],
  ['MODEL_VERSION_ALIAS', 'DELETED', { name: 'example_model', alias: 'example_alias' }],
  ['PROMPT_VERSION', 'CREATED', { name: 'example_prompt', template: 'Hello {{name}}!' }],
  ['PROMPT_TAG', 'SET', { name: 'example_prompt', key: 'example_key', value: 'example_value' }],
  ['PROMPT_VERSION_TAG', 'DELETED', { name: 'example_prompt', version: '1', key: 'example_key' }],
  ['PROMPT_ALIAS', 'CREATED', { name: 'example_prompt', alias: 'example_alias', version: '1' }],
  ['BUDGET_POLICY', 'EXCEEDED', { budget_policy_id: 'bp-abc123', current_spend: 105.5 }],
])("a test of %s.%s sends MLflow's own example", (entity, action, data) => {
  expect(exampleData({ entity, action })).toMatchObject(data);
});
