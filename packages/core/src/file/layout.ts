import { sha256Hex } from '../digest/sha256.ts';
import type { ArtifactOwner } from '../model/artifact.ts';
import { assertArguments } from '../model/plain-input.ts';

/**
 * The folder layout of a file store, as pure functions: every path is relative to the store's
 * folder and uses `/`. Anything that reads a store by itself (SQL, the UI) takes its paths from here.
 */
export const LAYOUT = {
  storeFile: 'store.json',
  logs: 'logs',
  artifacts: 'artifacts',
  /** Files being written; renamed into place when they are whole. */
  partialArtifacts: 'artifacts/.partial',
  registry: 'registry',
  /** Derived files, in case a version of Tidemark made any. */
  index: 'index',
  /** The places of content by its digest, so that a file system with reflinks stores it once; derived. */
  digests: 'index/digests',
  /** The creators of experiments that several processes created at the same time; derived. */
  claims: 'index/claims',
  /** Replaced whenever something was deleted, restored or purged, for processes that read before; derived. */
  standing: 'index/standing/last-change',
  /** The versions registered from each logged model, for processes that register it at the same time; derived. */
  announcements: 'index/registered',
  /** The states of registry chains as of some commit each; derived. */
  chainSnapshots: 'index/registry',
  /** The states of all registry chains in one file; derived. */
  registryHeads: 'index/registry-heads.bin',
  lake: 'lake',
  /** Bytes that a repair took out of logs; nothing reads them but people. */
  quarantine: 'quarantine',
  /** A server's own: webhooks, and the key of their secrets. No part of the record. */
  server: 'server',
  gitignore: '.gitignore',
  gitattributes: '.gitattributes',
} as const;

/** Files that hold truth: `logs/<writer>-<sequence>.jsonl`; derived ones never end in a digit. */
export const LOG_FILE: RegExp = /^[^.].*\d\.jsonl$/;

/** Files of a registry chain: twenty digits. */
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
