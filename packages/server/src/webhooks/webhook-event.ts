import type { ChangeEvent } from '../dispatch/change-event.ts';

/** An event of webhooks: a kind of entity and an action. */
export interface WebhookEvent {
  /** The spelling of MLflow's messages: upper case. */
  readonly entity: string;
  readonly action: string;
}

/** MLflow's events (entities/webhook.py). Those of prompts and budgets never happen here. */
const MLFLOW_EVENTS: Readonly<Record<string, readonly string[]>> = {
  REGISTERED_MODEL: ['CREATED'],
  MODEL_VERSION: ['CREATED'],
  MODEL_VERSION_TAG: ['SET', 'DELETED'],
  MODEL_VERSION_ALIAS: ['CREATED', 'DELETED'],
  PROMPT: ['CREATED'],
  PROMPT_VERSION: ['CREATED'],
  PROMPT_TAG: ['SET', 'DELETED'],
  PROMPT_VERSION_TAG: ['SET', 'DELETED'],
  PROMPT_ALIAS: ['CREATED', 'DELETED'],
  BUDGET_POLICY: ['EXCEEDED'],
};

/** Events that MLflow does not have. */
const OWN_EVENTS: Readonly<Record<string, readonly string[]>> = {
  MODEL_VERSION_STAGE: ['CHANGED'],
  TRANSITION_REQUEST: ['CREATED', 'APPROVED', 'REJECTED', 'DELETED'],
};

/** The numbers of MLflow's enumerations (protos/webhooks.proto), which clients may send instead of names. */
const ENTITY_NUMBERS = ['ENTITY_UNSPECIFIED', ...Object.keys(MLFLOW_EVENTS)];
const ACTION_NUMBERS = ['ACTION_UNSPECIFIED', 'CREATED', 'UPDATED', 'DELETED', 'SET', 'EXCEEDED'];

/** Returns the names of an entity and an action, which are given by name or number. */
export function eventNames(event: {
  readonly entity?: string | number | undefined;
  readonly action?: string | number | undefined;
}): WebhookEvent {
  const { entity = 0, action = 0 } = event;
  return {
    entity: typeof entity === 'number' ? (ENTITY_NUMBERS[entity] ?? String(entity)) : entity,
    action: typeof action === 'number' ? (ACTION_NUMBERS[action] ?? String(action)) : action,
  };
}

/** Returns why an event cannot be subscribed to, in MLflow's words, or `undefined` when it can. */
export function eventProblem({ entity, action }: WebhookEvent): string | undefined {
  const actions = actionsOf(entity);
  if (actions === undefined) {
    return `Invalid entity '${entity.toLowerCase()}'. Valid entities are: ${entities().join(', ')}`;
  }
  if (actions.includes(action)) return undefined;
  const valid = actions.map((each) => `'${each.toLowerCase()}'`).sort();
  return `Invalid action '${action.toLowerCase()}' for entity '${entity.toLowerCase()}'. Valid actions are: [${valid.join(', ')}]`;
}

/** Returns whether MLflow's own client knows an event. It refuses a whole message with an unknown event. */
export function isMlflowEvent({ entity, action }: WebhookEvent): boolean {
  return Object.hasOwn(MLFLOW_EVENTS, entity) && (MLFLOW_EVENTS[entity]?.includes(action) ?? false);
}

/** Returns the event of a change and its data, with the names of MLflow's webhooks/types.py. */
export function webhookEventOf(change: ChangeEvent): {
  readonly event: WebhookEvent;
  readonly data: Readonly<Record<string, unknown>>;
} {
  switch (change.kind) {
    case 'registered-model-created': {
      const { name, tags, description } = change.model;
      return {
        event: { entity: 'REGISTERED_MODEL', action: 'CREATED' },
        data: { name, tags: tagRecord(tags), description: textOrNull(description) },
      };
    }
    case 'model-version-created': {
      const { version, source, runId, tags, description } = change.version;
      return {
        event: { entity: 'MODEL_VERSION', action: 'CREATED' },
        data: {
          name: change.modelName,
          version: String(version),
          source,
          run_id: runId ?? null,
          tags: tagRecord(tags),
          description: textOrNull(description),
        },
      };
    }
    case 'model-version-tag-set':
      return {
        event: { entity: 'MODEL_VERSION_TAG', action: 'SET' },
        data: { ...versionOf(change), key: change.key, value: change.value },
      };
    case 'model-version-tag-deleted':
      return {
        event: { entity: 'MODEL_VERSION_TAG', action: 'DELETED' },
        data: { ...versionOf(change), key: change.key },
      };
    case 'model-version-alias-created':
      return {
        event: { entity: 'MODEL_VERSION_ALIAS', action: 'CREATED' },
        data: { name: change.modelName, alias: change.alias, version: String(change.version) },
      };
    case 'model-version-alias-deleted':
      return {
        event: { entity: 'MODEL_VERSION_ALIAS', action: 'DELETED' },
        data: { name: change.modelName, alias: change.alias },
      };
    case 'model-version-stage-changed':
      return {
        event: { entity: 'MODEL_VERSION_STAGE', action: 'CHANGED' },
        data: {
          ...versionOf(change),
          from_stage: change.fromStage,
          to_stage: change.toStage,
          ...decisionOf(change),
        },
      };
    case 'transition-request-created':
    case 'transition-request-approved':
    case 'transition-request-rejected':
    case 'transition-request-deleted':
      return {
        event: { entity: 'TRANSITION_REQUEST', action: lastWord(change.kind).toUpperCase() },
        data: { ...versionOf(change), to_stage: change.toStage, ...decisionOf(change) },
      };
  }
}

