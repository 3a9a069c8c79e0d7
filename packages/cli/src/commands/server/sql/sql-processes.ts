import type { ChildProcess } from 'node:child_process';
import { TidemarkError } from '@tidemark/core';
import type { SqlAnswer, SqlQuestion, SqlRunner } from '@tidemark/server';
import { SqlProcess } from './sql-process.ts';

/** Options of `SqlProcesses`. */
export interface SqlProcessesOptions {
  /** Starts a process that runs `answerQueries`. */
  readonly start: () => ChildProcess;
  /** The most queries that run at once, each in its own process. */
  readonly count: number;
  /** The time for a query with its whole answer. */
  readonly timeoutMs: number;
}

/** The most queries that wait for a process. */
const MOST_WAITING = 32;
/** A process that had no query for so long ends, to free its memory. */
const IDLE_MS = 5 * 60_000;

/** A process that has no query, and the view of its last one, whose session it may still have. */
interface Idle {
  readonly process: SqlProcess;
  readonly view: string;
  readonly timer: NodeJS.Timeout;
}

/**
 * Runs queries in processes: SQL of others may need any amount of memory in one step that nothing interrupts, and then only
 * the end of a process helps.
 */
export class SqlProcesses implements SqlRunner {
  readonly #options: SqlProcessesOptions;
  readonly #all = new Set<SqlProcess>();
  readonly #idle: Idle[] = [];
  readonly #waiting: (() => void)[] = [];
  #busy = 0;
  #isClosed = false;

  constructor(options: SqlProcessesOptions) {
    this.#options = options;
  }

  async run(question: SqlQuestion, signal: AbortSignal): Promise<SqlAnswer> {
    await this.#turn(signal);
    const { timeoutMs } = this.#options;
    const limit = new AbortController();
    const onGone = (): void => limit.abort(signal.reason);
    signal.addEventListener('abort', onGone, { once: true });
    const timer = setTimeout(() => limit.abort(timedOut(timeoutMs)), timeoutMs);
    const view = JSON.stringify(question.view ?? null);
    const process = this.#take(view);
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onGone);
      this.#giveBack(process, view);
    };
    return process.ask(question, limit.signal, done);
  }

  /** Ends all processes. Running queries fail. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { timer } of this.#idle) clearTimeout(timer);
    await Promise.all([...this.#all].map((process) => process.kill()));
  }

  /** Waits until fewer than the most queries run. */
  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#busy < this.#options.count) {
      this.#busy += 1;
      return;
    }
    if (this.#waiting.length >= MOST_WAITING) throw busy();
    await new Promise<void>((resolve, reject) => {
      const begin = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(begin), 1);
        reject(signal.reason);
      };
      this.#waiting.push(begin);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Returns a process without a query, preferably one with a session of the same view. */
  #take(view: string): SqlProcess {
    const usable = this.#idle.filter(({ process }) => process.isUsable);
    const chosen = usable.find((idle) => idle.view === view) ?? usable.at(-1);
    if (chosen === undefined) return this.#start();
    this.#idle.splice(this.#idle.indexOf(chosen), 1);
    clearTimeout(chosen.timer);
    return chosen.process;
  }

  #start(): SqlProcess {
    const process = new SqlProcess(this.#options.start());
    this.#all.add(process);
    void process.gone.then(() => {
      this.#all.delete(process);
      const place = this.#idle.findIndex((idle) => idle.process === process);
      if (place !== -1) clearTimeout(this.#idle.splice(place, 1)[0]?.timer);
    });
    return process;
  }

  #giveBack(process: SqlProcess, view: string): void {
    if (process.isUsable && !this.#isClosed) {
      const timer = setTimeout(() => void process.kill(), IDLE_MS);
      timer.unref();
      this.#idle.push({ process, view, timer });
    }
    const next = this.#waiting.shift();
    if (next === undefined) this.#busy -= 1;
    else next();
  }
}

function busy(): TidemarkError {
  return new TidemarkError(
    'SQL_BUSY',
    `${MOST_WAITING} queries wait already, so this one did not start. Send it again later.`,
  );
}

function timedOut(timeoutMs: number): TidemarkError {
  return new TidemarkError(
    'SQL_TIMED_OUT',
    `The query took longer than ${timeoutMs / 1000} s, and was stopped. Select less, or start the server with a greater --sql-time.`,
  );
}
