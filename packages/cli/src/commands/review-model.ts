import { currentActor } from '@tidemark/client';
import {
  approveRequest,
  cancelRequest,
  createComment,
  createRegisteredModel,
  deleteComment,
  deleteModelVersion,
  deleteRegisteredModel,
  type FoundRequest,
  getRegisteredModel,
  isSameTarget,
  parseModelStage,
  rejectRequest,
  renameRegisteredModel,
  requestTransition,
  type Store,
  TidemarkError,
  type TransitionTarget,
  targetText,
  transitionRequests,
  transitionStage,
  updateComment,
  updateModelVersion,
  updateRegisteredModel,
} from '@tidemark/core';
import { openExistingStore } from '../open.ts';
import { printable } from '../render/style.ts';
import type { Terminal } from '../terminal.ts';

interface StoreOption {
  readonly store?: string;
}

/** What is said with a change. */
export interface ReviewOptions extends StoreOption {
  readonly message?: string;
  readonly archiveExisting?: true;
}

/** Which of a version's requests is meant, where there are several. */
export interface DecideOptions extends ReviewOptions {
  /** The beginning of its id. */
  readonly request?: string;
  readonly to?: string;
}

/** Makes an empty registered model. @throws MODEL_EXISTS, INVALID_KEY */
export async function createModel(
  name: string,
  options: StoreOption & { description?: string },
  terminal: Terminal,
): Promise<void> {
  const { store, ...rest } = await opened(options);
  const { description } = options;
  await createRegisteredModel(store, {
    name,
    ...rest,
    ...(description === undefined ? {} : { description }),
  });
  terminal.out(`${printable(name)} was created. It has no versions yet.\n`);
}

/** Describes a model, or one of its versions. @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND */
export async function describeModel(
  name: string,
  description: string,
  options: StoreOption & { modelVersion?: number },
  terminal: Terminal,
): Promise<void> {
  const { store, by } = await opened(options);
  const version = options.modelVersion;
  if (version === undefined) await updateRegisteredModel(store, { name, description, by });
  else await updateModelVersion(store, { name, version, description, by });
  terminal.out(`${which(name, version)}: ${printable(description)}\n`);
}

/** Gives a model another name. @throws MODEL_NOT_FOUND, MODEL_EXISTS */
export async function renameModel(
  name: string,
  newName: string,
  options: StoreOption,
  terminal: Terminal,
): Promise<void> {
  const { store, by } = await opened(options);
  await renameRegisteredModel(store, { name, newName, by });
  terminal.out(`${printable(name)} is called ${printable(newName)} now.\n`);
}

/** Deletes a model, or one of its versions. @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND */
export async function deleteModel(
  name: string,
  version: number | undefined,
  options: StoreOption,
  terminal: Terminal,
): Promise<void> {
  const { store, by } = await opened(options);
  if (version === undefined) await deleteRegisteredModel(store, { name, by });
  else await deleteModelVersion(store, { name, version, by });
  terminal.out(
    `${which(name, version)} was deleted. Its files and its history stay, and its number${version === undefined ? 's are' : ' is'} not given again.\n`,
  );
}

/** Brings a version into a stage at once. @throws TRANSITION_REFUSED, MODEL_VERSION_NOT_FOUND, INVALID_ARGUMENT */
export async function setStage(
  name: string,
  version: number,
  stage: string,
  options: ReviewOptions,
  terminal: Terminal,
): Promise<void> {
  const { store, by } = await opened(options);
  const to = parseModelStage(stage);
  await transitionStage(store, { name, version, stage: to, ...said(options), by });
  terminal.out(`${which(name, version)} is in ${to}.\n`);
}

/** Asks for a transition. @throws MODEL_VERSION_NOT_FOUND, INVALID_ARGUMENT */
export async function makeRequest(
  name: string,
  version: number,
  to: string,
  options: ReviewOptions,
  terminal: Terminal,
): Promise<void> {
  const { store, by } = await opened(options);
  const target = parseTarget(to);
  const request = await requestTransition(store, { name, version, target, ...said(options), by });
  terminal.out(
    `${by.name} asks for ${which(name, version)} to go to ${targetText(target)}: request ${request.requestId}\n`,
  );
}

