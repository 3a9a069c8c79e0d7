import type { GitState } from '../environment.ts';
import { contentFilters, FILTER_KEYS, filtersOf } from './content-filters.ts';
import { readGitConfig } from './git-config.ts';
import { COMMIT_ID, parseGitStatus } from './git-status.ts';
import { withoutCredentials } from './remote-url.ts';
import { type Git, type GitProcessOptions, gitWithDeadline } from './run-git.ts';

const REMOTE_KEYS = '^remote\\..*\\.url$';
const REMOTE_KEY = /^remote\.(.*)\.url$/s;
/** Share of the remaining time, so that a slow status leaves time to ask for only the commit. */
const STATUS_SHARE = 0.75;

/**
 * The state of the git working tree whose top folder is `root`, and of the script in it. Usually starts three
 * processes, two of them at once, and one more when content filters are defined and files are changed. `undefined`
 * when git is not installed, does not accept the repository (`safe.directory`) or does not answer within `timeoutMs`
 * milliseconds, which bounds all processes together. Writes nothing, and runs no program that the configuration names.
 */
export async function captureGit(
  root: string,
  options: Pick<GitProcessOptions, 'env' | 'timeoutMs'>,
  script?: string,
): Promise<GitState | undefined> {
  const git = gitWithDeadline(root, options);
  const [config, scriptTracked] = await Promise.all([
    readGitConfig(git, `${REMOTE_KEYS}|${FILTER_KEYS}`),
    isTracked(git, script),
  ]);
  if (config === undefined) return undefined;
  const head = (await readStatus(git, config)) ?? (await readHead(git));
  if (head === undefined) return undefined;
  const remoteUrl = remoteUrlOf(config);
  return {
    root,
    ...head,
    ...(scriptTracked === undefined ? {} : { scriptTracked }),
    ...(remoteUrl === undefined ? {} : { remoteUrl }),
  };
}

/** Whether the script is in git; `undefined` when it is outside the working tree, or git did not answer. */
async function isTracked(git: Git, script: string | undefined): Promise<boolean | undefined> {
  if (script === undefined) return undefined;
  const outcome = await git(['--literal-pathspecs', 'ls-files', '--error-unmatch', '--', script]);
  if (outcome.kind === 'done') return true;
  return outcome.kind === 'failed' && outcome.exitCode === 1 ? false : undefined;
}

function remoteUrlOf(config: readonly [key: string, value: string][]): string | undefined {
  const remotes = new Map<string, string>();
  for (const [key, value] of config) {
    const name = REMOTE_KEY.exec(key)?.[1];
    if (name !== undefined && !remotes.has(name)) remotes.set(name, value);
  }
  const url = remotes.get('origin') ?? [...remotes.values()][0];
  return url === undefined ? undefined : withoutCredentials(url);
}

async function readStatus(
  git: Git,
  config: readonly [key: string, value: string][],
): Promise<Omit<GitState, 'root'> | undefined> {
  const filters = contentFilters(config.map(([key]) => key));
  if (filters.disableArguments === undefined) return undefined;
  const outcome = await git(
    [
      ...filters.disableArguments,
      'status',
      '--porcelain=v2',
      '--branch',
      '-z',
      '--untracked-files=no',
      // To examine a submodule, git would start another git there, under that repository's configuration.
      '--ignore-submodules=dirty',
      '--no-renames',
      '--no-ahead-behind',
    ],
    STATUS_SHARE,
  );
  if (outcome.kind !== 'done' && outcome.kind !== 'too-long') return undefined;
  const { certainChanges, contentChanges, ...head } = parseGitStatus(outcome.stdout);
  if (certainChanges) return { ...head, dirty: true };
  if (contentChanges.length === 0) return { ...head, dirty: false };
  if (filters.names.size === 0) return { ...head, dirty: true };
  const unfiltered = await anyWithoutFilter(git, contentChanges, filters.names);
  return unfiltered ? { ...head, dirty: true } : head;
}

/** Whether one of the paths has no filter, so that git compared the content that it would commit. */
async function anyWithoutFilter(
  git: Git,
  paths: readonly Buffer[],
  filterNames: ReadonlySet<string>,
): Promise<boolean> {
  const filters = await filtersOf(git, paths);
  return filters?.some((name) => !filterNames.has(name)) ?? false;
}

/** Only the commit and branch, for when the status took too long or failed. */
async function readHead(git: Git): Promise<Omit<GitState, 'root'> | undefined> {
  const outcome = await git(['rev-parse', 'HEAD', '--symbolic-full-name', 'HEAD']);
  if (outcome.kind !== 'done') return undefined;
  const [commit = '', ref = ''] = outcome.stdout.toString('utf8').trim().split('\n');
  if (!COMMIT_ID.test(commit)) return undefined;
  const branch = /^refs\/heads\/(.+)$/.exec(ref)?.[1];
  return { commit, ...(branch === undefined ? {} : { branch }) };
}
