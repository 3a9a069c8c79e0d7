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

/** A commit that is longer is damage to a reader, as a line of a log is; none is written. */
export const LONGEST_COMMIT_BYTES: number = 64 * 1024 * 1024;

/** One commit of a registered model's chain: a file of the store's `registry/` folder. */
export interface RegistryCommit extends RegistryCommitDraft {
  readonly format: number;
  /** The registered model that the chain is for. */
  readonly model: string;
  /** 1, 2, 3 … */
  readonly number: number;
  /** The hash of the commit before; null in the first. */
  readonly previous: string | null;
  /** Random: tells a writer whether the commit with its number is its own. */
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

// What a commit of any version has; one that a server gave has no format.
const anyFormat = z.object({ format: z.int() });
const anyKind = z.object({ kind: z.string() });
const anyChanges = z.object({
  changes: z.array(anyKind.extend({ changes: z.array(anyKind).optional() })),
});

/** The bytes of a commit: canonical JSON and a newline, so that it can be read and diffed. */
export function formatRegistryCommit(value: RegistryCommit): Uint8Array {
  return new TextEncoder().encode(`${canonicalJson(value as unknown as Json)}\n`);
}

/** The hash that the next commit names: `sha256:` and SHA-256 of the commit's exact bytes. */
export function registryCommitHash(bytes: Uint8Array): string {
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
  before: RegistryChain | undefined,
  bytes: Uint8Array,
  place: string,
): { readonly chain: RegistryChain; readonly commit: ChainedCommit } {
  const commit = readChainedCommit(bytes, place);
  return { chain: joinRegistryCommit(before, commit, place), commit };
}

/** `foldRegistryCommit` of a commit that was read. @throws STORE_DAMAGED */
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
 * Joins a commit that is to be written onto the chain that it follows, from the bytes that are to be written: what
 * could not be read back never reaches a store.
 * @throws INVALID_ARGUMENT for a change that no reader would take, and for more than a commit may hold
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
    // Longer than any string of JavaScript, and so longer than any commit.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function tooLong({ model }: RegistryCommit): TidemarkError {
  return new TidemarkError(
    'INVALID_ARGUMENT',
    `The change of the registered model ${JSON.stringify(model)} takes more than the ${LONGEST_COMMIT_BYTES} bytes that a commit may have. Nothing was written. Make it in several steps, and log what is so long as an artifact.`,
    { details: { model, greatest: LONGEST_COMMIT_BYTES } },
  );
}

/** The error of a commit that could not be read back. */
function unreadable(next: RegistryCommit, cause: TidemarkError): TidemarkError {
  const { model } = next;
  const issues = commit.safeParse(next).error?.issues ?? [];
  const problems = issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const why = problems.length === 0 ? 'it does not fit the commits before it' : problems.join('; ');
  return new TidemarkError(
    'INVALID_ARGUMENT',
    `The change of the registered model ${JSON.stringify(model)} cannot be recorded (${why}). Nothing was written.`,
    { cause, details: { model } },
  );
}

/** Reads one commit with its hash, without what came before it. @throws STORE_FORMAT_TOO_NEW, STORE_DAMAGED */
export function readChainedCommit(bytes: Uint8Array, place: string): ChainedCommit {
  const { format: _, nonce: __, ...commit } = parseRegistryCommit(bytes, place);
  return { ...commit, hash: registryCommitHash(bytes) };
}

const chained = commit.omit({ format: true, nonce: true }).extend({ hash: z.string() });

/**
 * Reads a commit that a server gave as JSON. Its hash is what the server says: the bytes that it is of stay
 * there. `place` is named in errors.
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

/** Reads one commit. @throws STORE_FORMAT_TOO_NEW, STORE_DAMAGED */
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

/** What a commit has that only a later version writes. */
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