/**
 * Returns the data for a test of a webhook: MLflow's own examples (webhooks/types.py), and similar ones for our
 * events.
 */
export function exampleData(event: WebhookEvent): Readonly<Record<string, unknown>> {
  if (event.entity === 'BUDGET_POLICY') return BUDGET_EXAMPLE;
  return event.entity.startsWith('PROMPT') ? promptExample(event) : registryExample(event);
}

const TAGS = { example_key: 'example_value' };

function registryExample({ entity, action }: WebhookEvent): Readonly<Record<string, unknown>> {
  const name = 'example_model';
  const version = { name, version: '1' };
  const by = { by: 'example_user', authenticated: false, comment: 'An example' };
  switch (entity) {
    case 'REGISTERED_MODEL':
      return { name, tags: TAGS, description: 'An example registered model' };
    case 'MODEL_VERSION':
      return {
        ...version,
        source: 'models:/123',
        run_id: 'abcd1234abcd5678',
        tags: TAGS,
        description: 'An example model version',
      };
    case 'MODEL_VERSION_TAG':
      return { ...version, ...tagExample(action) };
    case 'MODEL_VERSION_ALIAS':
      return { name, ...aliasExample(action) };
    case 'MODEL_VERSION_STAGE':
      return { ...version, from_stage: 'Staging', to_stage: 'Production', ...by };
    default:
      return { ...version, to_stage: 'Production', ...by };
  }
}

/** Prompts never change here, but their events can still be tested. */
function promptExample({ entity, action }: WebhookEvent): Readonly<Record<string, unknown>> {
  const name = 'example_prompt';
  switch (entity) {
    case 'PROMPT':
      return { name, tags: TAGS, description: 'An example prompt' };
    case 'PROMPT_VERSION':
      return {
        name,
        version: '1',
        template: 'Hello {{name}}!',
        tags: TAGS,
        description: 'An example prompt version',
      };
    case 'PROMPT_TAG':
      return { name, ...tagExample(action) };
    case 'PROMPT_VERSION_TAG':
      return { name, version: '1', ...tagExample(action) };
    default:
      return { name, ...aliasExample(action) };
  }
}

function tagExample(action: string): Readonly<Record<string, string>> {
  return { key: 'example_key', ...(action === 'SET' ? { value: 'example_value' } : {}) };
}

function aliasExample(action: string): Readonly<Record<string, string>> {
  return { alias: 'example_alias', ...(action === 'CREATED' ? { version: '1' } : {}) };
}

const BUDGET_EXAMPLE = {
  budget_policy_id: 'bp-abc123',
  budget_unit: 'USD',
  budget_amount: 100,
  current_spend: 105.5,
  duration_unit: 'MONTHS',
  duration_value: 1,
  target_scope: 'ENDPOINT',
  workspace: 'default',
  target_value: 'ep-abc123',
  window_start: 1704067200000,
};

function actionsOf(entity: string): readonly string[] | undefined {
  if (Object.hasOwn(MLFLOW_EVENTS, entity)) return MLFLOW_EVENTS[entity];
  return Object.hasOwn(OWN_EVENTS, entity) ? OWN_EVENTS[entity] : undefined;
}

function entities(): string[] {
  return [...Object.keys(MLFLOW_EVENTS), ...Object.keys(OWN_EVENTS)].map((each) =>
    each.toLowerCase(),
  );
}

function versionOf(change: { readonly modelName: string; readonly version: number }) {
  return { name: change.modelName, version: String(change.version) };
}

function decisionOf(change: ChangeEvent & { readonly comment?: string }) {
  const { name, authenticated } = change.by;
  return { by: name, authenticated, comment: change.comment ?? null };
}

function tagRecord(tags: readonly { readonly key: string; readonly value: string }[]) {
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}

function textOrNull(text: string): string | null {
  return text === '' ? null : text;
}

function lastWord(kind: string): string {
  return kind.slice(kind.lastIndexOf('-') + 1);
}
