import { type ChildProcess, type ExecFileException, execFile } from 'node:child_process';
import { dirname } from 'node:path';

/** How a git process ended. `stdout` of a process that was cut off is what it had written so far. */
export type GitOutcome =
  | { readonly kind: 'done'; readonly stdout: Buffer }
  | { readonly kind: 'failed'; readonly exitCode: number }
  | { readonly kind: 'too-long'; readonly stdout: Buffer }
  | { readonly kind: 'too-slow' }
  | { readonly kind: 'unavailable' };

/** What a git process needs in addition to its arguments. */
export interface GitProcessOptions {
  /** The environment of the caller: the search path, the home folder, git's own configuration. */
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  readonly stdin?: Buffer;
}

/**
 * Runs git in one working tree. `share` is the part of the time left that this process may take, by
 * default all of it.
 */
export type Git = (args: readonly string[], share?: number, stdin?: Buffer) => Promise<GitOutcome>;

const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;

// The author of a repository controls its configuration. It must not start a program: no file system monitor, no
// hook. (Content filters have names of their own: see content-filters.ts.)
const SAFE_ARGUMENTS = [
  '--no-pager',
  '--no-optional-locks',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
];
const SAFE_ENV = {
  // Never writes the index, so a run that starts does not disturb a commit being made.
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  // A partial clone fetches what it misses, by a transport that its configuration may name.
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_LAZY_FETCH: '1',
  LC_ALL: 'C',
};

/**
 * Runs git in the working tree whose top folder is `root`: without a shell, with nothing that the
 * repository can make it start or fetch, killed after `timeoutMs` or 8 MiB of output. Variables by
 * which a hook or an outer git would point it at another repository are not passed on.
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
    // Not execFile's own timeout: that one still waits for a process that cannot die, as on a file
    // system that hangs.
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
      child.unref();
      resolve({ kind: 'too-slow' });
    }, options.timeoutMs);
    // A git that ends before it has read its input is judged by how it ended.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.stdin);
  });
}

/** Git processes that have `timeoutMs` together. */
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
        // Not the repository: Windows looks for programs in the current folder first.
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
    // The system starts no such process, as when the arguments are too long for it.
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
  // The ceiling keeps git from looking above `root` when it does not accept the repository there.
  return { ...Object.fromEntries(passedOn), ...SAFE_ENV, GIT_CEILING_DIRECTORIES: dirname(root) };
}
