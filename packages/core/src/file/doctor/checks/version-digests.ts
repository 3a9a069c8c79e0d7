import { isTidemarkError } from '../../../errors.ts';
import type { ModelVersion } from '../../../model/registered-model.ts';
import { recordedDigest } from '../../../registry/recorded-digest.ts';
import { versionFiles } from '../../../registry/version-files.ts';
import { versionPlace } from '../../../registry/version-place.ts';
import type { Check, Patient } from '../check.ts';

/** Versions whose model or run is not any more what was registered. */
export const versionDigests: Check = {
  name: 'version-digests',
  meaning: 'The files or the run of a model version changed after it was registered.',
  async *find(patient) {
    for (const { model } of await patient.store.registry.list()) {
      for (const version of model.versions) {
        const place = `${model.name} version ${version.version}`;
        const problems = [
          await artifactsProblem(patient, version),
          await runProblem(patient, version),
        ];
        for (const message of problems) {
          if (message !== undefined) yield { severity: 'error', place, message };
        }
      }
    }
  },
};

async function artifactsProblem(
  { store }: Patient,
  version: ModelVersion,
): Promise<string | undefined> {
  const { artifactsDigest: expected } = version;
  const place = await versionPlace(store, version);
  if (place === undefined || expected === undefined) return undefined;
  const found = await recordedDigest(store, version);
  if (found === expected) return undefined;
  const owner = place.kind === 'model' ? place.modelId : place.runId;
  if ((await versionFiles(store, version)) === undefined) {
    return `Its ${place.kind === 'model' ? 'logged model' : 'run'} ${owner} is not in the store: it was purged, or its logs were not copied along.`;
  }
  return `The files recorded for ${owner} are not those that were registered. Check what was logged to it since, or register it again.`;
}

async function runProblem(
  { store, runs }: Patient,
  { runId, runState }: ModelVersion,
): Promise<string | undefined> {
  if (runId === undefined || runState === undefined) return undefined;
  try {
    const { sha256 } = await store.runStateDigest(runId, runState.through);
    if (sha256 === runState.sha256) return undefined;
  } catch (error) {
    if (!isTidemarkError(error, 'RUN_NOT_FOUND')) throw error;
    return `Its run ${runId} is not in the store: it was purged, or its logs were not copied along.`;
  }
  const purged = runs.find((run) => run.runId === runId)?.purged ?? [];
  if (purged.length === 0) {
    return `The record of its run ${runId} is not what it was: lines of the logs were changed or are missing.`;
  }
  const parts = purged.map(({ part, key, by }) => `${part} ${JSON.stringify(key)} by ${by.name}`);
  return `The record of its run ${runId} is not what it was: purged were ${parts.join(', ')}.`;
}