/** Approves, rejects or cancels a request. @throws TRANSITION_REQUEST_CLOSED, TRANSITION_REFUSED, TRANSITION_REQUEST_NOT_FOUND */
export async function decideRequest(
  decision: 'approve' | 'reject' | 'cancel',
  name: string,
  version: number,
  options: DecideOptions,
  terminal: Terminal,
): Promise<void> {
  const { store, by } = await opened(options);
  const { request } = await findRequest(store, name, version, options);
  const { requestId, target } = request;
  const to = targetText(target);
  const what = { name, requestId, by, ...comment(options) };
  if (decision === 'approve') {
    const { granted, missing } = await approveRequest(store, what);
    terminal.out(
      granted
        ? `Approved. ${which(name, version)} is ${to}.\n`
        : `Approved. To go to ${to}, ${which(name, version)} still needs ${printable(missing.join('; '))}.\n`,
    );
    return;
  }
  const close = decision === 'reject' ? rejectRequest : cancelRequest;
  const { closed } = await close(store, what);
  terminal.out(`The request of ${printable(request.by.name)} was ${closed?.outcome}.\n`);
}

/** Says something about a version, or changes or deletes what was said. @throws MODEL_VERSION_NOT_FOUND, COMMENT_NOT_FOUND, COMMENT_NOT_YOURS */
export async function commentVersion(
  name: string,
  version: number,
  text: string | undefined,
  options: StoreOption & { edit?: string; delete?: string },
  terminal: Terminal,
): Promise<void> {
  const { store, by } = await opened(options);
  if (options.delete !== undefined) {
    await deleteComment(store, { name, commentId: options.delete, by });
    terminal.out('The comment is gone; the history keeps it.\n');
  } else if (text === undefined) {
    throw new TidemarkError('INVALID_ARGUMENT', 'Say something: the comment is the last argument.');
  } else {
    const { commentId } =
      options.edit === undefined
        ? await createComment(store, { name, version, text, by })
        : await updateComment(store, { name, commentId: options.edit, text, by });
    terminal.out(`Comment ${commentId}\n`);
  }
}

/** `@alias`, or the name of a stage. @throws INVALID_ARGUMENT */
export function parseTarget(text: string): TransitionTarget {
  return text.startsWith('@')
    ? { kind: 'alias', alias: text.slice(1) }
    : { kind: 'stage', stage: parseModelStage(text) };
}

/** The open request that is meant; the last closed one where none is open, so that its end is told. */
async function findRequest(
  store: Store,
  name: string,
  version: number,
  options: DecideOptions,
): Promise<FoundRequest> {
  const { request: id = '', to } = options;
  const target = to === undefined ? undefined : parseTarget(to);
  const all = transitionRequests(await getRegisteredModel(store, name), version).filter(
    ({ request }) =>
      request.requestId.startsWith(id) &&
      (target === undefined || isSameTarget(request.target, target)),
  );
  const open = all.filter(({ request }) => request.closed === undefined);
  if (open.length > 1) {
    const list = open.map(
      ({ request }) => `${request.requestId}  ${targetText(request.target)}, by ${request.by.name}`,
    );
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `Several requests are open for version ${version} of ${name}. Say which with --request:\n${list.join('\n')}`,
    );
  }
  const found = open[0] ?? all.at(-1);
  if (found !== undefined) return found;
  throw new TidemarkError(
    'TRANSITION_REQUEST_NOT_FOUND',
    `No such transition request was made for version ${version} of ${JSON.stringify(name)}.`,
    { details: { model: name, version } },
  );
}

async function opened(options: StoreOption) {
  return { store: await openExistingStore(options), by: currentActor() };
}

function comment({ message }: ReviewOptions): { comment?: string } {
  return message === undefined ? {} : { comment: message };
}

function said(options: ReviewOptions): { comment?: string; archiveExistingVersions?: boolean } {
  return {
    ...comment(options),
    ...(options.archiveExisting === true ? { archiveExistingVersions: true } : {}),
  };
}

function which(name: string, version: number | undefined): string {
  return version === undefined ? printable(name) : `${printable(name)} version ${version}`;
}
