import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RegistryChange } from '../chain/registry-change.ts';
import {
  formatRegistryCommit,
  nextRegistryCommit,
  registryCommitHash,
} from '../chain/registry-commit.ts';
import type { RegistryHead } from '../chain/registry-head.ts';
import { commitFile, registryFolder } from '../file/layout.ts';

const BY = { name: 'bench', authenticated: false };
const BEGAN_MS = Date.UTC(2026, 0, 1);

/**
 * Writes registered models with the given number of commits each, as a store's own writer would, but without syncing: the disk's
 * own time does not matter here. Of twenty commits ten make a version; the rest describe, tag and name them.
 */
export function writeModels(
  folder: string,
  { from = 0, models, commits }: { from?: number; models: number; commits: number },
): void {
  for (let at = from; at < from + models; at += 1) writeChain(folder, modelName(at), commits, at);
}

/** The name of such a model. */
export function modelName(at: number): string {
  return `team-${at % 40}-${String(at).padStart(5, '0')}`;
}

/** Writes one chain with the given number of commits. */
export function writeChain(folder: string, name: string, commits: number, seed = 0): void {
  const place = join(folder, registryFolder(name));
  mkdirSync(place, { recursive: true });
  let head: RegistryHead | undefined;
  for (let number = 1; number <= commits; number += 1) {
    // Models are changed in turn, so that the latest versions are those of many models.
    const draft = { by: BY, atMs: BEGAN_MS + number * 60_000 + seed, changes: [changeOf(number)] };
    const bytes = formatRegistryCommit(nextRegistryCommit(name, head, draft, `${seed}-${number}`));
    writeFileSync(join(place, commitFile(number)), bytes);
    head = { number, hash: registryCommitHash(bytes) };
  }
}

/** The commits after the first alternate: one creates a version, and the next one changes it. */
function changeOf(number: number): RegistryChange {
  if (number === 1) return { kind: 'model-created', description: 'a model of the benchmark' };
  const version = number >> 1;
  if (number % 2 === 0) {
    return {
      kind: 'version-created',
      version,
      source: `models:/m-${String(version).padStart(32, '0')}`,
      description: '',
      artifactsDigest: `sha256:${'a'.repeat(64)}`,
    };
  }
  if (version % 3 === 0) return { kind: 'alias-set', alias: 'champion', version };
  const tag = { key: 'accuracy', value: `0.${version}`, evidence: { by: BY, atMs: BEGAN_MS } };
  return { kind: 'version-tag-set', version, tag };
}
