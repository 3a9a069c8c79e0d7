import type { ExperimentId, LoggedModelId, RunId } from '@tidemark/core';
import { type AccessTarget, UNSEEN_TARGET } from '../access/access.ts';
import type { ServerContext } from '../dispatch/server-context.ts';

/**
 * Functions that return the target of a request from the ids in it. They read the caller's view of the store, where
 * a hidden thing does not exist.
 */

/** Returns the experiment that a request names. Without a name it is Default. */
export function aboutExperiment(message: { experiment_id?: string | undefined }): AccessTarget {
  return { kind: 'experiment', experimentId: message.experiment_id || '0' };
}

/**
 * Returns the targets of a request that creates a run or a logged model. If the request names an id that exists, it
 * joins that run or model and gets it as the answer, so the experiment of that one is a target too. The store
 * refuses an id that the caller may not see; see `readableStore`.
 */
export async function aboutNew(
  message: {
    readonly experiment_id?: string | undefined;
    readonly tidemark_run_id?: string | undefined;
    readonly tidemark_model_id?: string | undefined;
  },
  { store }: ServerContext,
): Promise<AccessTarget[]> {
  const { tidemark_run_id, tidemark_model_id } = message;
  const there = [
    ...(tidemark_run_id === undefined
      ? []
      : await store.runs({ runIds: [tidemark_run_id as RunId] })),
    ...(tidemark_model_id === undefined
      ? []
      : await store.loggedModels({ modelIds: [tidemark_model_id as LoggedModelId] })),
  ];
  const targets = there.map(({ experimentId }) => experimentTarget(experimentId));
  return [aboutExperiment(message), ...targets];
}

/** Returns the target of a request that names a run: the run's experiment. */
export function aboutRun(
  message: { run_id: string },
  context: ServerContext,
): Promise<AccessTarget> {
  return aboutRunId(message.run_id, context);
}

/** Returns the experiment of a run as a target. */
export async function aboutRunId(runId: string, { store }: ServerContext): Promise<AccessTarget> {
  const [run] = await store.runs({ runIds: [runId as RunId] });
  return run === undefined ? UNSEEN_TARGET : experimentTarget(run.experimentId);
}

/** Returns the target of a request that names a logged model: the model's experiment. */
export async function aboutLoggedModel(
  message: { model_id: string },
  { store }: ServerContext,
): Promise<AccessTarget> {
  const [model] = await store.loggedModels({ modelIds: [message.model_id as LoggedModelId] });
  return model === undefined ? UNSEEN_TARGET : experimentTarget(model.experimentId);
}

/** Returns the registered model that a request names as a target. */
export function aboutModel(message: { name: string }): AccessTarget {
  return { kind: 'registered-model', name: message.name };
}

/** Returns an experiment as a target. */
export function experimentTarget(experimentId: ExperimentId): AccessTarget {
  return { kind: 'experiment', experimentId };
}
