import type { EndOpenRuns } from '../../ambient/open-runs.ts';

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Calls `endOpenRuns` when this process ends with active runs: FAILED with the error for an uncaught exception,
 * KILLED for a signal, and at a plain exit FINISHED, or FAILED when the exit code is not 0 (like MLflow at exit).
 * It changes nothing else: the process ends as it would have, and a program can still handle a signal itself.
 */
export function watchProcessEnd(endOpenRuns: EndOpenRuns): () => void {
  const onException = (error: unknown): void => endOpenRuns('FAILED', error);
  const onExit = (code: number): void => endOpenRuns(code === 0 ? 'FINISHED' : 'FAILED');
  const onSignal = (signal: NodeJS.Signals): void => {
    // Another listener decides whether the process ends. The exit handler runs if it does.
    if (process.listenerCount(signal) > 1) return;
    endOpenRuns('KILLED');
    process.off(signal, onSignal);
    process.kill(process.pid, signal);
  };
  process.on('uncaughtExceptionMonitor', onException);
  process.on('exit', onExit);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return () => {
    process.off('uncaughtExceptionMonitor', onException);
    process.off('exit', onExit);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
}
