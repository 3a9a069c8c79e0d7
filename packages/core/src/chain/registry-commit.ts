import { z } from 'zod';
import { canonicalJson, type Json } from '../digest/canonical-json.ts';
import { sha256Hex } from '../digest/sha256.ts';
import { isTidemarkError, TidemarkError } from '../errors.ts';
import { assertArguments, isOfKind } from '../model/plain-input.ts';
import { applyCommit } from './chain-fold.ts';
import { actor } from './change-fields.ts';
import type { ChainedCommit, RegistryChain, RegistryCommitDraft } from './registry-chain.ts';
import type { RegistryHead } from './registry-head.ts';
import { REGISTRY_CHANGE_KINDS, registryChangeSchema } from './registry-schema.ts';

/** The version of the commit format, in every commit. */
const REGISTRY_FORMAT = 1;

/** The most bytes of a commit. Readers treat a longer one as damage, so writers refuse it. */
export const LONGEST_COMMIT_BYTES: number = 64 * 1024 * 1024;

/** One commit of a registered model's chain: a file of the store's `registry/` folder. */
export interface RegistryCommit extends RegistryCommitDraft {
  readonly format: number;
  /** The name of the chain's registered model. */
  readonly model: string;
  /** 1, 2, 3 … */
  readonly number: number;
  /** The hash of the commit before; null in the first commit. */
  readonly previous: string | null;
  /** A random value by which a writer recognises its own commit. */
  readonly nonce: string;
}

const commit = z.object({
  format: z.literal(REGISTRY_FORMAT),
  model: z.string(),
  number: z.int().positive(),
  previous: z.string().nullable(),
  nonce: z.string(),
  by: actor,
  atMs: z.int(),
  changes: z.array(registryChangeSchema).min(1),
  replayed: z
    .object({
      from: z.object({ number: z.int().positive(), hash: z.string() }),
      by: actor,
      atMs: z.int(),
    })
    .exactOptional(),
}) satisfies z.ZodType<RegistryCommit>;

// Every commit of any version has a format; one from a server has none.
const anyFormat = z.object({ format: z.int() });
const anyKind = z.object({ kind: z.string() });
const anyChanges = z.object({
  changes: z.array(anyKind.extend({ changes: z.array(anyKind).optional() })),
});

/** Returns the bytes of a commit: canonical JSON and a newline, so that people can read and compare it. */
export function formatRegistryCommit(value: RegistryCommit): Uint8Array {
  return new TextEncoder().encode(`${canonicalJson(value as unknown as Json)}\n`);
}

/** Returns the hash of a commit, which the next commit has: `sha256:` and the SHA-256 of the exact bytes. */
export function registryCommitHash(bytes: Uint8Array): string {
  return `sha256:${sha256Hex(bytes)}`;
}

/** Creates the commit that follows `expected`. */
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
 * Applies the bytes of the next commit of a chain to the state before it. Checks the number, the model and the hash
 * of the commit before. Errors name `place`.
 * @throws STORE_FORMAT_TOO_NEW, STORE_DAMAGED
 */
export function foldRegistryCommit(
  before: RegistryChain | undefined,
  bytes: Uint8Array,
  place: string,
): { readonly chain: RegistryChain; readonly commit: ChainedCommit } {
  const commit = readChainedCommit(bytes, place);
  return { chain: joinRegistryCommit(before, commit, place), commit };
}

/** `foldRegistryCommit` for a parsed commit. @throws STORE_DAMAGED */
export function joinRegistryCommit(
  before: RegistryChain | undefined,
  commit: ChainedCommit,
  place: string,
): RegistryChain {
  const expectedNumber = (before?.head.number ?? 0) + 1;
  const problem =
    commit.number !== expectedNumber
      ? `is commit ${commit.number} where ${expectedNumber} was expected`
      : commit.previous !== (before?.head.hash ?? null)
        ? 'does not follow the commit before it: its hash is another'
        : before !== undefined && commit.model !== before.name
          ? `belongs to the model ${JSON.stringify(commit.model)}`
          : undefined;
  if (problem !== undefined) throw damaged(place, problem);
  try {
    return applyCommit(before, commit);
  } catch (error) {
    throw damaged(place, 'holds a change that does not fit the commits before it', error);
  }
}

/**
 * Applies a new commit to its chain before it is written. It parses the bytes to write, so that a commit which could
 * not be read back never reaches a store.
 * @throws INVALID_ARGUMENT if readers would refuse the change, or the commit is too long
 */
