import { TidemarkError } from '../errors.ts';
import type { ArtifactAddress, ArtifactFile } from '../model/artifact.ts';
import { assertArtifactPath } from '../model/artifact-path.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Store } from '../port/store.ts';
import { assertContentUri } from './content-uri.ts';
import { findArtifactOwner, recordedArtifacts } from './recorded-artifacts.ts';

/** The content that a reference points to. */
export type ArtifactReference =
  /** Content outside the store, with its present size in bytes and SHA-256 (64 hexadecimal digits). */
  | { readonly uri: string; readonly sizeBytes: number; readonly sha256: string }
  /** An artifact of this store. */
  | { readonly sameAs: ArtifactAddress }
  /** Any artifact of this store with this SHA-256. Reads all runs and logged models. */
  | { readonly sha256: string };

const SHA256 = /^[0-9a-f]{64}$/;

/**
 * Returns the record of an artifact at `path` that refers to content. A reference to a reference becomes one to the
 * content itself. It writes nothing: the caller appends the `artifact` event with the record. @throws
 * ARTIFACT_PATH_UNSAFE, INVALID_ARGUMENT; ARTIFACT_NOT_FOUND if the store has no such artifact
 */
export async function resolveArtifactReference(
  store: Store,
  path: string,
  reference: ArtifactReference,
): Promise<ArtifactFile> {
  assertArguments({ store, path, reference }, 'resolveArtifactReference', {
    store: 'store',
    path: 'string',
    reference: 'object',
  });
  assertArtifactPath(path);
  if ('uri' in reference) {
    const { uri, sizeBytes, sha256 } = reference;
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) {
      throw invalid(`a size of ${String(sizeBytes)} bytes`, 'Give the size of the content.');
    }
    return { path, sizeBytes, sha256: assertSha256(sha256), uri: assertContentUri(uri) };
  }
  const found =
    'sameAs' in reference
      ? await findByAddress(store, reference.sameAs)
      : await findByDigest(store, assertSha256(reference.sha256));
  const { sizeBytes, sha256, uri } = found.file;
  const sameAs = found.file.sameAs ?? { owner: found.owner, path: found.file.path };
  return { path, sizeBytes, sha256, ...(uri === undefined ? { sameAs } : { uri }) };
}

interface Found {
  readonly owner: ArtifactAddress['owner'];
  readonly file: ArtifactFile;
}

async function findByAddress(store: Store, address: ArtifactAddress): Promise<Found> {
  const owner = await findArtifactOwner(store, address);
  const files = owner === undefined ? [] : await recordedArtifacts(store, owner);
  const file = files.find(({ path }) => path === address.path);
  if (file !== undefined) return { owner: address.owner, file };
  const id = 'run' in address.owner ? `run ${address.owner.run}` : `model ${address.owner.model}`;
  throw new TidemarkError(
    'ARTIFACT_NOT_FOUND',
    `The ${id} has no artifact ${JSON.stringify(address.path)} in ${store.uri}. Refer to one that is recorded there.`,
    { details: { path: address.path } },
  );
}

async function findByDigest(store: Store, sha256: string): Promise<Found> {
  for (const { runId, artifacts } of await store.runs({})) {
    const file = artifacts.find((artifact) => artifact.sha256 === sha256);
    if (file !== undefined) return { owner: { run: runId }, file };
  }
  for (const { modelId, artifacts } of await store.loggedModels({})) {
    const file = artifacts.find((artifact) => artifact.sha256 === sha256);
    if (file !== undefined) return { owner: { model: modelId }, file };
  }
  throw new TidemarkError(
    'ARTIFACT_NOT_FOUND',
    `No artifact in ${store.uri} has the SHA-256 ${sha256}. Log the content once, and then refer to it.`,
    { details: { sha256 } },
  );
}

function assertSha256(sha256: unknown): string {
  if (typeof sha256 === 'string' && SHA256.test(sha256)) return sha256;
  throw invalid(
    `the SHA-256 ${JSON.stringify(sha256)}`,
    'Give 64 lower-case hexadecimal digits of the content.',
  );
}

function invalid(what: string, wayOut: string): TidemarkError {
  return new TidemarkError('INVALID_ARGUMENT', `An artifact cannot refer to ${what}. ${wayOut}`);
}
