/** What a server needs of the process that it runs in. */
export interface ServerProcess {
  /** Resolves when the process is asked to end, by SIGTERM or Ctrl+C; a second time ends it at once. */
  readonly ended: Promise<void>;
  /** TIDEMARK_SECRET_KEY, which encrypts the secrets of webhooks. */
  readonly secretKey?: string;
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
  });
  const secretKey = process.env.TIDEMARK_SECRET_KEY;
  return { ended, ...(secretKey ? { secretKey } : {}) };
}
