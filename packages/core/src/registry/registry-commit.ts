import { z } from 'zod';
import { canonicalJson, type Json } from '../digest/canonical-json.ts';
import { sha256Hex } from '../digest/sha256.ts';
import { isTidemarkError, TidemarkError } from '../errors.ts';
import { type LoggedModelId, parseLoggedModelId, parseRunId, type RunId } from '../model/ids.ts';
import type { RegistryCommitDraft, RegistryEntry, RegistryHead } from '../store/store.ts';
import type { RegistryChange } from './registry-change.ts';
import { applyRegistryChange } from './registry-fold.ts';

/** The version of the commit format, in every commit. */
const REGISTRY_FORMAT = 1;

/** One commit of a registered model's chain: a file of the store's `registry/` folder. */
export interface RegistryCommit extends RegistryCommitDraft {
  readonly format: number;
  /** The registered model that the chain is for. */
  readonly model: string;
  /** 1, 2, 3 … */
  readonly number: number;
  /** The hash of the commit before; null in the first. */
  readonly previous: string | null;
  /** Random: tells a writer whether the commit that stands at its number is its own. */
  readonly nonce: string;
}

const actor = z.object({ name: z.string(), authenticated: z.boolean() });
const runId = z.custom<RunId>((value) => isParsed(value, parseRunId));
const modelId = z.custom<LoggedModelId>((value) => isParsed(value, parseLoggedModelId));
const tag = z.object({
  key: z.string(),
  value: z.string(),
  evidence: z.object({
    by: actor,
    atMs: z.int(),
    runId: runId.exactOptional(),
    ciJob: z.string().exactOptional(),
    digest: z.string().exactOptional(),
  }),
});
const version = z.int().positive();
const change = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('model-created'), description: z.string() }),
  z.object({ kind: z.literal('model-updated'), description: z.string() }),
  z.object({ kind: z.literal('model-tag-set'), tag }),
  z.object({ kind: z.literal('model-tag-deleted'), key: z.string() }),
  z.object({
    kind: z.literal('version-created'),
    version,
    source: z.string(),
    description: z.string(),
    runId: runId.exactOptional(),
    modelId: modelId.exactOptional(),
    artifactsDigest: z.string().exactOptional(),
    runState: z
      .object({ sha256: z.string(), through: z.record(z.string(), z.int()) })
      .exactOptional(),
  }),
  z.object({ kind: z.literal('version-updated'), version, description: z.string() }),
  z.object({ kind: z.literal('version-tag-set'), version, tag }),
  z.object({ kind: z.literal('version-tag-deleted'), version, key: z.string() }),
  z.object({ kind: z.literal('alias-set'), alias: z.string(), version }),
  z.object({ kind: z.literal('alias-deleted'), alias: z.string() }),
]) satisfies z.ZodType<RegistryChange>;
const commit = z.object({
  format: z.literal(REGISTRY_FORMAT),
  model: z.string(),
  number: z.int().positive(),
  previous: z.string().nullable(),
  nonce: z.string(),
  by: actor,
  atMs: z.int(),
  changes: z.array(change).min(1),
}) satisfies z.ZodType<RegistryCommit>;

/** The bytes of a commit: canonical JSON and a newline, so that it can be read and diffed. */
export function formatRegistryCommit(value: RegistryCommit): Uint8Array {
  return new TextEncoder().encode(`${canonicalJson(value as unknown as Json)}\n`);
}

/** The hash that the next commit names: `sha256:` and SHA-256 of the commit's exact bytes. */
function registryCommitHash(bytes: Uint8Array): string {
  return `sha256:${sha256Hex(bytes)}`;
}

/** Makes the commit that follows `expected`. */
export function nextRegistryCommit(
  model: string,
  expected: RegistryHead | undefined,
  draft: RegistryCommitDraft,
  nonce: string,
): RegistryCommit {
  return {
    format: REGISTRY_FORMAT,
    model,
    number: (expected?.number ?? 0) + 1,
    previous: expected?.hash ?? null,
    nonce,
    ...draft,
  };
}

/**
 * Joins the bytes of the next commit of a chain onto what came before, checking its number, its
 * model and the hash it follows. `place` is named in errors.
 * @throws STORE_FORMAT_TOO_NEW, STORE_DAMAGED
 */
export function foldRegistryCommit(
  before: RegistryEntry | undefined,
  bytes: Uint8Array,
  place: string,
): RegistryEntry {
  const parsed = parseRegistryCommit(bytes, place);
  const expectedNumber = (before?.head.number ?? 0) + 1;
  const problem =
    parsed.number !== expectedNumber
      ? `is commit ${parsed.number} where ${expectedNumber} was expected`
      : parsed.previous !== (before?.head.hash ?? null)
        ? 'does not follow the commit before it: its hash is another'
        : before !== undefined && parsed.model !== before.model.name
          ? `belongs to the model ${JSON.stringify(parsed.model)}`
          : undefined;
  if (problem !== undefined) throw damaged(place, problem);
  let model = before?.model;
  try {
    for (const item of parsed.changes) model = applyRegistryChange(model, item, parsed);
  } catch (error) {
    throw damaged(place, 'holds a change that does not fit the commits before it', error);
  }
  if (model === undefined) throw damaged(place, 'holds no change');
  return { model, head: { number: parsed.number, hash: registryCommitHash(bytes) } };
}

/** Reads one commit. @throws STORE_FORMAT_TOO_NEW, STORE_DAMAGED */
export function parseRegistryCommit(bytes: Uint8Array, place: string): RegistryCommit {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw damaged(place, 'is not JSON', error);
  }
  const newer = newerThanThis(value);
  if (newer !== undefined) {
    throw new TidemarkError(
      'STORE_FORMAT_TOO_NEW',
      `${place} ${newer}, which this version of Tidemark does not know. Install a newer Tidemark.`,
      { details: { place } },
    );
  }
  const parsed = commit.safeParse(value);
  if (!parsed.success) throw damaged(place, z.prettifyError(parsed.error));
  return parsed.data;
}

/** What a commit has that only a later version writes. */
function newerThanThis(value: unknown): string | undefined {
  const shape = z.object({ format: z.int(), changes: z.array(z.object({ kind: z.string() })) });
  const format = shape.pick({ format: true }).safeParse(value).data?.format;
  if (format !== undefined && format > REGISTRY_FORMAT) return `has format ${format}`;
  const kinds = new Set<string>(change.options.map((option) => option.shape.kind.value));
  const unknown = shape.safeParse(value).data?.changes.find(({ kind }) => !kinds.has(kind));
  return unknown === undefined
    ? undefined
    : `holds a change of kind ${JSON.stringify(unknown.kind)}`;
}

function isParsed(value: unknown, parse: (text: string) => unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    parse(value);
    return true;
  } catch (error) {
    if (isTidemarkError(error, 'INVALID_ID')) return false;
    throw error;
  }
}

function damaged(place: string, problem: string, cause?: unknown): TidemarkError {
  return new TidemarkError(
    'STORE_DAMAGED',
    `The registry commit ${place} cannot be used: it ${problem}. Restore the file from a copy of the store; the commits before it are whole.`,
    { cause, details: { place } },
  );
}
