import type { CiState } from './environment.ts';
import { withoutCredentials } from './git/remote-url.ts';

/**
 * The CI job that the variables of a continuous integration service describe: GitHub Actions, GitLab CI, or any other
 * service that sets `CI`. `undefined` outside of one.
 */
export function captureCi(env: NodeJS.ProcessEnv): CiState | undefined {
  if (env.GITHUB_ACTIONS === 'true') return known('github-actions', gitHubFacts(env));
  if (env.GITLAB_CI === 'true') return known('gitlab-ci', gitLabFacts(env));
  const isOther = env.CI !== undefined && !/^(|0|false)$/i.test(env.CI);
  return isOther ? { provider: 'unknown' } : undefined;
}

type Facts = { readonly [Key in Exclude<keyof CiState, 'provider'>]: string | undefined };

function gitHubFacts(env: NodeJS.ProcessEnv): Facts {
  const { GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: runId, GITHUB_SERVER_URL: server } = env;
  const attempt = env.GITHUB_RUN_ATTEMPT ? `/attempts/${env.GITHUB_RUN_ATTEMPT}` : '';
  const branch = env.GITHUB_REF_TYPE === 'branch' ? env.GITHUB_REF_NAME : undefined;
  return {
    runUrl:
      server && repository && runId
        ? withoutCredentials(`${server}/${repository}/actions/runs/${runId}${attempt}`)
        : undefined,
    workflow: env.GITHUB_WORKFLOW,
    job: env.GITHUB_JOB,
    sha: env.GITHUB_SHA,
    // For a pull request: its own branch, not the merge that is tested.
    branch: env.GITHUB_HEAD_REF || branch,
  };
}

function gitLabFacts(env: NodeJS.ProcessEnv): Facts {
  return {
    runUrl: env.CI_JOB_URL && withoutCredentials(env.CI_JOB_URL),
    workflow: env.CI_PIPELINE_NAME,
    job: env.CI_JOB_NAME,
    sha: env.CI_COMMIT_SHA,
    branch: env.CI_COMMIT_BRANCH || env.CI_MERGE_REQUEST_SOURCE_BRANCH_NAME,
  };
}

/** Leaves out variables that are not set, which these services also write as an empty text. */
function known(provider: string, facts: Facts): CiState {
  return { provider, ...Object.fromEntries(Object.entries(facts).filter(([, value]) => value)) };
}
