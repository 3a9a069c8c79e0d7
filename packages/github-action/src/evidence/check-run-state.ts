import { type ModelVersion, type Run, runStateDigest, type Store } from '@tidemark/core';

/**
 * Why a run differs from the one that was registered; `undefined` if it does not, so that its metrics are those that
 * reviewers approved. Two things are checked: the events up to the registration still fold to the digest in the
 * registry, and nothing was logged since. The run may have finished since.
 */
export async function runProblem(
  store: Store,
  version: ModelVersion,
  run: Run | undefined,
): Promise<string | undefined> {
  const { runId, runState } = version;
  if (runId === undefined) return 'was registered without a run';
  if (run === undefined) return `the store has no run ${runId}`;
  // Also if only its experiment was deleted: deleting a training withdraws its results.
  if (run.lifecycleStage !== 'active') return `run ${runId} is deleted`;
  if (runState === undefined) return `the digest of run ${runId} was not recorded`;
  const then = await store.runStateDigest(runId, runState.through);
  if (then.sha256 !== runState.sha256) {
    return `the record of run ${runId} at registration was altered: ${whyAltered(run) ?? `its digest is now ${then.sha256}`}`;
  }
  if (digestsBeforeItsEnd(run).includes(runState.sha256)) return undefined;
  return `run ${runId} was changed after the version was registered; register its model again, as a new version`;
}

/** The parts of the run that were purged, in a sentence; `undefined` if nothing was. */
function whyAltered({ purged = [] }: Run): string | undefined {
  if (purged.length === 0) return undefined;
  const parts = purged.map(({ part, key, by }) => `${part} ${JSON.stringify(key)} by ${by.name}`);
  return `someone purged ${parts.join(', ')}`;
}

/** The digest of a run as it is now, and as it was before it finished. */
function digestsBeforeItsEnd(run: Run): string[] {
  if (run.status !== 'FINISHED') return [runStateDigest(run)];
  const { endTimeMs: _, ...running } = run;
  return [runStateDigest(run), runStateDigest({ ...running, status: 'RUNNING' })];
}
