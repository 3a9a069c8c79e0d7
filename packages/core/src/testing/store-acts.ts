import { isTidemarkError } from '../errors.ts';
import type { StoreEvent } from '../events/store-event.ts';
import type { ExperimentId, LoggedModelId, RunId } from '../model/ids.ts';
import type { Store } from '../port/store.ts';
import { purge } from '../tracking/purge.ts';
import type { PurgeTarget } from '../tracking/purge-plan.ts';

/** One thing that a program does with a store, as data that can be sent to another process. */
export type Act =
  | { readonly kind: 'create-experiment'; readonly name: string }
  | { readonly kind: 'create-run'; readonly run: RunId; readonly experiment: ExperimentId }
  | {
      readonly kind: 'create-model';
      readonly model: LoggedModelId;
      readonly experiment: ExperimentId;
    }
  | { readonly kind: 'write-file'; readonly run: RunId; readonly path: string }
  | { readonly kind: 'append'; readonly events: readonly StoreEvent[] }
  | { readonly kind: 'purge'; readonly target: PurgeTarget };

const BY = { name: 'ada', authenticated: false } as const;

/** Performs the act. Returns the code of the error if the store refuses it. */
export async function perform(store: Store, act: Act): Promise<string> {
  try {
    await attempt(store, act);
    return 'done';
  } catch (error) {
    if (isTidemarkError(error)) return error.code;
    throw error;
  }
}

async function attempt(store: Store, act: Act): Promise<void> {
  switch (act.kind) {
    case 'create-experiment':
      await store.createExperiment({ name: act.name, creationTimeMs: 1 });
      break;
    case 'create-run': {
      const { run: runId, experiment: experimentId } = act;
      await store.createRun({ runId, experimentId, name: 'r', userId: '', startTimeMs: 1 });
      break;
    }
    case 'create-model': {
      const { model: modelId, experiment: experimentId } = act;
      await store.createLoggedModel({ modelId, experimentId, name: 'm', creationTimeMs: 1 });
      break;
    }
    case 'write-file': {
      const [run] = await store.runs({ runIds: [act.run] });
      if (run === undefined) return;
      const owner = { kind: 'run', experimentId: run.experimentId, runId: act.run } as const;
      const file = await store.artifacts.write(owner, act.path, new TextEncoder().encode('bytes'));
      await store.append([{ kind: 'artifact', owner: { run: act.run }, file }]);
      break;
    }
    case 'append':
      await store.append(act.events);
      break;
    case 'purge':
      await purge(store, act.target, { by: BY });
  }
}
