import type { ExperimentId, LoggedModelId, RunId } from '@tidemark/core';
import { type AccessTarget, UNSEEN_TARGET } from '../access/access.ts';
import type { ServerContext } from '../dispatch/server-context.ts';

/**
 * What requests are about, from the ids in them. The store that they look into is the caller's view: what
 * is closed to the caller is not found there, like what does not exist.
 */

/** A request that names an experiment; without a name it is Default. */
export function aboutExperiment(message: { experiment_id?: string | undefined }): AccessTarget {
  return { kind: 'experiment', experimentId: message.experiment_id || '0' };
}

/**
 * A request that makes a run or a logged model, perhaps under an id of its own: where there is one of that
 * id it is joined and answered, so the request is about the experiment of that one too. One that the caller
 * cannot see is refused by the store; see `readableStore`.
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

/** A request that names a run: it is about the run's experiment. */
export function aboutRun(
  message: { run_id: string },
  context: ServerContext,
): Promise<AccessTarget> {
  return aboutRunId(message.run_id, context);
}

/** The experiment of a run. */
export async function aboutRunId(runId: string, { store }: ServerContext): Promise<AccessTarget> {
  const [run] = await store.runs({ runIds: [runId as RunId] });
  return run === undefined ? UNSEEN_TARGET : experimentTarget(run.experimentId);
}

/** A request that names a logged model: it is about the model's experiment. */
export async function aboutLoggedModel(
  message: { model_id: string },
  { store }: ServerContext,
): Promise<AccessTarget> {
  const [model] = await store.loggedModels({ modelIds: [message.model_id as LoggedModelId] });
  return model === undefined ? UNSEEN_TARGET : experimentTarget(model.experimentId);
}

/** A request that names a registered model. */
export function aboutModel(message: { name: string }): AccessTarget {
  return { kind: 'registered-model', name: message.name };
}

/** An experiment as a target. */
export function experimentTarget(experimentId: ExperimentId): AccessTarget {
  return { kind: 'experiment', experimentId };
}
