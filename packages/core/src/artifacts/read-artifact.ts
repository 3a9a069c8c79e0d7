import { Sha256 } from '../digest/sha256.ts';
import { TidemarkError } from '../errors.ts';
import type { ArtifactFile, ArtifactOwner } from '../model/artifact.ts';
import { assertArtifactPath } from '../model/artifact-path.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Store } from '../port/store.ts';
import { findArtifactOwner, recordedArtifacts } from './recorded-artifacts.ts';

/**
 * Reads the bytes of an artifact. If it refers to another artifact of the store, it reads that one and checks the
 * bytes against the digest. The bytes of a file are not checked: compare their SHA-256 with the record if you need
 * to.
 *
 * @example
 * ```ts
 * import { collectBytes, readArtifact } from '@tidemark/core';
 *
 * const { experimentId, runId } = run;
 * const owner = { kind: 'run', experimentId, runId } as const;
 * const bytes = await collectBytes(readArtifact(store, owner, 'model/weights.json'));
 * ```
 *
 * @throws ARTIFACT_PATH_UNSAFE; when iteration begins ARTIFACT_NOT_FOUND; ARTIFACT_ELSEWHERE for content outside the
 * store, with its `uri` in the details; at the end DIGEST_MISMATCH
 */
export async function* readArtifact(
  store: Store,
  owner: ArtifactOwner,
  path: string,
): AsyncIterable<Uint8Array> {
  assertArguments({ store, owner, path }, 'readArtifact', {
    store: 'store',
    owner: 'object',
    path: 'string',
  });
  assertArtifactPath(path);
  const recorded = (await recordedArtifacts(store, owner)).find((file) => file.path === path);
  if (recorded?.uri !== undefined) throw elsewhere(recorded, recorded.uri);
  if (recorded?.sameAs === undefined) yield* store.artifacts.read(owner, path);
  else yield* readSame(store, recorded, recorded.sameAs);
}

async function* readSame(
  store: Store,
  file: ArtifactFile,
  sameAs: NonNullable<ArtifactFile['sameAs']>,
): AsyncIterable<Uint8Array> {
  const owner = await findArtifactOwner(store, sameAs);
  if (owner === undefined) {
    throw new TidemarkError(
      'ARTIFACT_NOT_FOUND',
      `The artifact ${JSON.stringify(file.path)} refers to ${JSON.stringify(sameAs.path)} of ${'run' in sameAs.owner ? sameAs.owner.run : sameAs.owner.model}, which is not in ${store.uri}. Copy that run or model into the store, or log the file again.`,
      { details: { path: file.path } },
    );
  }
  const hash = new Sha256();
  for await (const piece of store.artifacts.read(owner, sameAs.path)) {
    hash.update(piece);
    yield piece;
  }
  if (hash.hex() === file.sha256) return;
  throw new TidemarkError(
    'DIGEST_MISMATCH',
    `The artifact ${JSON.stringify(file.path)} refers to ${JSON.stringify(sameAs.path)}, which was changed since. Restore that file from a copy, or log this one again.`,
    { details: { path: file.path } },
  );
}

function elsewhere({ path, sizeBytes, sha256 }: ArtifactFile, uri: string): TidemarkError {
  return new TidemarkError(
    'ARTIFACT_ELSEWHERE',
    `The artifact ${JSON.stringify(path)} is not in the store: it refers to ${uri} (${sizeBytes} bytes, SHA-256 ${sha256}). Read it there, and compare the digest.`,
    { details: { path, uri, sizeBytes, sha256 } },
  );
}
