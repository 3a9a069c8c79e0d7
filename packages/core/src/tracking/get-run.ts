import { TidemarkError } from '../errors.ts';
import type { RunId } from '../model/ids.ts';
import { assertArguments } from '../model/plain-input.ts';
import type { Run } from '../model/run.ts';
import type { Store } from '../port/store.ts';

/** Returns a run, live or deleted. @throws RUN_NOT_FOUND */ export async function getRun(
  store: Store,
  runId: RunId,
): Promise<Run> {
  assertArguments({ store, runId }, 'getRun', { store: 'store', runId: 'string' });
  const [run] = await store.runs({ runIds: [runId] });
  if (run !== undefined) return run;
  throw new TidemarkError(
    'RUN_NOT_FOUND',
    `No run has the id ${JSON.stringify(runId)} in ${store.uri}. List the runs there with: tidemark runs`,
    { details: { runId } },
  );
}

/** Checks that a run is not soft-deleted. @throws RUN_DELETED */ export function assertRunActive(
  run: Run,
): void {
  assertArguments({ run }, 'assertRunActive', { run: 'object' });
  if (run.lifecycleStage === 'active') return;
  throw new TidemarkError(
    'RUN_DELETED',
    `The run ${run.runId} is deleted. Restore it before you write to it.`,
    { details: { runId: run.runId } },
  );
}
