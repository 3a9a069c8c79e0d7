import { sha256Hex } from '../digest/sha256.ts';
import type { ArtifactOwner } from '../model/artifact.ts';
import { assertArguments } from '../model/plain-input.ts';

/**
 * The folder layout of a file store, as pure functions: every path is relative to the store's
 * folder and uses `/`. Code that reads the files of a store itself, such as SQL, takes its paths from here.
 */
export const LAYOUT = {
  storeFile: 'store.json',
  logs: 'logs',
  artifacts: 'artifacts',
  /** Files that are being written. They are renamed into place when they are complete. */
  partialArtifacts: 'artifacts/.partial',
  registry: 'registry',
  /** The folder of derived files. */
  index: 'index',
  /** The places of content by its digest, so that a file system with reflinks stores it once; derived. */
  digests: 'index/digests',
  /** The creators of experiments that several processes created at the same time; derived. */
  claims: 'index/claims',
  /** Replaced at each deletion, restoration and purge, so that other processes notice it; derived. */
  standing: 'index/standing/last-change',
  /** The versions registered from each logged model, for processes that register it at the same time; derived. */
  announcements: 'index/registered',
  /** Snapshots of registry chains; derived. */
  chainSnapshots: 'index/registry',
  /** The states of all registry chains in one file; derived. */
  registryHeads: 'index/registry-heads.bin',
  lake: 'lake',
  /** Bytes that a repair removed from logs. No program reads them. */
  quarantine: 'quarantine',
  /** The files of a server: webhooks, and the key of their secrets. Not part of the record. */
  server: 'server',
  gitignore: '.gitignore',
  gitattributes: '.gitattributes',
} as const;

/** The names of logs: `<writer>-<sequence>.jsonl`. The names of other files never end in a digit before `.jsonl`. */
export const LOG_FILE: RegExp = /^[^.].*\d\.jsonl$/;

/** The folders of registry chains: `registry/<slug>-<hash>`, as `registryFolder` gives them. */
export const CHAIN_FOLDER: RegExp = /^registry\/[a-z0-9-]+-[0-9a-f]{16}$/;

/** The names of the files of a registry chain: twenty digits. */
export const COMMIT_FILE: RegExp = /^\d{20}\.json$/;

/** `logs/<writer>-000000.jsonl` */
export function logPath(writer: string, sequence: number): string {
  assertArguments({ writer, sequence }, 'logPath', { writer: 'string', sequence: 'number' });
  return `${LAYOUT.logs}/${writer}-${String(sequence).padStart(6, '0')}.jsonl`;
}

/** The artifact folder of a run or of a logged model. */
export function artifactFolder(owner: ArtifactOwner): string {
  assertArguments({ owner }, 'artifactFolder', { owner: 'object' });
  return owner.kind === 'run'
    ? `${LAYOUT.artifacts}/${owner.experimentId}/${owner.runId}`
    : `${LAYOUT.artifacts}/${owner.experimentId}/models/${owner.modelId}`;
}

/** `registry/<slug>-<hash>`: the slug is for people, the hash of the name keeps names apart. */
export function registryFolder(modelName: string): string {
  assertArguments({ modelName }, 'registryFolder', { modelName: 'string' });
  const slug = modelName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return `${LAYOUT.registry}/${slug === '' ? 'model' : slug}-${sha256Hex(modelName).slice(0, 16)}`;
}

/** `00000000000000000001.json` */
export function commitFile(number: number): string {
  assertArguments({ number }, 'commitFile', { number: 'number' });
  return `${String(number).padStart(20, '0')}.json`;
}
