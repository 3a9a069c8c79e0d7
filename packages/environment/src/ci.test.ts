import { describe, expect, it } from 'vitest';
import { captureCi } from './ci.ts';

describe('the CI job', () => {
  it('is read from the variables of GitHub Actions, for a pull request', () => {
    expect(
      captureCi({
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_SERVER_URL: 'https://github.com',
        GITHUB_REPOSITORY: 'ada/model',
        GITHUB_RUN_ID: '42',
        GITHUB_RUN_ATTEMPT: '2',
        GITHUB_WORKFLOW: 'Train',
        GITHUB_JOB: 'fit',
        GITHUB_SHA: 'a'.repeat(40),
        GITHUB_REF_TYPE: 'branch',
        GITHUB_REF_NAME: '7/merge',
        GITHUB_HEAD_REF: 'deeper',
      }),
    ).toEqual({
      provider: 'github-actions',
      runUrl: 'https://github.com/ada/model/actions/runs/42/attempts/2',
      workflow: 'Train',
      job: 'fit',
      sha: 'a'.repeat(40),
      branch: 'deeper',
    });
  });

  it('is read from the variables of GitHub Actions, for a branch and for a tag', () => {
    const ref = { GITHUB_ACTIONS: 'true', GITHUB_REF_NAME: 'v1', GITHUB_HEAD_REF: '' };
    expect(captureCi({ ...ref, GITHUB_REF_TYPE: 'branch' })).toMatchObject({ branch: 'v1' });
    expect(captureCi({ ...ref, GITHUB_REF_TYPE: 'tag' })).toEqual({ provider: 'github-actions' });
  });

  it('is read from the variables of GitLab CI', () => {
    expect(
      captureCi({
        GITLAB_CI: 'true',
        CI_JOB_URL: 'https://gitlab.com/ada/model/-/jobs/7',
        CI_JOB_NAME: 'fit',
        CI_COMMIT_SHA: 'b'.repeat(40),
        CI_COMMIT_BRANCH: 'main',
      }),
    ).toEqual({
      provider: 'gitlab-ci',
      runUrl: 'https://gitlab.com/ada/model/-/jobs/7',
      job: 'fit',
      sha: 'b'.repeat(40),
      branch: 'main',
    });
  });

  it('is unknown in another service, and absent outside of CI', () => {
    expect(captureCi({ CI: '1' })).toEqual({ provider: 'unknown' });
    expect(captureCi({ CI: 'false' })).toBeUndefined();
    expect(captureCi({ CI: '' })).toBeUndefined();
    expect(captureCi({})).toBeUndefined();
  });
});
