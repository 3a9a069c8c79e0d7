import type { ArtifactAddress } from '../model/artifact.ts';
import { artifactPathProblem } from '../model/artifact-path.ts';
import type { DatasetInput } from '../model/dataset.ts';
import {
  type ExperimentId,
  type LoggedModelId,
  parseExperimentId,
  parseLoggedModelId,
  parseRunId,
  type RunId,
} from '../model/ids.ts';
import { isRecord } from '../model/is-record.ts';
import { experimentNameProblem, keyProblem, loggedModelNameProblem } from '../model/names.ts';

/** A parsed JSON object whose fields are not trusted yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** New values of tags; `null` deletes a tag. */
export type TagChanges = Readonly<Record<string, string | null>>;

/** An event under construction, whose fields can be set. */
export type Mutable<Event> = { -readonly [Key in keyof Event]: Event[Key] };

/** The reason why fields are not an event. The message is the end of a sentence about them. */
export class MalformedFields extends Error {}

// One check for each type of field. The same checks apply to every writer. Each throws MalformedFields.

/** Returns the error for a field that cannot be read. */
export function malformed(
  reason = 'has a field that is missing or of the wrong type',
): MalformedFields {
  return new MalformedFields(reason);
}

/** Reads a text. */
export function text(value: unknown): string {
  if (typeof value !== 'string') throw malformed();
  return value;
}

/** Reads a whole number that JavaScript represents exactly. */
export function integer(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw malformed();
  return value;
}

/** Reads a time in milliseconds since 1970. An absent time is that of the stamp. */
export function time(value: unknown, stampMs: number): number {
  return value === undefined ? stampMs : integer(value);
}

/** Returns the name of the one field that is present; at most one may be. */
export function only<const Key extends string>(
  keys: readonly Key[],
  fields: Fields,
): Key | undefined {
  const found = keys.filter((key) => fields[key] !== undefined);
  if (found.length > 1) throw malformed();
  return found[0];
}

/** Reads a field that is `true` where it is present. */
export function yes(value: unknown): true {
  if (value !== true) throw malformed();
  return value;
}

/** Reads a JSON object. */
export function object(value: unknown): Fields {
  if (!isRecord(value)) throw malformed();
  return value;
}

/** Reads one of the allowed texts. */
export function oneOf<const T extends string>(value: unknown, allowed: readonly T[]): T {
  const found = allowed.find((name) => name === value);
  if (found === undefined) throw malformed();
  return found;
}

/** Reads a lifecycle stage. */
export function stage(value: unknown): 'active' | 'deleted' {
  return oneOf(value, ['active', 'deleted']);
}

/**
 * The last run id that was checked. Lines of one run follow each other, so its id is checked once and shared as one
 * string.
 */
let lastRunId: RunId | undefined;

/** Reads the id of a run. */
export function runId(value: unknown): RunId {
  if (value === lastRunId && lastRunId !== undefined) return lastRunId;
  lastRunId = identifier(value, parseRunId);
  return lastRunId;
}

/** Reads the id of an experiment. */
export function experimentId(value: unknown): ExperimentId {
  return identifier(value, parseExperimentId);
}

/** Reads the id of a logged model. */
export function modelId(value: unknown): LoggedModelId {
  return identifier(value, parseLoggedModelId);
}

function identifier<Id>(value: unknown, parse: (text: string) => Id): Id {
  try {
    return parse(text(value));
  } catch {
    throw malformed();
  }
}

/** Returns the value, or throws an error with the shortened value and the problem. */
function checked(
  value: unknown,
  what: string,
  problemOf: (text: string) => string | undefined,
): string {
  const name = text(value);
  const problem = problemOf(name);
  if (problem === undefined) return name;
  throw malformed(
    `has the ${what} ${JSON.stringify(name.slice(0, SHOWN_CHARACTERS))}, which ${problem}`,
  );
}

const SHOWN_CHARACTERS = 80;

/** Reads the key of a param, tag or metric. */
export function key(value: unknown): string {
  return checked(value, 'key', keyProblem);
}

