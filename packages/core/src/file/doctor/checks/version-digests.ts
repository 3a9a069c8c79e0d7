import { artifactsDigest } from '../../../digest/artifacts-digest.ts';
import { isTidemarkError } from '../../../errors.ts';
import type { ModelVersion } from '../../../model/registered-model.ts';
import type { Check, Patient } from '../check.ts';

/** Versions whose model or run is not any more what was registered. */
export const versionDigests: Check = {
  name: 'version-digests',
  meaning: 'What stands behind a model version changed after it was registered.',
  async *find(patient) {
    for (const { model } of await patient.store.registry.list()) {
      for (const version of model.versions) {
        const place = `${model.name} version ${version.version}`;
        const problems = [artifactsProblem(patient, version), await runProblem(patient, version)];
        for (const message of problems) {
          if (message !== undefined) yield { severity: 'error', place, message };
        }
      }
    }
  },
};

function artifactsProblem({ loggedModels }: Patient, version: ModelVersion): string | undefined {
  const { modelId, source, artifactsDigest: expected } = version;
  if (modelId === undefined || expected === undefined || !source.includes(modelId))
    return undefined;
  const model = loggedModels.find((candidate) => candidate.modelId === modelId);
  if (model === undefined) {
    return `Its logged model ${modelId} is not in the store: it was purged, or its logs were not copied along.`;
  }
  if (artifactsDigest(model.artifacts) === expected) return undefined;
  return `The files recorded for ${modelId} are not those that were registered. See who logged to it since, or register it anew.`;
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
