import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setModelTag } from '@tidemark/client';
import type { Store } from '@tidemark/core';
import { openFileStore } from '@tidemark/core/node';
import { temporaryFolder } from '@tidemark/test-kit';
import { type GithubContent, type GithubStandIn, githubStandIn } from './github-stand-in.ts';
import { type ActionCall, type ActionResult, runAction } from './run-action.ts';
import { webhookExample } from './webhook-example.ts';

const PULL_REQUEST: unknown = webhookExample('pull_request', ({ action }) => action === 'opened');

/** The commits of GitHub's example of a pull request. */
export const BASE = 'f95f852bd8fca8fcc58a9a2d6c842781e32a215e';
export const HEAD = 'ec26c3e57ca3a959ca5aad62de7213c562f8c821';
export const POLICY_PATH = '.github/model-gate.yml';

/** Requires two reviews of exactly these files, and an accuracy. */
export const POLICY = `
version: 1
models:
  - name: penguins
    tags:
      require:
        - {key: passed-gdpr-review, equals: "true", bound_to: [digest]}
        - {key: passed-performance-test, equals: "true", bound_to: [digest]}
    metrics:
      - {name: accuracy, direction: higher, threshold: 0.9}
`;

/** A checkout, a store outside it, and a pull request that is to be judged. */
export interface PullRequest {
  /** The folder with workspace and store. */
  readonly root: string;
  readonly workspace: string;
  readonly folder: string;
  readonly store: Store;
  readonly github: GithubStandIn;
  /** Runs the action. `call` replaces values of a sound pull request. */
  gate(call?: Partial<ActionCall>): Promise<ActionResult>;
}

/** Opens a pull request whose base has the policy, unless GitHub's whole content is given. */
export async function pullRequest(
  options: { readonly policy?: string; readonly content?: GithubContent } = {},
): Promise<PullRequest> {
  const root = temporaryFolder();
  const folder = join(root, 'store');
  const workspace = join(root, 'workspace');
  mkdirSync(workspace);
  const policyAtBase = { [`${BASE}:${POLICY_PATH}`]: options.policy ?? POLICY };
  const github = await githubStandIn(options.content ?? { files: policyAtBase });
  return {
    root,
    workspace,
    folder,
    store: openFileStore(folder),
    github,
    gate: (call = {}) =>
      runAction({
        inputs: { store: folder },
        eventName: 'pull_request',
        payload: PULL_REQUEST,
        apiUrl: github.url,
        workspace,
        ...call,
      }),
  };
}

/** Sets the tags that `POLICY` requires. The evidence names the version's files, or `digest`. */
export async function approve(store: Store, version: number, digest?: string): Promise<void> {
  for (const key of ['passed-gdpr-review', 'passed-performance-test']) {
    const evidence = { ciJob: 'reviews/7', ...(digest === undefined ? {} : { digest }) };
    await setModelTag({ store, name: 'penguins', version, key, value: 'true', evidence });
  }
}
