import { LIMITS } from '@tidemark/core';
import type { Environment } from './environment.ts';

/**
 * The tags by which MLflow's clients and pages know where a run came from (names of mlflow/utils/mlflow_tags.py), and
 * Tidemark's own tags. Unknown facts have no tag. Values that are too long for a tag are truncated.
 */
export function environmentTags(environment: Environment): Record<string, string> {
  const { ci, git, host, lockfile, node, package: pkg, process } = environment;
  const tags: Record<string, string | undefined> = {
    'mlflow.user': host.user,
    'mlflow.source.name': process.entryPath,
    'mlflow.source.type': ci === undefined ? 'LOCAL' : 'JOB',
    'mlflow.source.git.commit': git?.commit,
    'mlflow.source.git.branch': branchOf(environment),
    'mlflow.source.git.dirty': isDirty(git)?.toString(),
    'mlflow.source.git.repoURL': git?.remoteUrl,
    'tidemark.node.version': node.version,
    'tidemark.os': `${host.platform} ${host.arch} ${host.osRelease}`.trimEnd(),
    'tidemark.package': named(pkg?.name, pkg?.version),
    'tidemark.lockfile.path': lockfile?.path,
    'tidemark.lockfile.sha256': lockfile?.sha256,
    'tidemark.ci.runUrl': ci?.runUrl,
  };
  return Object.fromEntries(
    Object.entries(tags)
      .filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '')
      .map(([key, value]) => [key, cut(value)]),
  );
}

/** Whether the code differs from the commit. A script that is not in git is a change, even without changed files. */
function isDirty(git: Environment['git']): boolean | undefined {
  return git?.scriptTracked === false ? true : git?.dirty;
}

/** The branch. CI services check out a commit without a branch; the job's branch counts only for that commit. */
function branchOf({ ci, git }: Environment): string | undefined {
  if (git?.branch !== undefined) return git.branch;
  return git?.commit !== undefined && git.commit === ci?.sha ? ci.branch : undefined;
}

function named(name: string | undefined, version: string | undefined): string | undefined {
  return name !== undefined && version !== undefined ? `${name}@${version}` : name;
}

function cut(value: string): string {
  if (value.length <= LIMITS.tagValueLength) return value;
  const kept = value.slice(0, LIMITS.tagValueLength);
  // Half of a surrogate pair cannot be encoded as UTF-8.
  return /[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept;
}
