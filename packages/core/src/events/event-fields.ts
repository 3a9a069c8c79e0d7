import type { DatasetInput } from '../model/dataset.ts';
import {
  type ExperimentId,
  type LoggedModelId,
  parseExperimentId,
  parseLoggedModelId,
  parseRunId,
  type RunId,
} from '../model/ids.ts';
import { RUN_STATUSES } from '../model/run.ts';
import type {
  MetricsLogged,
  RunCreated,
  RunUpdated,
  StoreEvent,
  StoreEventKind,
} from './store-event.ts';

/** A parsed JSON object whose fields are not trusted yet. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Checks the fields of a line and gives the event: `undefined` when a field is missing or of the
 * wrong type, `'unknown-kind'` for a kind of a later version. Written by hand where the rest of the
 * project uses zod: a store of 100,000 runs has a million lines, and zod's records drop the legal
 * key `__proto__` (docs/decisions/010-line-decoder.md).
 */
export function decodeFields(
  kind: string,
  fields: Fields,
  stampMs: number,
): StoreEvent | undefined | 'unknown-kind' {
  if (!Object.hasOwn(DECODERS, kind)) return 'unknown-kind';
  try {
    return DECODERS[kind as StoreEventKind](fields, stampMs);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

type Decoder<Kind extends StoreEventKind> = (
  fields: Fields,
  stampMs: number,
) => Extract<StoreEvent, { kind: Kind }>;

const DECODERS: { readonly [Kind in StoreEventKind]: Decoder<Kind> } = {
  'experiment-created': (f, stampMs) => ({
    kind: 'experiment-created',
    experiment: experimentId(f.experiment),
    name: text(f.name),
    timeMs: time(f.timeMs, stampMs),
    ...optional('tags', f.tags, texts),
  }),
  'experiment-updated': (f, stampMs) => ({
    kind: 'experiment-updated',
    experiment: experimentId(f.experiment),
    timeMs: time(f.timeMs, stampMs),
    ...optional('name', f.name, text),
    ...optional('stage', f.stage, stage),
    ...optional('tags', f.tags, tagChanges),
  }),
  // The kinds of most lines are put together without spreading, which would cost as much as the rest.
  'run-created': (f, stampMs) => {
    const event: Mutable<RunCreated> = {
      kind: 'run-created',
      run: runId(f.run),
      experiment: experimentId(f.experiment),
      name: text(f.name),
      user: text(f.user),
      timeMs: time(f.timeMs, stampMs),
    };
    if (f.tags !== undefined) event.tags = texts(f.tags);
    if (f.remote !== undefined) event.remote = yes(f.remote);
    return event;
  },
  'run-updated': (f) => {
    const event: Mutable<RunUpdated> = { kind: 'run-updated', run: runId(f.run) };
    if (f.status !== undefined) event.status = oneOf(f.status, RUN_STATUSES);
    if (f.endTimeMs !== undefined) event.endTimeMs = integer(f.endTimeMs);
    if (f.remote !== undefined) event.remote = yes(f.remote);
    if (f.name !== undefined) event.name = text(f.name);
    if (f.stage !== undefined) event.stage = stage(f.stage);
    return event;
  },
  params: (f) => ({ kind: 'params', run: runId(f.run), params: texts(f.params) }),
  tags: (f) => ({ kind: 'tags', run: runId(f.run), tags: tagChanges(f.tags) }),
  metrics: (f, stampMs) => {
    const event: Mutable<MetricsLogged> = {
      kind: 'metrics',
      run: runId(f.run),
      timeMs: time(f.timeMs, stampMs),
      step: integer(f.step),
      metrics: metrics(f.metrics),
    };
    if (f.dataset !== undefined) event.dataset = metricDataset(f.dataset);
    if (f.model !== undefined) event.model = modelId(f.model);
    return event;
  },
  'metric-series': (f, stampMs) => {
    const values = numbers(f.values);
    return {
      kind: 'metric-series',
      run: runId(f.run),
      timeMs: time(f.timeMs, stampMs),
      key: text(f.key),
      steps: integers(f.steps, values.length),
      ...optional('elapsedMs', f.elapsedMs, (v) => integers(v, values.length)),
      values,
      ...optional('dataset', f.dataset, metricDataset),
      ...optional('model', f.model, modelId),
    };
  },
  dataset: (f) => ({ kind: 'dataset', run: runId(f.run), input: datasetInput(f.input) }),
  'model-input': (f) => ({ kind: 'model-input', run: runId(f.run), model: modelId(f.model) }),
  'model-output': (f) => ({
    kind: 'model-output',
    run: runId(f.run),
    model: modelId(f.model),
    step: integer(f.step),
  }),
  'model-created': (f, stampMs) => ({
    kind: 'model-created',
    model: modelId(f.model),
    experiment: experimentId(f.experiment),
    name: text(f.name),
    timeMs: time(f.timeMs, stampMs),
    ...optional('type', f.type, text),
    ...optional('run', f.run, runId),
    ...optional('params', f.params, texts),
    ...optional('tags', f.tags, texts),
  }),
  'model-updated': (f, stampMs) => ({
    kind: 'model-updated',
    model: modelId(f.model),
    timeMs: time(f.timeMs, stampMs),
    ...optional('status', f.status, (v) =>
      oneOf(v, ['PENDING', 'READY', 'UPLOAD_FAILED'] as const),
    ),
    ...optional('stage', f.stage, stage),
  }),
  'model-tags': (f, stampMs) => ({
    kind: 'model-tags',
    model: modelId(f.model),
    timeMs: time(f.timeMs, stampMs),
    tags: tagChanges(f.tags),
  }),
  'model-params': (f, stampMs) => ({
    kind: 'model-params',
    model: modelId(f.model),
    timeMs: time(f.timeMs, stampMs),
    params: texts(f.params),
  }),
  purged: (f, stampMs) => {
    const owner = only(['run', 'model', 'experiment'] as const, f);
    const part = only(['param', 'tag', 'metric', 'artifact'] as const, f);
    if (owner === undefined) throw new Malformed();
    if (part !== undefined && !(PURGEABLE[owner] as readonly string[]).includes(part)) {
      throw new Malformed();
    }
    const by = object(f.by);
    if (typeof by.authenticated !== 'boolean') throw new Malformed();
    return {
      kind: 'purged',
      timeMs: time(f.timeMs, stampMs),
      by: { name: text(by.name), authenticated: by.authenticated },
      ...optional('reason', f.reason, text),
      ...optional('run', f.run, runId),
      ...optional('model', f.model, modelId),
      ...optional('experiment', f.experiment, experimentId),
      ...(part === undefined ? {} : { [part]: text(f[part]) }),
    };
  },
  artifact: (f) => {
    const file = object(f.file);
    return {
      kind: 'artifact',
      owner: artifactOwner(f.owner),
      file: {
        path: text(file.path),
        sizeBytes: integer(file.sizeBytes),
        sha256: text(file.sha256),
        ...optional('uri', file.uri, text),
        ...optional('sameAs', file.sameAs, (v) => {
          const address = object(v);
          return { owner: artifactOwner(address.owner), path: text(address.path) };
        }),
      },
    };
  },
  'artifact-removed': (f) => ({
    kind: 'artifact-removed',
    owner: artifactOwner(f.owner),
    path: text(f.path),
  }),
};

/** The parts that an event may purge by themselves, by what they are parts of. */
const PURGEABLE = {
  run: ['param', 'tag', 'metric', 'artifact'],
  model: ['param', 'tag', 'artifact'],
  experiment: ['tag'],
} as const;

type Mutable<Event> = { -readonly [Key in keyof Event]: Event[Key] };

class Malformed extends Error {}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new Malformed();
  return value;
}

function integer(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new Malformed();
  return value;
}

function time(value: unknown, stampMs: number): number {
  return value === undefined ? stampMs : integer(value);
}

/** The one of these fields that is there; at most one may be. */
function only<const Key extends string>(keys: readonly Key[], fields: Fields): Key | undefined {
  const found = keys.filter((key) => fields[key] !== undefined);
  if (found.length > 1) throw new Malformed();
  return found[0];
}

function yes(value: unknown): true {
  if (value !== true) throw new Malformed();
  return value;
}

function object(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Malformed();
  return value as Fields;
}

function oneOf<const T extends string>(value: unknown, allowed: readonly T[]): T {
  const found = allowed.find((name) => name === value);
  if (found === undefined) throw new Malformed();
  return found;
}

function stage(value: unknown): 'active' | 'deleted' {
  return oneOf(value, ['active', 'deleted']);
}

/** Lines of one run follow each other: its id is checked once, and kept as one string. */
let lastRunId: RunId | undefined;

function runId(value: unknown): RunId {
  if (value === lastRunId && lastRunId !== undefined) return lastRunId;
  lastRunId = identifier(value, parseRunId);
  return lastRunId;
}

function experimentId(value: unknown): ExperimentId {
  return identifier(value, parseExperimentId);
}

function modelId(value: unknown): LoggedModelId {
  return identifier(value, parseLoggedModelId);
}

function identifier<Id>(value: unknown, parse: (text: string) => Id): Id {
  try {
    return parse(text(value));
  } catch {
    throw new Malformed();
  }
}

function artifactOwner(value: unknown): { run: RunId } | { model: LoggedModelId } {
  const owner = object(value);
  return owner.run === undefined ? { model: modelId(owner.model) } : { run: runId(owner.run) };
}

function texts(value: unknown): Record<string, string> {
  const fields = object(value);
  for (const key of Object.keys(fields)) text(fields[key]);
  return fields as Record<string, string>;
}

function tagChanges(value: unknown): Record<string, string | null> {
  const fields = object(value);
  for (const key of Object.keys(fields)) if (fields[key] !== null) text(fields[key]);
  return fields as Record<string, string | null>;
}

function metrics(value: unknown): Record<string, number> {
  const fields = object(value);
  let changed: [string, number][] | undefined;
  for (const key of Object.keys(fields)) {
    if (typeof fields[key] === 'number') continue;
    changed ??= [];
    changed.push([key, nonFinite(fields[key])]);
  }
  if (changed === undefined) return fields as Record<string, number>;
  // fromEntries defines properties, so that a key such as __proto__ stays a key.
  return Object.fromEntries([...(Object.entries(fields) as [string, number][]), ...changed]);
}

function metricDataset(value: unknown): { name: string; digest: string } {
  const dataset = object(value);
  return { name: text(dataset.name), digest: text(dataset.digest) };
}

function integers(value: unknown, length: number): number[] {
  if (!Array.isArray(value) || value.length !== length) throw new Malformed();
  for (const item of value) integer(item);
  return value as number[];
}

function numbers(value: unknown): number[] {
  if (!Array.isArray(value)) throw new Malformed();
  if (value.every((item) => typeof item === 'number')) return value as number[];
  return value.map((item) => (typeof item === 'number' ? item : nonFinite(item)));
}

function nonFinite(value: unknown): number {
  if (value === 'NaN') return Number.NaN;
  if (value === 'Infinity') return Number.POSITIVE_INFINITY;
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY;
  throw new Malformed();
}

function datasetInput(value: unknown): DatasetInput {
  const input = object(value);
  const dataset = object(input.dataset);
  return {
    dataset: {
      name: text(dataset.name),
      digest: text(dataset.digest),
      sourceType: text(dataset.sourceType),
      source: text(dataset.source),
      ...optional('schema', dataset.schema, text),
      ...optional('profile', dataset.profile, text),
    },
    tags: texts(input.tags),
  };
}

function optional<Key extends string, T>(
  key: Key,
  value: unknown,
  parse: (value: unknown) => T,
): { [K in Key]?: T } {
  return (value === undefined ? {} : { [key]: parse(value) }) as { [K in Key]?: T };
}
