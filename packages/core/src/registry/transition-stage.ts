import { assertArguments, assertOptions } from '../model/plain-input.ts';
import type { Actor, ModelStage, ModelVersion } from '../model/registered-model.ts';
import type { Store } from '../port/store.ts';
import { changeModel } from './commit-changes.ts';
import { getVersion } from './find-version.ts';
import { planStage } from './plan-transition.ts';

/** Options of `transitionStage`. */
export interface TransitionStageOptions {
  readonly name: string;
  readonly version: number;
  readonly stage: ModelStage;
  /** Archive the other versions in the stage. Default false. */
  readonly archiveExistingVersions?: boolean;
  readonly comment?: string;
  readonly by: Actor;
}

/**
 * Moves a version to a stage directly, if the model's rules allow that without approvals.
 *
 * @example
 * ```ts
 * import { transitionStage } from '@tidemark/core';
 *
 * const by = { name: 'ada', authenticated: false };
 * await transitionStage(store, { name: 'iris', version: 3, stage: 'Staging', by });
 * ```
 *
 * @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND, TRANSITION_REFUSED; INVALID_ARGUMENT for archiving with another
 * stage than Staging and Production
 */
export async function transitionStage(
  store: Store,
  options: TransitionStageOptions,
): Promise<ModelVersion> {
  assertArguments({ store }, 'transitionStage', { store: 'store' });
  assertOptions(options, 'transitionStage', {
    name: 'string',
    version: 'number',
    stage: 'string',
    archiveExistingVersions: 'boolean?',
    comment: 'string?',
    by: 'actor',
  });
  const { name, by, comment, version } = options;
  const { model } = await changeModel(store, name, by, (before) =>
    planStage(before, options, comment === undefined ? {} : { comment }),
  );
  return getVersion(model, version);
}