/** Reads the name of an experiment. */
export function experimentName(value: unknown): string {
  return checked(value, 'experiment name', experimentNameProblem);
}

/** Reads the name of a logged model. */
export function loggedModelName(value: unknown): string {
  return checked(value, 'model name', loggedModelNameProblem);
}

/** Reads the path of an artifact. */
export function artifactPath(value: unknown): string {
  return checked(value, 'artifact path', artifactPathProblem);
}

/** Reads a SHA-256 digest in lower-case hexadecimal digits. */
export function sha256(value: unknown): string {
  return checked(value, 'SHA-256', (digest) =>
    SHA256.test(digest) ? undefined : 'is not 64 lower-case hexadecimal digits',
  );
}

const SHA256 = /^[0-9a-f]{64}$/;

/** Reads the size of a file in bytes. */
export function sizeBytes(value: unknown): number {
  const size = integer(value);
  if (size < 0) throw malformed('has a size below zero');
  return size;
}

/** Reads the run or the logged model that owns an artifact. */
export function artifactOwner(value: unknown): ArtifactAddress['owner'] {
  const owner = object(value);
  return owner.run === undefined ? { model: modelId(owner.model) } : { run: runId(owner.run) };
}

function texts(value: unknown): Record<string, string> {
  const fields = object(value);
  for (const name of Object.keys(fields)) text(fields[name]);
  return fields as Record<string, string>;
}

/** Reads texts by key, such as params. */
export function keyedTexts(value: unknown): Record<string, string> {
  const fields = object(value);
  for (const name of Object.keys(fields)) text(fields[key(name)]);
  return fields as Record<string, string>;
}

/** Reads new values of tags by key; `null` deletes a tag. */
export function tagChanges(value: unknown): Record<string, string | null> {
  const fields = object(value);
  for (const name of Object.keys(fields)) if (fields[key(name)] !== null) text(fields[name]);
  return fields as Record<string, string | null>;
}

/** Reads numbers by key. NaN and the infinities are texts in JSON. */
export function metrics(value: unknown): Record<string, number> {
  const fields = object(value);
  let changed: [string, number][] | undefined;
  for (const name of Object.keys(fields)) {
    key(name);
    if (typeof fields[name] === 'number') continue;
    changed ??= [];
    changed.push([name, nonFinite(fields[name])]);
  }
  if (changed === undefined) return fields as Record<string, number>;
  // fromEntries defines properties, so that a key such as __proto__ stays a key.
  return Object.fromEntries([...(Object.entries(fields) as [string, number][]), ...changed]);
}

/** Reads the name and the digest of the dataset that a metric is about. */
export function metricDataset(value: unknown): { name: string; digest: string } {
  const dataset = object(value);
  return { name: text(dataset.name), digest: text(dataset.digest) };
}

/** Reads a list of whole numbers of this length. */
export function integers(value: unknown, length: number): number[] {
  if (!Array.isArray(value) || value.length !== length) throw malformed();
  for (const item of value) integer(item);
  return value as number[];
}

/** Reads a list of numbers. NaN and the infinities are texts in JSON. */
export function numbers(value: unknown): number[] {
  if (!Array.isArray(value)) throw malformed();
  if (value.every((item) => typeof item === 'number')) return value as number[];
  return value.map((item) => (typeof item === 'number' ? item : nonFinite(item)));
}

function nonFinite(value: unknown): number {
  if (value === 'NaN') return Number.NaN;
  if (value === 'Infinity') return Number.POSITIVE_INFINITY;
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY;
  throw malformed();
}

/** Reads a dataset, and how a run used it. */
export function datasetInput(value: unknown): DatasetInput {
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

/** Reads a field that may be absent. Returns an object to spread, which then has no such field. */
export function optional<Key extends string, T>(
  key: Key,
  value: unknown,
  parse: (value: unknown) => T,
): { [K in Key]?: T } {
  return (value === undefined ? {} : { [key]: parse(value) }) as { [K in Key]?: T };
}
