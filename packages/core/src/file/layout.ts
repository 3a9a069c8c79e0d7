import { sha256Hex } from '../digest/sha256.ts';
import type { ArtifactOwner } from '../model/artifact.ts';

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
  /** Where content of a digest lies, so that a file system with reflinks stores it once; derived. */
  digests: 'index/digests',
  lake: 'lake',
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
  return `${LAYOUT.logs}/${writer}-${String(sequence).padStart(6, '0')}.jsonl`;
}

/** The artifact folder of a run or of a logged model. */
export function artifactFolder(owner: ArtifactOwner): string {
  return owner.kind === 'run'
    ? `${LAYOUT.artifacts}/${owner.experimentId}/${owner.runId}`
    : `${LAYOUT.artifacts}/${owner.experimentId}/models/${owner.modelId}`;
}

/** `registry/<slug>-<hash>`: the slug is for people, the hash of the name keeps names apart. */
export function registryFolder(modelName: string): string {
  const slug = modelName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return `${LAYOUT.registry}/${slug === '' ? 'model' : slug}-${sha256Hex(modelName).slice(0, 16)}`;
}

/** `00000000000000000001.json` */
export function commitFile(number: number): string {
  return `${String(number).padStart(20, '0')}.json`;
}
