import { createHash } from 'node:crypto';
import {
  artifactsDigest,
  isTidemarkError,
  type LoggedModel,
  type ModelVersion,
  type Run,
  readArtifact,
  type Store,
  type VersionFiles,
  versionFiles,
} from '@tidemark/core';
import { shown } from '../shown.ts';

/**
 * Why the files of a version are not those that were registered; `undefined` if they are. The recorded files must
 * give the digest in the registry, and the bytes in the store must be the recorded ones.
 */
export async function artifactsProblem(
  store: Store,
  version: ModelVersion,
): Promise<string | undefined> {
  const { modelId, artifactsDigest: registered, status } = version;
  const where = version.storageLocation ?? version.source;
  if (status !== 'READY') return `the version is ${status}, not READY`;
  if (registered === undefined) {
    return 'was registered from outside this store, so no digest pins its files';
  }
  // Other addresses may contain the id too, and lead to another place.
  const isOfRun = modelId === undefined && /^runs:\/[\w-]+\/./.test(where);
  if (!isOfRun && (modelId === undefined || where !== `models:/${modelId}`)) {
    return `the version's source is ${shown(where)}, not ${modelId === undefined ? 'files of a run' : `the logged model ${modelId}`}`;
  }
  const found = await versionFiles(store, version);
  if (found === undefined) {
    return modelId === undefined
      ? `the store has no run of ${shown(where)}`
      : `the store has no logged model ${modelId}`;
  }
  const problem =
    found.loggedModel === undefined
      ? runFilesProblem(found.run, version)
      : modelProblem(found.loggedModel, version);
  if (problem !== undefined) return problem;
  if (found.files.length === 0) return `${shown(where)} has no files`;
  const recorded = artifactsDigest(found.files);
  if (recorded !== registered) return `the files recorded now have the digest ${recorded}`;
  return await bytesProblem(store, found);
}

/** The gate judges the metrics of the version's run, so the files must belong to the same run. */
function runFilesProblem(
  run: Run | undefined,
  { runId, source }: ModelVersion,
): string | undefined {
  if (run?.lifecycleStage !== 'active') return `the run of ${shown(source)} is deleted`;
  if (runId === undefined || run.runId === runId) return undefined;
  return `the files belong to run ${run.runId}, but the version names run ${runId}`;
}

function modelProblem(
  { modelId, lifecycleStage, status, sourceRunId }: LoggedModel,
  { runId }: ModelVersion,
): string | undefined {
  if (lifecycleStage !== 'active') return `the logged model ${modelId} is deleted`;
  if (status !== 'READY') return `the logged model ${modelId} is ${status}`;
  if (sourceRunId === runId) return undefined;
  return `the logged model ${modelId} belongs to another run than the one that the version names`;
}

async function bytesProblem(
  store: Store,
  { owner, folder, files }: VersionFiles,
): Promise<string | undefined> {
  for (const file of files) {
    const hash = createHash('sha256');
    const path = folder === '' ? file.path : `${folder}/${file.path}`;
    try {
      for await (const piece of readArtifact(store, owner, path)) hash.update(piece);
    } catch (error) {
      if (!isTidemarkError(error)) throw error;
      return `the file ${shown(file.path)} cannot be read: ${error.message}`;
    }
    if (hash.digest('hex') !== file.sha256) {
      return `the file ${shown(file.path)} was changed after it was logged`;
    }
  }
  return undefined;
}
