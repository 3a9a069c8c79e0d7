import type { Client } from './client.ts';
import { client } from './default-client.ts';

/**
 * Registers a logged model as the next version of a registered model. The first version creates the registered model.
 *
 * @example
 * ```ts
 * const { version } = await registerModel({ name: 'penguins', model });
 * ```
 *
 * @throws INVALID_KEY, LOGGED_MODEL_NOT_FOUND, MODEL_URI_INVALID
 */
export const registerModel: Client['registerModel'] = client.registerModel;

/**
 * Points an alias of a registered model at a version. The version that had the alias loses it.
 *
 * @example
 * ```ts
 * await setModelAlias({ name: 'penguins', alias: 'champion', version: 3 });
 * ```
 *
 * @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND; TRANSITION_REFUSED if a rule of the model forbids it
 */
export const setModelAlias: Client['setModelAlias'] = client.setModelAlias;

/**
 * Removes an alias from a registered model.
 *
 * @throws MODEL_NOT_FOUND, MODEL_ALIAS_NOT_FOUND
 */
export const deleteModelAlias: Client['deleteModelAlias'] = client.deleteModelAlias;

/**
 * Sets a tag of a registered model, or with `version` of one of its versions. The tag has evidence: who set it and when,
 * the run or CI job behind it, and the digest of the files that it is about (those of the version, unless you pass another).
 *
 * @example
 * ```ts
 * await setModelTag({ name: 'penguins', version: 3, key: 'passed-gdpr-review', value: 'true' });
 * ```
 *
 * @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND, INVALID_KEY
 */
export const setModelTag: Client['setModelTag'] = client.setModelTag;

/**
 * Removes a tag from a registered model, or with `version` from one of its versions.
 *
 * @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND
 */
export const deleteModelTag: Client['deleteModelTag'] = client.deleteModelTag;

/**
 * Creates a registered model without versions.
 *
 * @throws MODEL_EXISTS, INVALID_KEY
 */
export const createModel: Client['createModel'] = client.createModel;

/**
 * Registers files at any address as the next version of a registered model, such as `runs:/<run>/model` or `s3://…`.
 *
 * @throws MODEL_NOT_FOUND
 */
export const registerModelSource: Client['registerModelSource'] = client.registerModelSource;

/**
 * Sets the description of a registered model, or with `version` of one of its versions.
 *
 * @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND
 */
export const describeModel: Client['describeModel'] = client.describeModel;

/**
 * Renames a registered model. It keeps its versions, requests, comments, rules and history.
 *
 * @throws MODEL_NOT_FOUND, MODEL_EXISTS
 */
export const renameModel: Client['renameModel'] = client.renameModel;

/**
 * Deletes a registered model, or with `version` one of its versions. The history stays.
 *
 * @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND
 */
export const deleteModel: Client['deleteModel'] = client.deleteModel;

/**
 * Moves a version to a stage: `None`, `Staging`, `Production` or `Archived`, in any case.
 *
 * @throws TRANSITION_REFUSED if a rule of the model forbids it
 */
export const transitionModelStage: Client['transitionModelStage'] = client.transitionModelStage;

/**
 * Requests that a version gets a stage or an alias. Other users approve or reject the request.
 *
 * @example
 * ```ts
 * const target = { kind: 'stage', stage: 'Production' } as const;
 * const { requestId } = await requestModelTransition({ name: 'penguins', version: 3, target });
 * ```
 *
 * @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND
 */
export const requestModelTransition: Client['requestModelTransition'] =
  client.requestModelTransition;

/**
 * Approves a transition request. The last approval that the rules need makes the transition.
 *
 * @throws TRANSITION_REQUEST_CLOSED, TRANSITION_REFUSED
 */
export const approveModelRequest: Client['approveModelRequest'] = client.approveModelRequest;

/**
 * Rejects a transition request.
 *
 * @throws TRANSITION_REQUEST_CLOSED
 */
export const rejectModelRequest: Client['rejectModelRequest'] = client.rejectModelRequest;

/**
 * Cancels your own transition request.
 *
 * @throws TRANSITION_REQUEST_CLOSED, TRANSITION_REFUSED
 */
export const cancelModelRequest: Client['cancelModelRequest'] = client.cancelModelRequest;

/**
 * Adds a comment to a model version.
 *
 * @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND
 */
export const commentOnModel: Client['commentOnModel'] = client.commentOnModel;

/**
 * Sets the rules for transitions of a registered model. They replace all earlier rules.
 *
 * @example
 * ```ts
 * const target = { kind: 'stage', stage: 'Production' } as const;
 * await setModelRules({ name: 'penguins', rules: [{ target, approvals: 1 }] });
 * ```
 *
 * @throws MODEL_NOT_FOUND, INVALID_ARGUMENT
 */
export const setModelRules: Client['setModelRules'] = client.setModelRules;

/**
 * Returns everything that happened to a registered model, in order.
 *
 * @throws MODEL_NOT_FOUND, HISTORY_UNAVAILABLE
 */
export const getModelHistory: Client['getModelHistory'] = client.getModelHistory;

/**
 * Finds the files of a model by its address: `models:/name/3`, `models:/name@alias`, `models:/name/Production`,
 * `models:/m-…` or `runs:/<run id>/<model name>`. Every file that you read is checked against its SHA-256.
 *
 * @example
 * ```ts
 * const files = await openModel('models:/penguins@champion');
 * const bytes = await files.read('weights.json');
 * ```
 *
 * @throws MODEL_URI_INVALID, MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND, MODEL_ALIAS_NOT_FOUND, LOGGED_MODEL_NOT_FOUND,
 * DIGEST_MISMATCH
 */
export const openModel: Client['openModel'] = client.openModel;

/** Returns the user of this program, as the registry records it: a claim, not a proof. */
export const currentActor: Client['currentActor'] = client.currentActor;
