import { Buffer } from 'node:buffer';
import { TidemarkError } from '@tidemark/core';
import { z } from 'zod';
import type { PolicyRef, Repository } from './event.ts';

/** The text of a policy and the commit that it was read at. */
export interface PolicyText {
  readonly text: string;
  readonly sha: string;
}

/** Reads policies. It is an interface, so that the decision does not depend on GitHub. */
export interface PolicySource {
  read(repository: Repository, path: string, ref: PolicyRef): Promise<PolicyText>;
}

/** The address of GitHub's REST API, and the token. */
export interface GithubConnection {
  /** GITHUB_API_URL. */
  readonly apiUrl: string;
  readonly token: string;
}

const DEFAULT_API_URL = 'https://api.github.com';
const REQUEST_TIMEOUT_MS = 30_000;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

// GET /repos/{owner}/{repo}/contents/{path} for a file; folders are lists, and links have other types.
const fileContent = z.object({
  type: z.literal('file'),
  encoding: z.literal('base64'),
  content: z.string(),
});

/**
 * Reads policies through GitHub's REST API at a commit, never from a checkout.
 * @throws INVALID_ARGUMENT for an address that the token should not be sent to
 */
export async function githubPolicySource(connection: GithubConnection): Promise<PolicySource> {
  const baseUrl = checkedApiUrl(connection.apiUrl);
  // It is imported late, because @actions/github reads the payload of the event on import, and throws if it cannot.
  const { getOctokit } = await import('@actions/github');
  const { rest } = getOctokit(connection.token, { baseUrl });

  async function commitOf({ owner, name: repo }: Repository, ref: PolicyRef): Promise<string> {
    if (ref.kind === 'commit') return ref.sha;
    const request = { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) };
    const { data } = await rest.repos.getBranch({ owner, repo, branch: ref.branch, request });
    return data.commit.sha;
  }

  return {
    async read(repository, path, ref) {
      const { owner, name: repo } = repository;
      try {
        const sha = await commitOf(repository, ref);
        const request = { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) };
        const { data } = await rest.repos.getContent({ owner, repo, path, ref: sha, request });
        const file = fileContent.safeParse(data);
        if (!file.success) {
          throw new TidemarkError(
            'POLICY_INVALID',
            `${path} at ${ref.what} (${sha}) is not a file of less than a megabyte, so it cannot be a policy.`,
          );
        }
        return { text: Buffer.from(file.data.content, 'base64').toString('utf8'), sha };
      } catch (error) {
        throw explained(error, repository, path, ref);
      }
    },
  };
}

function checkedApiUrl(apiUrl: string): string {
  const given = apiUrl === '' ? DEFAULT_API_URL : apiUrl;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const safe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname));
  if (safe) return given.replace(/\/+$/, '');
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `GITHUB_API_URL is ${JSON.stringify(given)}, and the token may only be sent over https:. Set an https: address.`,
  );
}

function explained(error: unknown, repository: Repository, path: string, ref: PolicyRef): Error {
  const status = statusOf(error);
  if (status === undefined && error instanceof TidemarkError) return error;
  const repo = `${repository.owner}/${repository.name}`;
  const place = `${ref.what}${ref.kind === 'commit' ? ` (${ref.sha})` : ''} in ${repo}`;
  const problem =
    status === 404
      ? `There is no ${path} at ${place}, or the token may not read it. Commit the policy to the base branch before the pull request, and give the job "contents: read".`
      : status === 401 || status === 403 || status === 429
        ? `GitHub refused to return ${path} at ${place} (status ${status}). Give the job "contents: read", or wait if the rate limit is exceeded.`
        : `${path} at ${place} could not be read: ${status === undefined ? '' : `GitHub answered ${status}; `}${error instanceof Error ? error.message : String(error)}. Run the job again.`;
  return new TidemarkError(status === 404 ? 'POLICY_NOT_FOUND' : 'GITHUB_API_FAILED', problem, {
    cause: error,
  });
}

/** The status of GitHub's answer; `undefined` if it did not answer (octokit's RequestError). */
function statusOf(error: unknown): number | undefined {
  const parsed = z
    .object({ name: z.literal('HttpError'), status: z.int() })
    .safeParse(
      error instanceof Error ? { name: error.name, status: Reflect.get(error, 'status') } : error,
    );
  return parsed.success ? parsed.data.status : undefined;
}
