import { z } from 'zod';
import { canonicalJson, type Json } from '../digest/canonical-json.ts';
import { sha256Hex } from '../digest/sha256.ts';
import { TidemarkError } from '../errors.ts';
import type {
  ChainedCommit,
  RegistryChain,
  RegistryCommitDraft,
  RegistryHead,
} from '../store/store.ts';
import { applyCommit } from './chain-fold.ts';
import { actorSchema, REGISTRY_CHANGE_KINDS, registryChangeSchema } from './registry-schema.ts';

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

const commit = z.object({
  format: z.literal(REGISTRY_FORMAT),
  model: z.string(),
  number: z.int().positive(),
  previous: z.string().nullable(),
  nonce: z.string(),
  by: actorSchema,
  atMs: z.int(),
  changes: z.array(registryChangeSchema).min(1),
  replayed: z
    .object({
      from: z.object({ number: z.int().positive(), hash: z.string() }),
      by: actorSchema,
      atMs: z.int(),
    })
    .exactOptional(),
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
  before: RegistryChain | undefined,
  bytes: Uint8Array,
  place: string,
): { readonly chain: RegistryChain; readonly commit: ChainedCommit } {
  const commit = readChainedCommit(bytes, place);
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
    return { chain: applyCommit(before, commit), commit };
  } catch (error) {
    throw damaged(place, 'holds a change that does not fit the commits before it', error);
  }
}

/** Reads one commit with its hash, without what came before it. @throws STORE_FORMAT_TOO_NEW, STORE_DAMAGED */
export function readChainedCommit(bytes: Uint8Array, place: string): ChainedCommit {
  const { format: _, nonce: __, ...commit } = parseRegistryCommit(bytes, place);
  return { ...commit, hash: registryCommitHash(bytes) };
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
      `${place} ${newer}, which this version of Tidemark does not know. Install a newer Tidemark; or, if none was ever used here, restore the file: somebody changed it.`,
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
  const unknown = shape
    .safeParse(value)
    .data?.changes.find(({ kind }) => !REGISTRY_CHANGE_KINDS.has(kind));
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
