import { assertKey, LIMITS } from '@tidemark/core';
import { describe, expect, it } from 'vitest';
import type { Environment } from './environment.ts';
import { environmentTags } from './environment-tags.ts';

const COMMIT = 'c'.repeat(40);
const ENVIRONMENT: Environment = {
  format: 1,
  capturedAtMs: 1,
  process: { pid: 1, startTimeMs: 0, cwd: '/w', entryPath: 'src/train.ts', argv: [], execArgv: [] },
  node: { version: '20.19.0', v8: '11.3' },
  host: {
    platform: 'linux',
    arch: 'x64',
    osRelease: '6.1',
    cpuCount: 2,
    totalMemoryBytes: 1,
    hostname: 'box',
    user: 'ada',
  },
  git: { root: '/w', commit: COMMIT, branch: 'main', dirty: false, remoteUrl: 'https://h/m.git' },
  package: { path: 'package.json', name: '@shop/train', version: '1.2.0', dependencies: {} },
  lockfile: { path: 'package-lock.json', sha256: 'd'.repeat(64) },
};

describe('the tags of an environment', () => {
  it('mark the code as changed when the script is not in git', () => {
    const git = { root: '/w', commit: COMMIT, dirty: false, scriptTracked: false };
    expect(environmentTags({ ...ENVIRONMENT, git })['mlflow.source.git.dirty']).toBe('true');
  });

  it('have the names of MLflow, and for the rest names of Tidemark', () => {
    expect(environmentTags(ENVIRONMENT)).toEqual({
      'mlflow.user': 'ada',
      'mlflow.source.name': 'src/train.ts',
      'mlflow.source.type': 'LOCAL',
      'mlflow.source.git.commit': COMMIT,
      'mlflow.source.git.branch': 'main',
      'mlflow.source.git.dirty': 'false',
      'mlflow.source.git.repoURL': 'https://h/m.git',
      'tidemark.node.version': '20.19.0',
      'tidemark.os': 'linux x64 6.1',
      'tidemark.package': '@shop/train@1.2.0',
      'tidemark.lockfile.path': 'package-lock.json',
      'tidemark.lockfile.sha256': 'd'.repeat(64),
    });
  });

  it('mark a CI job as a job, and use its branch for the commit that it checked out', () => {
    const { branch: _, ...detached } = ENVIRONMENT.git ?? { root: '/w' };
    const ci = {
      provider: 'github-actions',
      runUrl: 'https://ci/1',
      sha: COMMIT,
      branch: 'deeper',
    };
    expect(environmentTags({ ...ENVIRONMENT, git: detached, ci })).toMatchObject({
      'mlflow.source.type': 'JOB',
      'mlflow.source.git.branch': 'deeper',
      'tidemark.ci.runUrl': 'https://ci/1',
    });
    const elsewhere = environmentTags({
      ...ENVIRONMENT,
      git: detached,
      ci: { ...ci, sha: 'e'.repeat(40) },
    });
    expect(elsewhere).not.toHaveProperty('mlflow.source.git.branch');
  });

  it('leave out what is not known', () => {
    const { format, capturedAtMs, node } = ENVIRONMENT;
    const { entryPath: _, ...process } = ENVIRONMENT.process;
    const { user: __, ...host } = ENVIRONMENT.host;
    expect(environmentTags({ format, capturedAtMs, node, process, host })).toEqual({
      'mlflow.source.type': 'LOCAL',
      'tidemark.node.version': '20.19.0',
      'tidemark.os': 'linux x64 6.1',
    });
  });

  it("follow MLflow's rules for keys and lengths", () => {
    const ci = { provider: 'unknown', runUrl: 'https://ci/1' };
    // An emoji is two code units and must not be split.
    const user = `a${'😀'.repeat(LIMITS.tagValueLength)}`;
    const tags = environmentTags({ ...ENVIRONMENT, ci, host: { ...ENVIRONMENT.host, user } });
    for (const [key, value] of Object.entries(tags)) {
      assertKey(key, 'tag');
      expect(value.length).toBeLessThanOrEqual(LIMITS.tagValueLength);
      expect(value.isWellFormed()).toBe(true);
    }
    expect(tags['mlflow.user']).toHaveLength(LIMITS.tagValueLength - 1);
  });
});
