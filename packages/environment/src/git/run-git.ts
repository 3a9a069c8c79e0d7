import { type ChildProcess, type ExecFileException, execFile } from 'node:child_process';
import { dirname } from 'node:path';

/** The outcome of a git process. `stdout` of a process that was stopped is what it had written so far. */
export type GitOutcome =
  | { readonly kind: 'done'; readonly stdout: Buffer }
  | { readonly kind: 'failed'; readonly exitCode: number }
  | { readonly kind: 'too-long'; readonly stdout: Buffer }
  | { readonly kind: 'too-slow' }
  | { readonly kind: 'unavailable' };

/** The inputs of a git process besides its arguments. */
export interface GitProcessOptions {
  /** The environment of the caller, with the search path, the home folder, and git's own configuration. */
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  readonly stdin?: Buffer;
}

/**
 * Runs git in one working tree. `share` is the part of the remaining time that this process may use. Default: all of
 * it.
 */
export type Git = (args: readonly string[], share?: number, stdin?: Buffer) => Promise<GitOutcome>;

const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;

// The author of a repository controls its configuration. It must not start a program: no file system monitor, no
// hook. (Content filters are named in the configuration: see content-filters.ts.)
const SAFE_ARGUMENTS = [
  '--no-pager',
  '--no-optional-locks',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
];
const SAFE_ENV = {
  // Never writes the index, so that a run that starts does not disturb a concurrent commit.
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  // A partial clone fetches missing objects, with a transport that its configuration may name.
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_LAZY_FETCH: '1',
  LC_ALL: 'C',
};

/**
 * Runs git in the working tree whose top folder is `root`, without a shell and without anything that the repository
 * can make it start or fetch. Kills it after `timeoutMs` milliseconds or 8 MiB of output. Does not pass on variables
 * with which a hook or an outer git would redirect it to another repository.
 */
function runGit(
  root: string,
  args: readonly string[],
  options: GitProcessOptions,
): Promise<GitOutcome> {
  return new Promise((resolve) => {
    if (options.timeoutMs <= 0) return resolve({ kind: 'too-slow' });
    const child = startGit(root, args, options.env, (outcome) => {
      clearTimeout(timer);
      resolve(outcome);
    });
    if (child === undefined) return resolve({ kind: 'unavailable' });
    // Not execFile's own timeout, which still waits for a process that cannot be killed, as on a file
    // system that hangs.
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
      child.unref();
      resolve({ kind: 'too-slow' });
    }, options.timeoutMs);
    // Ignored: a git that ends before it has read its input is judged by its exit.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.stdin);
  });
}

/** Git processes that share one time limit of `timeoutMs` milliseconds. */
export function gitWithDeadline(
  root: string,
  options: Pick<GitProcessOptions, 'env' | 'timeoutMs'>,
): Git {
  const endMs = performance.now() + options.timeoutMs;
  return (args, share = 1, stdin) =>
    runGit(root, args, {
      env: options.env,
      timeoutMs: (endMs - performance.now()) * share,
      ...(stdin === undefined ? {} : { stdin }),
    });
}

function startGit(
  root: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  onEnd: (outcome: GitOutcome) => void,
): ChildProcess | undefined {
  try {
    return execFile(
      'git',
      [...SAFE_ARGUMENTS, '-C', root, ...args],
      {
        // Not the repository, because Windows searches for programs in the current folder first.
        cwd: dirname(process.execPath),
        env: gitEnv(root, env),
        encoding: 'buffer',
        maxBuffer: MAX_OUTPUT_BYTES,
        killSignal: 'SIGKILL',
        windowsHide: true,
      },
      (error, stdout) => onEnd(outcomeOf(error, stdout)),
    );
  } catch {
    // The system cannot start the process, for example because the arguments are too long.
    return undefined;
  }
}

function outcomeOf(error: ExecFileException | null, stdout: Buffer): GitOutcome {
  if (error === null) return { kind: 'done', stdout };
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return { kind: 'too-long', stdout };
  if (typeof error.code === 'number') return { kind: 'failed', exitCode: error.code };
  return { kind: 'unavailable' };
}

function gitEnv(root: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const passedOn = Object.entries(env).filter(
    ([name]) => !/^GIT_/i.test(name) || /^GIT_CONFIG_/i.test(name),
  );
  // The ceiling stops git from searching above `root` when it does not accept the repository there.
  return { ...Object.fromEntries(passedOn), ...SAFE_ENV, GIT_CEILING_DIRECTORIES: dirname(root) };
}
