import type { ArtifactFile } from '../model/artifact.ts';
import { assertArguments } from '../model/plain-input.ts';
import { canonicalJson } from './canonical-json.ts';
import { sha256Hex } from './sha256.ts';

/**
 * Returns one digest for a set of files: `sha256:` and the SHA-256 of the canonical JSON of
 * `{"format":"artifacts-v1","files":[{path,sha256,sizeBytes}…]}`, files sorted by path. It does not depend on the
 * order in which files were written.
 */
export function artifactsDigest(files: readonly ArtifactFile[]): string {
  assertArguments({ files }, 'artifactsDigest', { files: 'objects' });
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const manifest = {
    format: 'artifacts-v1',
    files: sorted.map(({ path, sizeBytes, sha256 }) => ({ path, sizeBytes, sha256 })),
  };
  return `sha256:${sha256Hex(canonicalJson(manifest))}`;
}
