import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { assertOptions, redactArguments, TidemarkError } from '@tidemark/core';
import { captureCi } from './ci.ts';
import type { Environment } from './environment.ts';
import { captureGit } from './git/git.ts';
import { findWorkingTree } from './git/working-tree.ts';
import { captureHost } from './host.ts';
import { findLockfile } from './package/lockfile.ts';
import { findPackage, isInstalled } from './package/packages.ts';
import { pathInside, shownPath } from './shown-path.ts';
import { withoutKnownSecretsInside } from './without-known-secrets-inside.ts';

/** Options of `captureEnvironment`. The defaults describe this process. */
export interface CaptureOptions {
  /** Default: the current folder of the process. */
  readonly cwd?: string;
  /** The command line with the program first and the script second. Default: `process.argv`. */
  readonly argv?: readonly string[];
  /**
   * The environment variables of the caller, which this package never reads itself. Git needs the search path and the
   * home folder; variables identify a continuous integration service, and name the user when the system does not.
   * Default: none, so that git is used from the system's own folders and no CI is seen. The variables are not
   * recorded.
   */
  readonly env?: NodeJS.ProcessEnv;
  /** Time limit in milliseconds for git. After it, git is stopped and its facts are absent. Default: 3000. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 3_000;
/** Whether Node runs a program that was passed as text. */
const EVALUATED = process.execArgv.some((option) =>
  /^(-e|-p|-pe|--eval|--print)(=|$)/.test(option),
);

/**
 * Captures where and from which code this process runs: git, the script, the command line, Node, the machine, the
 * package with its installed dependencies, the lock file, the CI job. A fact that cannot be determined is absent and
 * never an error. Writes nothing and uses no network.
 *
 * Searches for package and lock file in the script's folder and the folders above it, up to the top of the git working
 * tree. If the script is an installed command, or is outside of the working tree, the search starts at `cwd`.
 *
 * @throws INVALID_ARGUMENT when `timeoutMs` is not a positive number
 *
 * @example
 * ```ts
 * const { git, node, package: pkg } = await captureEnvironment({ env: process.env });
 * console.log(git?.commit, git?.dirty, node.version, pkg?.dependencies);
 * ```
 */
export async function captureEnvironment(options: CaptureOptions = {}): Promise<Environment> {
  assertOptions(options, 'captureEnvironment', {
    cwd: 'string?',
    argv: 'strings?',
    env: 'object?',
    timeoutMs: 'number?',
  });
  const { argv = process.argv, env = {}, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  assertTimeout(timeoutMs);
  const capturedAtMs = Date.now();
  const cwd = await realPath(resolve(options.cwd ?? process.cwd()));
  const [root, entry] = await Promise.all([findWorkingTree(cwd), entryOf(argv, cwd)]);
  const bases = [root, cwd];
  const folder = projectFolder(entry, root, cwd);
  const [git, found, lockfile] = await Promise.all([
    root === undefined ? undefined : captureGit(root, { env, timeoutMs }, scriptIn(root, entry)),
    findPackage(folder, root),
    findLockfile(folder, root),
  ]);
  const ci = captureCi(env);
  return withoutKnownSecretsInside<Environment>({
    format: 1,
    capturedAtMs,
    process: {
      pid: process.pid,
      startTimeMs: Math.round(performance.timeOrigin),
      cwd,
      ...(entry === undefined ? {} : { entryPath: shownPath(entry, bases) }),
      argv: redactArguments(argv),
      execArgv: redactArguments(process.execArgv),
    },
    node: { version: process.versions.node, v8: process.versions.v8 },
    host: captureHost(env),
    ...(git === undefined ? {} : { git }),
    ...(found === undefined ? {} : { package: { ...found, path: shownPath(found.path, bases) } }),
    ...(lockfile === undefined
      ? {}
      : { lockfile: { ...lockfile, path: shownPath(lockfile.path, bases) } }),
    ...(ci === undefined ? {} : { ci }),
  });
}

function assertTimeout(timeoutMs: number): void {
  if (timeoutMs > 0 && timeoutMs <= 2 ** 31 - 1) return;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    `timeoutMs is ${timeoutMs}. Give a positive number of milliseconds, such as ${DEFAULT_TIMEOUT_MS}.`,
    { details: { timeoutMs } },
  );
}

/** The script's absolute path. Links are resolved, because npm starts commands through links. */
async function entryOf(argv: readonly string[], cwd: string): Promise<string | undefined> {
  const script = argv[1];
  // Without a script file, Node puts the first argument in its place, or `-` for standard input.
  const isScript = script !== undefined && script !== '-' && !(argv === process.argv && EVALUATED);
  return isScript ? realPath(resolve(cwd, script)) : undefined;
}

/** The script's path below the git root, in git's form. */
function scriptIn(root: string, entry: string | undefined): string | undefined {
  return entry === undefined || isInstalled(entry) ? undefined : pathInside(root, entry);
}

function projectFolder(entry: string | undefined, root: string | undefined, cwd: string): string {
  if (entry === undefined || isInstalled(entry)) return cwd;
  // Starts at the path itself, because `node .` gives a folder as the script. The search finds nothing below a file.
  return pathInside(root ?? cwd, entry) === undefined ? cwd : entry;
}

/** The path itself if it does not exist. */
async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return path;
  }
}
