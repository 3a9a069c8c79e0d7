import {
  type Actor,
  type ApprovalResult,
  approveRequest,
  assertOptions,
  assertRecord,
  cancelRequest,
  createComment,
  createModelVersion,
  createRegisteredModel,
  deleteModelVersion,
  deleteRegisteredModel,
  type InputKind,
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

/** A registered model, in a store or at its address. Default: the default store. */
export interface ModelPlace {
  readonly store?: Store | string;
  readonly name: string;
}

/** A version of a registered model. */
export interface ModelVersionPlace extends ModelPlace {
  readonly version: number;
}

/** A transition request, and the comment for its answer. */
export interface ModelRequestOptions extends ModelPlace {
  readonly requestId: string;
  readonly comment?: string;
}

/** Functions that change and review registered models, as the user of this program. */
export interface ModelReview {
  /** Creates a registered model without versions. @throws MODEL_EXISTS, INVALID_KEY */
  createModel(
    options: ModelPlace & {
      readonly description?: string;
      readonly tags?: Readonly<Record<string, string>>;
    },
  ): Promise<RegisteredModel>;
  /** Registers files at any address as a version. @throws MODEL_NOT_FOUND */
  registerModelSource(
    options: ModelPlace & {
      readonly source: string;
      readonly runId?: RunId;
      readonly description?: string;
    },
  ): Promise<ModelVersion>;
  /**
   * Sets the description of a model, or with `version` of one of its versions.
   * @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND
   */
  describeModel(
    options: ModelPlace & { readonly version?: number; readonly description: string },
  ): Promise<void>;
  /** Renames a model. @throws MODEL_NOT_FOUND, MODEL_EXISTS */
  renameModel(options: ModelPlace & { readonly newName: string }): Promise<RegisteredModel>;
  /**
   * Deletes a model, or with `version` one of its versions. The history is kept.
   * @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND
   */
  deleteModel(options: ModelPlace & { readonly version?: number }): Promise<void>;
  /**
   * Moves a version to a stage: `None`, `Staging`, `Production` or `Archived`, in any case.
   * @throws TRANSITION_REFUSED when a rule of the model forbids it
   */
  transitionModelStage(
    options: ModelVersionPlace & {
      readonly stage: ModelStage | Lowercase<ModelStage>;
      readonly archiveExistingVersions?: boolean;
      readonly comment?: string;
    },
  ): Promise<ModelVersion>;
  /** Requests a stage or an alias for a version. */
  requestModelTransition(
    options: ModelVersionPlace & {
      readonly target: TransitionTarget;
      readonly archiveExistingVersions?: boolean;
      readonly comment?: string;
    },
  ): Promise<TransitionRequest>;
  /**
   * Approves a request. The last required approval moves the version.
   * @throws TRANSITION_REQUEST_CLOSED, TRANSITION_REFUSED
   */
  approveModelRequest(options: ModelRequestOptions): Promise<ApprovalResult>;
  /** Rejects a request. @throws TRANSITION_REQUEST_CLOSED */
  rejectModelRequest(options: ModelRequestOptions): Promise<TransitionRequest>;
  /** Withdraws your own request. @throws TRANSITION_REQUEST_CLOSED, TRANSITION_REFUSED */
  cancelModelRequest(options: ModelRequestOptions): Promise<TransitionRequest>;
  commentOnModel(options: ModelVersionPlace & { readonly text: string }): Promise<RegistryComment>;
  /** Sets the rules for transitions of a model, in place of all earlier rules. @throws INVALID_ARGUMENT */
  setModelRules(
    options: ModelPlace & { readonly rules: readonly TransitionRule[] },
  ): Promise<RegisteredModel>;
  /** Returns every change of a model, in order. @throws MODEL_NOT_FOUND, HISTORY_UNAVAILABLE */
  getModelHistory(options: ModelPlace): Promise<RegistryActivity[]>;
}

/** Creates these functions for a client. */
export function modelReview(
  storeOf: (store: Store | string | undefined) => Promise<Store>,
  currentActor: () => Actor,
): ModelReview {
  /** Returns a function of core with checked options. The actor is the user of the program. */
  function bound<Options extends { readonly by: Actor }, Name extends keyof Options, Result>(
    verb: (store: Store, options: Options) => Promise<Result>,
    name: string,
    kinds: { readonly [Each in Name]: InputKind },
  ): (options: Pick<Options, Name> & { readonly store?: Store | string }) => Promise<Result> {
    return async (given) => {
      assertOptions<object>(given, name, { store: 'any', ...kinds } as object);
      const { store, ...options } = given;
      return verb(await storeOf(store), { ...options, by: currentActor() } as unknown as Options);
    };
  }
  const version = { name: 'string', version: 'number' } as const;
  const request = { name: 'string', requestId: 'string', comment: 'string?' } as const;
  const transition = {
    ...version,
    archiveExistingVersions: 'boolean?',
    comment: 'string?',
  } as const;
  const named = { name: 'string', description: 'string' } as const;
  const describe = bound(updateRegisteredModel, 'describeModel', named);
  const describeVersion = bound(updateModelVersion, 'describeModel', { ...version, ...named });
  const remove = bound(deleteRegisteredModel, 'deleteModel', { name: 'string' });
  const removeVersion = bound(deleteModelVersion, 'deleteModel', version);
  return {
    createModel: bound(createRegisteredModel, 'createModel', {
      name: 'string',
      description: 'string?',
      tags: 'record?',
    }),
    registerModelSource: bound(createModelVersion, 'registerModelSource', {
      name: 'string',
      source: 'string',
      runId: 'string?',
      description: 'string?',
    }),
    async describeModel(given) {
      assertRecord(given, 'The options of describeModel');
      const { version: number, ...options } = given;
      if (number === undefined) await describe(options);
      else await describeVersion({ ...options, version: number });
    },
    renameModel: bound(renameRegisteredModel, 'renameModel', { name: 'string', newName: 'string' }),
    async deleteModel(given) {
      assertRecord(given, 'The options of deleteModel');
      const { version: number, ...options } = given;
      if (number === undefined) await remove(options);
      else await removeVersion({ ...options, version: number });
    },
    async transitionModelStage(given) {
      assertRecord(given, 'The options of transitionModelStage');
      const toStage = bound(transitionStage, 'transitionModelStage', {
        ...transition,
        stage: 'string',
      });
      return toStage({ ...given, stage: parseModelStage(given.stage) });
    },
    requestModelTransition: bound(requestTransition, 'requestModelTransition', {
      ...transition,
      target: 'record',
    }),
    approveModelRequest: bound(approveRequest, 'approveModelRequest', request),
    rejectModelRequest: bound(rejectRequest, 'rejectModelRequest', request),
    cancelModelRequest: bound(cancelRequest, 'cancelModelRequest', request),
    commentOnModel: bound(createComment, 'commentOnModel', { ...version, text: 'string' }),
    setModelRules: bound(setTransitionRules, 'setModelRules', { name: 'string', rules: 'array' }),
    async getModelHistory(given) {
      assertOptions(given, 'getModelHistory', { store: 'any', name: 'string' });
      const { store, name } = given;
      const commits = [];
      for await (const commit of modelHistory(await storeOf(store), name)) commits.push(commit);
      return modelActivity(commits);
    },
  };
}
