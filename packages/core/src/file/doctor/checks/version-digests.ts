import { isTidemarkError } from '../../../errors.ts';
import type { RunId } from '../../../model/ids.ts';
import type { ModelVersion, RunStateDigest } from '../../../model/registered-model.ts';
import type { Store } from '../../../port/store.ts';
import { recordedDigest } from '../../../registry/recorded-digest.ts';
import { versionFiles } from '../../../registry/version-files.ts';
import { versionPlace } from '../../../registry/version-place.ts';
import type { Check, Patient } from '../check.ts';

/** Finds versions whose files or run changed after the registration. */
export const versionDigests: Check = {
  name: 'version-digests',
  meaning: 'The files or the run of a model version changed after it was registered.',
  async *find(patient) {
    const digests = new Map<string, string | undefined>();
    for (const { model } of await patient.store.registry.list()) {
      for (const version of model.versions) {
        const place = `${model.name} version ${version.version}`;
        const problems = [
          await artifactsProblem(patient, version),
          await runProblem(patient, version, digests),
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
    return `Its ${place.kind === 'model' ? 'logged model' : 'run'} ${owner} is not in the store: it was purged, or its logs were not copied.`;
  }
  return `The files of ${owner} differ from those that were registered. Check what was logged to it since, or register it again.`;
}

async function runProblem(
  { store, runs }: Patient,
  { runId, runState }: ModelVersion,
  digests: Map<string, string | undefined>,
): Promise<string | undefined> {
  if (runId === undefined || runState === undefined) return undefined;
  // Versions of one run mostly pin the same state of it.
  const pinned = JSON.stringify([runId, runState.through]);
  if (!digests.has(pinned)) digests.set(pinned, await digestOf(store, runId, runState));
  const digest = digests.get(pinned);
  if (digest === runState.sha256) return undefined;
  if (digest === undefined) {
    return `Its run ${runId} is not in the store: it was purged, or its logs were not copied.`;
  }
  const purged = runs.find((run) => run.runId === runId)?.purged ?? [];
  if (purged.length === 0) {
    return `The state of its run ${runId} changed since: lines of the logs were changed or are missing. Restore the logs from a copy of the store.`;
  }
  const parts = purged.map(
    ({ part, key, by }) => `${by.name} purged the ${part} ${JSON.stringify(key)}`,
  );
  return `The state of its run ${runId} changed since: ${parts.join(' and ')}.`;
}

/** `undefined` if the run is not in the store. */
async function digestOf(
  store: Store,
  runId: RunId,
  { through }: RunStateDigest,
): Promise<string | undefined> {
  try {
    return (await store.runStateDigest(runId, through)).sha256;
  } catch (error) {
    if (!isTidemarkError(error, 'RUN_NOT_FOUND')) throw error;
    return undefined;
  }
}
