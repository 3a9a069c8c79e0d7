import {
  type Actor,
  type ApprovalResult,
  approveRequest,
  cancelRequest,
  createComment,
  createModelVersion,
  createRegisteredModel,
  deleteModelVersion,
  deleteRegisteredModel,
  type ModelStage,
  type ModelVersion,
  modelActivity,
  modelHistory,
  parseModelStage,
  type RegisteredModel,
  type RegistryActivity,
  type RegistryComment,
  type RunId,
  rejectRequest,
  renameRegisteredModel,
  requestTransition,
  type Store,
  setTransitionRules,
  type TransitionRequest,
  type TransitionRule,
  type TransitionTarget,
  transitionStage,
  updateModelVersion,
  updateRegisteredModel,
} from '@tidemark/core';

/** A registered model, in a store or at its address; the default address when it is absent. */
export interface ModelPlace {
  readonly store?: Store | string;
  readonly name: string;
}

/** A version of a registered model. */
export interface ModelVersionPlace extends ModelPlace {
  readonly version: number;
}

/** A transition request, and what is said with the answer. */
export interface ModelRequestOptions extends ModelPlace {
  readonly requestId: string;
  readonly comment?: string;
}

/** What is done with registered models beyond registering, by whoever runs this program. */
export interface ModelReview {
  /** Makes a registered model without versions. @throws MODEL_EXISTS, INVALID_KEY */
  createModel(
    options: ModelPlace & {
      readonly description?: string;
      readonly tags?: Readonly<Record<string, string>>;
    },
  ): Promise<RegisteredModel>;
  /** Makes a version of files that lie anywhere. @throws MODEL_NOT_FOUND */
  registerModelSource(
    options: ModelPlace & {
      readonly source: string;
      readonly runId?: RunId;
      readonly description?: string;
    },
  ): Promise<ModelVersion>;
  /** Describes a model, or with `version` one of its versions. @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND */
  describeModel(
    options: ModelPlace & { readonly version?: number; readonly description: string },
  ): Promise<void>;
  /** @throws MODEL_NOT_FOUND, MODEL_EXISTS */
  renameModel(options: ModelPlace & { readonly newName: string }): Promise<RegisteredModel>;
  /** Deletes a model, or with `version` one of its versions; the history stays. @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND */
  deleteModel(options: ModelPlace & { readonly version?: number }): Promise<void>;
  /**
   * Brings a version into a stage at once: `None`, `Staging`, `Production` or `Archived`, in capitals or
   * not. @throws TRANSITION_REFUSED when a rule of the model stands against it
   */
  transitionModelStage(
    options: ModelVersionPlace & {
      readonly stage: ModelStage | Lowercase<ModelStage>;
      readonly archiveExistingVersions?: boolean;
      readonly comment?: string;
    },
  ): Promise<ModelVersion>;
  /** Asks that a version goes into a stage or under an alias. */
  requestModelTransition(
    options: ModelVersionPlace & {
      readonly target: TransitionTarget;
      readonly archiveExistingVersions?: boolean;
      readonly comment?: string;
    },
  ): Promise<TransitionRequest>;
  /** Approves a request; the last approval that is wanted does the transition. @throws TRANSITION_REQUEST_CLOSED, TRANSITION_REFUSED */
  approveModelRequest(options: ModelRequestOptions): Promise<ApprovalResult>;
  /** @throws TRANSITION_REQUEST_CLOSED */
  rejectModelRequest(options: ModelRequestOptions): Promise<TransitionRequest>;
  /** Takes one's own request back. @throws TRANSITION_REQUEST_CLOSED, TRANSITION_REFUSED */
  cancelModelRequest(options: ModelRequestOptions): Promise<TransitionRequest>;
  commentOnModel(options: ModelVersionPlace & { readonly text: string }): Promise<RegistryComment>;
  /** Declares what the model's transitions must fulfil, in place of the rules it had. @throws INVALID_ARGUMENT */
  setModelRules(
    options: ModelPlace & { readonly rules: readonly TransitionRule[] },
  ): Promise<RegisteredModel>;
  /** Everything that ever happened to a model, in order. @throws MODEL_NOT_FOUND, HISTORY_UNAVAILABLE */
  getModelHistory(options: ModelPlace): Promise<RegistryActivity[]>;
}

/** Makes these functions for a client. */
export function modelReview(
  storeOf: (store: Store | string | undefined) => Promise<Store>,
  currentActor: () => Actor,
): ModelReview {
  /** A verb of core, called on the store by who runs the program. */
  function bound<Options extends { readonly by: Actor }, Result>(
    verb: (store: Store, options: Options) => Promise<Result>,
  ): (options: Omit<Options, 'by'> & { readonly store?: Store | string }) => Promise<Result> {
    return async ({ store, ...options }) =>
      verb(await storeOf(store), { ...options, by: currentActor() } as unknown as Options);
  }
  const [describe, describeVersion] = [bound(updateRegisteredModel), bound(updateModelVersion)];
  const [remove, removeVersion] = [bound(deleteRegisteredModel), bound(deleteModelVersion)];
  const transition = bound(transitionStage);
  return {
    createModel: bound(createRegisteredModel),
    registerModelSource: bound(createModelVersion),
    async describeModel({ version, ...options }) {
      if (version === undefined) await describe(options);
      else await describeVersion({ ...options, version });
    },
    renameModel: bound(renameRegisteredModel),
    async deleteModel({ version, ...options }) {
      if (version === undefined) await remove(options);
      else await removeVersion({ ...options, version });
    },
    transitionModelStage: async (options) =>
      transition({ ...options, stage: parseModelStage(options.stage) }),
    requestModelTransition: bound(requestTransition),
    approveModelRequest: bound(approveRequest),
    rejectModelRequest: bound(rejectRequest),
    cancelModelRequest: bound(cancelRequest),
    commentOnModel: bound(createComment),
    setModelRules: bound(setTransitionRules),
    async getModelHistory({ store, name }) {
      const commits = [];
      for await (const commit of modelHistory(await storeOf(store), name)) commits.push(commit);
      return modelActivity(commits);
    },
  };
}
