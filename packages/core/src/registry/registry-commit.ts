import { z } from 'zod';
import { canonicalJson, type Json } from '../digest/canonical-json.ts';
import { sha256Hex } from '../digest/sha256.ts';
import { TidemarkError } from '../errors.ts';
import { parseLoggedModelId, parseRunId } from '../model/ids.ts';
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
const runId = z.string().transform((text) => parseRunId(text));
const modelId = z.string().transform((text) => parseLoggedModelId(text));
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
  z.object({ kind: z.literal('model-created'), name: z.string(), description: z.string() }),
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
    runState: z.object({ sha256: z.string(), throughStampUs: z.int() }).exactOptional(),
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

/** The text of a commit: canonical JSON and a newline, so that it can be read and diffed. */
export function formatRegistryCommit(value: RegistryCommit): string {
  return `${canonicalJson(value as unknown as Json)}\n`;
}

/** The hash that the next commit names: `sha256:` and SHA-256 of the commit's exact text. */
function registryCommitHash(text: string): string {
  return `sha256:${sha256Hex(text)}`;
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
 * Joins the text of the next commit of a chain onto what came before, checking its number, its
 * model and the hash it follows.
 * @throws STORE_FORMAT_TOO_NEW, STORE_DAMAGED
 */
export function foldRegistryCommit(
  before: RegistryEntry | undefined,
  text: string,
  place: string,
): RegistryEntry {
  const parsed = parseRegistryCommit(text, place);
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
  return { model, head: { number: parsed.number, hash: registryCommitHash(text) } };
}

/** Reads one commit. @throws STORE_FORMAT_TOO_NEW, STORE_DAMAGED */
export function parseRegistryCommit(text: string, place: string): RegistryCommit {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(place, 'is not JSON', error);
  }
  const format = z.object({ format: z.int() }).safeParse(value);
  if (format.success && format.data.format > REGISTRY_FORMAT) {
    throw new TidemarkError(
      'STORE_FORMAT_TOO_NEW',
      `${place} has format ${format.data.format}; this version of Tidemark reads format ${REGISTRY_FORMAT}. Install a newer Tidemark.`,
    );
  }
  const parsed = commit.safeParse(value);
  if (!parsed.success) throw damaged(place, z.prettifyError(parsed.error));
  return parsed.data;
}

function damaged(place: string, problem: string, cause?: unknown): TidemarkError {
  return new TidemarkError(
    'STORE_DAMAGED',
    `The registry commit ${place} cannot be used: it ${problem}. Restore the file from a copy of the store; the commits before it are whole.`,
    { cause, details: { place } },
  );
}
