import { type ChildProcess, fork } from 'node:child_process';

/** The process that a server runs in. */
export interface ServerProcess {
  /**
   * Resolves when the process is asked to end: by SIGTERM, by Ctrl+C (a second one ends it at once), or when the
   * npm shell that started it has ended.
   */
  readonly ended: Promise<void>;
  /**
   * Ends the process with exit code 1 after this time, unless it has ended by itself. A name that is being
   * resolved, or a disk that does not answer, must not block a server that stops.
   */
  leaveWithin(ms: number): void;
  /** Starts `tidemark` once more with these words, as a child that sends and receives messages. */
  startChild(words: readonly string[]): ChildProcess;
  /** TIDEMARK_SECRET_KEY, which encrypts the secrets of webhooks. */
  readonly secretKey?: string;
}

const LOOK_FOR_PARENT_MS = 250;

/**
 * Calls `end` when the parent process has ended. `npx` and `npm run` start the command in a shell and send SIGTERM
 * to that shell, which ends without informing the command.
 */
function onParentGone(end: () => void): void {
  const { ppid } = process;
  const timer = setInterval(() => {
    if (process.ppid === ppid) return;
    clearInterval(timer);
    end();
  }, LOOK_FOR_PARENT_MS);
  timer.unref();
}

function startChild(words: readonly string[]): ChildProcess {
  const [, script = ''] = process.argv;
  // The child needs no secrets of webhooks, and cannot share the port of a debugger.
  const { TIDEMARK_SECRET_KEY: _, ...env } = process.env;
  return fork(script, words, {
    execArgv: process.execArgv.filter((word) => !word.startsWith('--inspect')),
    env,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** Returns this process. */
export function serverProcess(): ServerProcess {
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      process.off('SIGINT', end);
      process.off('SIGTERM', end);
      resolve();
    };
    process.on('SIGINT', end);
    process.on('SIGTERM', end);
    if (process.env.npm_lifecycle_event !== undefined) onParentGone(end);
  });
  const secretKey = process.env.TIDEMARK_SECRET_KEY;
  const leaveWithin = (ms: number): void => {
    const leave = (): void => {
      process.stderr.write(
        `tidemark server: cut off what still ran ${ms / 1000} s after the server was stopped.\n`,
      );
      process.exit(1);
    };
    setTimeout(leave, ms).unref();
  };
  return { ended, leaveWithin, startChild, ...(secretKey ? { secretKey } : {}) };
}
