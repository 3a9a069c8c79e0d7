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

/** What is done with registered models beyond registering, by the person who runs this program. */
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
   * not. @throws TRANSITION_REFUSED when a rule of the model forbids it
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
  /** A verb of core, with those of its options that have a kind here; the actor is the person who runs the program. */
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
