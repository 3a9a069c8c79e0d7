import {
  approveRequest,
  cancelRequest,
  type FoundRequest,
  getRegisteredModel,
  isSameTarget,
  rejectRequest,
  type Store,
  TidemarkError,
  targetText,
  transitionRequests,
} from '@tidemark/core';
import { openToChange } from '../../open.ts';
import { say } from '../../render/prose.ts';
import { printable } from '../../render/style.ts';
import type { Terminal } from '../../terminal.ts';
import { commentOf } from './move-options.ts';
import { parseTarget } from './parse-target.ts';

/** A way to decide a request, which is also the name of its command. */
export type Decision = 'approve' | 'reject' | 'cancel';

/** Options of the commands that decide a request. They select one of several requests, and give a comment. */
export interface DecideOptions {
  readonly store?: string;
  readonly message?: string;
  /** The first characters of its id. */
  readonly request?: string;
  readonly to?: string;
}

/**
 * Approves, rejects or cancels a request.
 * @throws TRANSITION_REQUEST_CLOSED, TRANSITION_REFUSED, TRANSITION_REQUEST_NOT_FOUND
 */
export async function decideRequest(
  decision: Decision,
  name: string,
  version: number,
  options: DecideOptions,
  terminal: Terminal,
): Promise<void> {
  const { store, by } = await openToChange(options);
  const { request } = await findRequest(store, name, version, options);
  const { requestId, target } = request;
  const to = targetText(target);
  const titled = `${printable(name)} version ${version}`;
  const what = { name, requestId, by, ...commentOf(options) };
  if (decision === 'approve') {
    const { granted, missing } = await approveRequest(store, what);
    say(
      terminal,
      granted
        ? `Approved. ${titled} is ${to}.\n`
        : `Approved. To go to ${to}, ${titled} still needs ${printable(missing.join('; '))}.\n`,
    );
    return;
  }
  const close = decision === 'reject' ? rejectRequest : cancelRequest;
  const { closed } = await close(store, what);
  say(terminal, `The request of ${printable(request.by.name)} was ${closed?.outcome}.\n`);
}

/**
 * Returns the open request. If none is open, it returns the last closed one, so that its outcome can be reported.
 */
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
      `Several requests are open for version ${version} of ${name}. Name one with --request:\n${list.join('\n')}`,
    );
  }
  const found = open[0] ?? all.at(-1);
  if (found !== undefined) return found;
  throw new TidemarkError(
    'TRANSITION_REQUEST_NOT_FOUND',
    `Version ${version} of ${JSON.stringify(name)} has no such transition request. List its requests with: tidemark models show ${name}`,
    { details: { model: name, version } },
  );
}