export function foldNewCommit(
  before: RegistryChain | undefined,
  next: RegistryCommit,
): { readonly chain: RegistryChain; readonly commit: ChainedCommit; readonly bytes: Uint8Array } {
  const bytes = formatIfShort(next);
  if (bytes === undefined) throw tooLong(next);
  try {
    return { ...foldRegistryCommit(before, bytes, `${next.model}#${next.number}`), bytes };
  } catch (error) {
    if (!isTidemarkError(error, 'STORE_DAMAGED')) throw error;
    throw unreadable(next, error);
  }
}

function formatIfShort(next: RegistryCommit): Uint8Array | undefined {
  try {
    const bytes = formatRegistryCommit(next);
    return bytes.length > LONGEST_COMMIT_BYTES ? undefined : bytes;
  } catch (error) {
    // The text is longer than any string of JavaScript, and so longer than a commit may be.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function tooLong({ model }: RegistryCommit): TidemarkError {
  return new TidemarkError(
    'INVALID_ARGUMENT',
    `The change of the registered model ${JSON.stringify(model)} was not written, because it takes more than the ${LONGEST_COMMIT_BYTES} bytes that a commit may have. Make it in several steps, and log long texts as artifacts.`,
    { details: { model, greatest: LONGEST_COMMIT_BYTES } },
  );
}

/** Returns the error for a commit that could not be read back. */
function unreadable(next: RegistryCommit, cause: TidemarkError): TidemarkError {
  const { model } = next;
  const issues = commit.safeParse(next).error?.issues ?? [];
  const problems = issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const why = problems.length === 0 ? 'it does not fit the commits before it' : problems.join('; ');
  return new TidemarkError(
    'INVALID_ARGUMENT',
    `The change of the registered model ${JSON.stringify(model)} was not written, because no reader would accept it (${why}). Correct the change, and retry.`,
    { cause, details: { model } },
  );
}

/** Parses one commit and its hash, without the commits before it. @throws STORE_FORMAT_TOO_NEW, STORE_DAMAGED */
export function readChainedCommit(bytes: Uint8Array, place: string): ChainedCommit {
  const { format: _, nonce: __, ...commit } = parseRegistryCommit(bytes, place);
  return { ...commit, hash: registryCommitHash(bytes) };
}

const chained = commit.omit({ format: true, nonce: true }).extend({ hash: z.string() });

/**
 * Parses a commit that a server sent as JSON. The hash is the server's claim, because the hashed bytes stay there.
 * Errors name `place`.
 * @throws STORE_FORMAT_TOO_NEW for a kind of change that this version does not know, STORE_DAMAGED
 */
export function parseChainedCommit(value: unknown, place: string): ChainedCommit {
  assertArguments({ place }, 'parseChainedCommit', { place: 'string' });
  if (!isOfKind(value, 'object')) throw damaged(place, 'is not an object');
  const parsed = chained.safeParse(value);
  if (parsed.success) return parsed.data;
  assertNotNewer(value, place);
  throw damaged(place, z.prettifyError(parsed.error));
}

/** Parses one commit. @throws STORE_FORMAT_TOO_NEW, STORE_DAMAGED */
export function parseRegistryCommit(bytes: Uint8Array, place: string): RegistryCommit {
  if (bytes.length > LONGEST_COMMIT_BYTES) {
    throw damaged(place, `is longer than ${LONGEST_COMMIT_BYTES} bytes`);
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw damaged(place, 'is not JSON', error);
  }
  const parsed = commit.safeParse(value);
  if (parsed.success) return parsed.data;
  assertNotNewer(value, place);
  throw damaged(place, z.prettifyError(parsed.error));
}

function assertNotNewer(value: unknown, place: string): void {
  const newer = newerThanThis(value);
  if (newer === undefined) return;
  throw new TidemarkError(
    'STORE_FORMAT_TOO_NEW',
    `${place} ${newer}, which this version of Tidemark does not know. Install a newer Tidemark; or, if none was ever used here, restore the file, which was changed.`,
    { details: { place } },
  );
}

/** Returns what only a later version writes into a commit; `undefined` if this version knows everything in it. */
function newerThanThis(value: unknown): string | undefined {
  const format = anyFormat.safeParse(value).data?.format;
  if (format !== undefined && format > REGISTRY_FORMAT) return `has format ${format}`;
  const unknown = anyChanges
    .safeParse(value)
    .data?.changes.flatMap((change) => [change, ...(change.changes ?? [])])
    .find(({ kind }) => !REGISTRY_CHANGE_KINDS.has(kind));
  return unknown === undefined
    ? undefined
    : `holds a change of kind ${JSON.stringify(unknown.kind)}`;
}

function damaged(place: string, problem: string, cause?: unknown): TidemarkError {
  return new TidemarkError(
    'STORE_DAMAGED',
    `The registry commit ${place} cannot be used: it ${problem}. Restore the file from a copy of the store; the commits before it are whole.`,
    { cause, details: { place } },
  );
}
