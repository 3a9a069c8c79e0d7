import { TidemarkError } from '../errors.ts';
import type { RunId } from '../model/ids.ts';
import { LIMITS } from '../model/limits.ts';
import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { EndStatus, Run, RunStatus } from '../model/run.ts';
import type { Store } from '../port/store.ts';
import { assertRunActive, getRun } from './get-run.ts';

/** Changes of a run. A property that you leave out stays as it is. */
export interface RunChanges {
  readonly status?: RunStatus;
  /**
   * Milliseconds since 1970. Default: with a status that ends the run, its present end time, or now if it has none;
   * with RUNNING or SCHEDULED, no end time.
   */
  readonly endTimeMs?: number;
  readonly name?: string;
  /** Servers set it together with a status, as in `RunDraft.remote`. Default false. */
  readonly remote?: boolean;
}

const END_STATUSES: readonly RunStatus[] = [
  'FINISHED',
  'FAILED',
  'KILLED',
] satisfies readonly EndStatus[];

/**
 * Changes a run's status, end time or name, as MLflow's `update_run` does, and returns the updated run. The name is
 * also the tag `mlflow.runName`.
 * @throws RUN_NOT_FOUND, RUN_DELETED, INVALID_ARGUMENT
 */
export async function updateRun(store: Store, runId: RunId, update: RunChanges): Promise<Run> {
  assertArguments({ store, runId }, 'updateRun', { store: 'store', runId: 'string' });
  assertOptions(update, 'updateRun', {
    status: 'any?',
    endTimeMs: 'number?',
    name: 'string?',
    remote: 'boolean?',
  });
  const run = await getRun(store, runId);
  assertRunActive(run);
  const { name, endTimeMs } = update;
  if (name !== undefined) assertRunName(name);
  if (endTimeMs !== undefined && !(Number.isSafeInteger(endTimeMs) && endTimeMs >= 0)) {
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `The end time must be a whole number of milliseconds since 1970, and it is ${String(endTimeMs)}. Give a time such as Date.now().`,
      { details: { endTimeMs } },
    );
  }
  const changesEnd = update.status !== undefined || endTimeMs !== undefined;
  if (!changesEnd && name === undefined) return run;
  // A lost run only reads as failed; by its events it is still RUNNING.
  const status = update.status ?? (run.lostReason === undefined ? run.status : 'RUNNING');
  const end =
    endTimeMs ?? (END_STATUSES.includes(status) ? (run.endTimeMs ?? Date.now()) : undefined);
  await store.append([
    {
      kind: 'run-updated',
      run: runId,
      ...(changesEnd ? { status, ...(end === undefined ? {} : { endTimeMs: end }) } : {}),
      ...(changesEnd && update.remote === true ? { remote: true } : {}),
      ...(name === undefined ? {} : { name }),
    },
  ]);
  return getRun(store, runId);
}

/** Renames a run. @throws RUN_NOT_FOUND, RUN_DELETED, INVALID_ARGUMENT */
export async function renameRun(store: Store, runId: RunId, name: string): Promise<Run> {
  assertArguments({ store, runId, name }, 'renameRun', {
    store: 'store',
    runId: 'string',
    name: 'string',
  });
  return updateRun(store, runId, { name });
}

/** A run's name is also a tag, so it has the limits of a tag. */
function assertRunName(name: string): void {
  const problem =
    typeof name !== 'string' || name.trim() === ''
      ? 'is blank'
      : name.length > LIMITS.tagValueLength
        ? `has ${name.length} characters; at most ${LIMITS.tagValueLength} are allowed`
        : undefined;
  if (problem === undefined) return;
  throw new TidemarkError('INVALID_ARGUMENT', `The name of a run ${problem}. Choose another name.`);
}
