import { readFileSync } from 'node:fs';
import { TidemarkError } from '@tidemark/core';
import { z } from 'zod';
import type { Env } from './env.ts';

/** A repository on GitHub. */
export interface Repository {
  readonly owner: string;
  readonly name: string;
}

/** The place of the policy: at a commit, or at the newest commit of a branch. */
export type PolicyRef =
  | { readonly kind: 'commit'; readonly sha: string; readonly what: string }
  | { readonly kind: 'branch'; readonly branch: string; readonly what: string };

/** The event that started the gate. */
export interface GateEvent {
  readonly repository: Repository;
  /** Never a commit or branch that the author of the change can write to. */
  readonly policyRef: PolicyRef;
}

const SUPPORTED = 'pull_request, merge_group, push to the default branch, and workflow_dispatch';

const sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
const repository = z.object({ full_name: z.string(), default_branch: z.string().min(1) });
// GitHub's webhook payloads, as in @octokit/webhooks-examples, with only the fields that are used here.
const payloads = {
  pull_request: z.object({ pull_request: z.object({ base: z.object({ sha }) }), repository }),
  merge_group: z.object({ merge_group: z.object({ base_sha: sha }), repository }),
  push: z.object({ ref: z.string(), after: sha, repository }),
  workflow_dispatch: z.object({ repository }),
};

/**
 * Reads the event that started the workflow: GITHUB_EVENT_NAME, GITHUB_EVENT_PATH, GITHUB_REPOSITORY.
 * @throws EVENT_UNSUPPORTED for an event that the gate cannot judge on
 */
export function readEvent(env: Env): GateEvent {
  const name = env.GITHUB_EVENT_NAME ?? '';
  switch (name) {
    case 'pull_request': {
      const payload = readPayload(env, payloads.pull_request);
      const { sha: base } = payload.pull_request.base;
      return event(env, payload, {
        kind: 'commit',
        sha: base,
        what: 'the base of the pull request',
      });
    }
    case 'merge_group': {
      const payload = readPayload(env, payloads.merge_group);
      const { base_sha: base } = payload.merge_group;
      return event(env, payload, {
        kind: 'commit',
        sha: base,
        what: 'the base of the merge group',
      });
    }
    case 'push': {
      const payload = readPayload(env, payloads.push);
      const { default_branch: branch } = payload.repository;
      if (payload.ref !== `refs/heads/${branch}` || /^0+$/.test(payload.after)) {
        // On every other branch, the author of the push could change the policy.
        throw unsupported(
          `A push to ${payload.ref} has its own policy, so the gate does not judge it. Run the gate on pull_request, or only on pushes to ${branch}.`,
        );
      }
      return event(env, payload, { kind: 'commit', sha: payload.after, what: `the commit pushed` });
    }
    case 'workflow_dispatch': {
      const payload = readPayload(env, payloads.workflow_dispatch);
      const { default_branch: branch } = payload.repository;
      return event(env, payload, { kind: 'branch', branch, what: `the default branch, ${branch}` });
    }
    default:
      throw unsupported(
        `The gate does not support the event ${JSON.stringify(name)}. Run it on ${SUPPORTED}.`,
      );
  }
}

function event(
  env: Env,
  payload: { readonly repository: z.infer<typeof repository> },
  policyRef: PolicyRef,
): GateEvent {
  const fullName = env.GITHUB_REPOSITORY || payload.repository.full_name;
  const parts = /^([\w.-]+)\/([\w.-]+)$/.exec(fullName);
  if (parts === null) {
    throw unsupported(`GITHUB_REPOSITORY is ${JSON.stringify(fullName)}, not owner/name.`);
  }
  const [, owner, name] = parts as unknown as [string, string, string];
  return { repository: { owner, name }, policyRef };
}

function readPayload<T>(env: Env, schema: z.ZodType<T>): T {
  const path = env.GITHUB_EVENT_PATH ?? '';
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw unsupported(
      `The payload of the event, GITHUB_EVENT_PATH=${JSON.stringify(path)}, cannot be read. Run the action in a workflow of GitHub Actions.`,
      error,
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw unsupported(
    `The payload of the event ${env.GITHUB_EVENT_NAME} is not what GitHub sends: ${z.prettifyError(parsed.error)}`,
  );
}

function unsupported(message: string, cause?: unknown): TidemarkError {
  return new TidemarkError('EVENT_UNSUPPORTED', message, { cause });
}
