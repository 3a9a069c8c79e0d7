/** What a server needs of the process that it runs in. */
export interface ServerProcess {
  /**
   * Resolves when the process is asked to end, by SIGTERM or Ctrl+C (a second time ends it at once), or when
   * the shell of npm that started it is gone.
   */
  readonly ended: Promise<void>;
  /**
   * Ends the process after so many milliseconds with exit code 1, unless it has ended by itself: a name that is being
   * resolved, or a disk that does not answer, must not block a server that is stopping.
   */
  leaveWithin(ms: number): void;
  /** TIDEMARK_SECRET_KEY, which encrypts the secrets of webhooks. */
  readonly secretKey?: string;
}

const LOOK_FOR_PARENT_MS = 250;

/**
 * `npx` and `npm run` put a shell between themselves and the command. They hand SIGTERM on to that shell,
 * which ends without telling the command; that its parent is gone is all that the command notices.
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

/** This process. */
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
        `tidemark server: something still ran ${ms / 1000} s after the server was stopped; it was cut off.\n`,
      );
      process.exit(1);
    };
    setTimeout(leave, ms).unref();
  };
  return { ended, leaveWithin, ...(secretKey ? { secretKey } : {}) };
}
