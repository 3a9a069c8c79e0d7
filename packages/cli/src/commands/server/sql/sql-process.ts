import type { ChildProcess } from 'node:child_process';
import { ERROR_CODES, type ErrorCode, TidemarkError } from '@tidemark/core';
import type { SqlAnswer, SqlQuestion } from '@tidemark/server';
import type { FromSqlProcess, SentError, ToSqlProcess } from './sql-messages.ts';

/** After a stop, a process has this time to be ready for the next query. Otherwise it is killed. */
const STOPPING_MS = 2000;

/** A process that answers one query at a time. It may end at any time, and then fails the query that it works on. */
export class SqlProcess {
  readonly #child: ChildProcess;
  #query = 0;
  #waiting:
    | {
        readonly resolve: (message: FromSqlProcess) => void;
        readonly reject: (error: unknown) => void;
      }
    | undefined;
  #onStopped: (() => void) | undefined;
  #isGone = false;
  #isEnding = false;
  /** Resolves when the process has ended. */
  readonly gone: Promise<void>;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (message) => this.#receive(message as FromSqlProcess));
    this.gone = new Promise((resolve) => {
      const onGone = (code: number | null, signal: NodeJS.Signals | null): void => {
        if (this.#isGone) return;
        this.#isGone = true;
        this.#waiting?.reject(endedEarly(code, signal));
        this.#onStopped?.();
        resolve();
      };
      child.on('exit', onGone);
      child.on('error', () => onGone(1, null));
    });
  }

  /** Whether the process can take a query. */
  get isUsable(): boolean {
    return !this.#isGone && !this.#isEnding;
  }

  /**
   * Runs a query. `done` is called once, when the process is ready for the next one or has ended.
   * @throws the errors of the query, and the reason of the signal
   */
  async ask(question: SqlQuestion, signal: AbortSignal, done: () => void): Promise<SqlAnswer> {
    this.#query += 1;
    const query = this.#query;
    let isOver = false;
    const finish = (): void => {
      if (isOver) return;
      isOver = true;
      signal.removeEventListener('abort', onAbort);
      void this.#stop(query).then(done);
    };
    const onAbort = (): void => {
      this.#waiting?.reject(signal.reason);
      finish();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      signal.throwIfAborted();
      const answer = await this.#exchange({ query, kind: 'ask', question });
      if (answer.kind !== 'answer') throw unexpected(answer);
      const { mediaType, isCut } = answer;
      return { mediaType, isCut, bytes: this.#bytes(query, signal, finish) };
    } catch (error) {
      finish();
      throw error;
    }
  }

  /** Ends the process at once. */
  async kill(): Promise<void> {
    this.#isEnding = true;
    this.#child.kill('SIGKILL');
    await this.gone;
  }

  async *#bytes(
    query: number,
    signal: AbortSignal,
    finish: () => void,
  ): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        signal.throwIfAborted();
        const message = await this.#exchange({ query, kind: 'next' });
        if (message.kind === 'end') return;
        if (message.kind !== 'bytes') throw unexpected(message);
        yield message.bytes;
      }
    } finally {
      finish();
    }
  }

  /** Stops what is left of a query. A process that does not stop in time is killed. */
  async #stop(query: number): Promise<void> {
    if (this.#isGone) return;
    const stopped = new Promise<void>((resolve) => {
      this.#onStopped = resolve;
    });
    const timer = setTimeout(() => void this.kill(), STOPPING_MS);
    this.#send({ query, kind: 'stop' });
    await stopped;
    clearTimeout(timer);
    this.#onStopped = undefined;
    if (this.#isEnding) await this.gone;
  }

  #exchange(message: ToSqlProcess): Promise<FromSqlProcess> {
    return new Promise((resolve, reject) => {
      if (this.#isGone) reject(endedEarly(null, null));
      this.#waiting = { resolve, reject };
      this.#send(message);
    });
  }

  #send(message: ToSqlProcess): void {
    // A process that is ending cannot be written to; its end is noticed anyway.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #receive(message: FromSqlProcess): void {
    if (message.query !== this.#query) return;
    if (message.kind === 'stopped') this.#onStopped?.();
    else this.#waiting?.resolve(message);
  }
}

function unexpected(message: FromSqlProcess): Error {
  return message.kind === 'error'
    ? receivedError(message.error)
    : new Error(`The process for SQL sent ${message.kind}.`);
}

function receivedError({ code, message, details }: SentError): Error {
  if (code === undefined || !Object.hasOwn(ERROR_CODES, code)) return new Error(message);
  return new TidemarkError(code as ErrorCode, message, details === undefined ? {} : { details });
}

/** The process, or the system, kills a process that needs too much memory; V8 aborts it. */
function endedEarly(code: number | null, signal: NodeJS.Signals | null): Error {
  if (signal === 'SIGKILL' || signal === 'SIGABRT') {
    return new TidemarkError(
      'SQL_OUT_OF_MEMORY',
      'The query needs more memory than the server allows. Select less, or aggregate.',
    );
  }
  return new Error(`The process for SQL ended (exit code ${code}, signal ${signal}).`);
}
