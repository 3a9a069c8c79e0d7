import type { SqlChannel } from './answer-queries.ts';
import type { ToSqlProcess } from './sql-messages.ts';

/** Returns the channel to the process that started this one. When that ends, this one ends too. */
export function parentChannel(): SqlChannel {
  const die = (): void => {
    process.kill(process.pid, 'SIGKILL');
  };
  process.on('disconnect', die);
  // Ctrl+C reaches every process of a terminal. The server decides when this one ends.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
  return {
    die,
    send: (message) => {
      if (process.connected) process.send?.(message);
    },
    receive: (take) => {
      process.on('message', (message) => take(message as ToSqlProcess));
      return new Promise(() => {});
    },
  };
}
