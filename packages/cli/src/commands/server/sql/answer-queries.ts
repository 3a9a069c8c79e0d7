import { isTidemarkError } from '@tidemark/core';
import { openQuery, type QuerySession } from '@tidemark/duckdb-query';
import type { SqlQuestion } from '@tidemark/server';
import { type StoreView, storeInView } from '@tidemark/server/view';
import { openForCommand } from '../../../open.ts';
import type { FromSqlProcess, SentError, ToSqlProcess } from './sql-messages.ts';

/** Options of the process. */
export interface AnswerQueriesOptions {
  /** The address of the store. */
  readonly store?: string;
  /** The memory of the whole process, in megabytes. DuckDB may use half of it. */
  readonly memoryMb: number;
  readonly threads: number;
}

/** The connection to the server that started the process. */
export interface SqlChannel {
  send(message: FromSqlProcess): void;
  /** Never resolves: the process ends with the channel. A command that returns gives up its store. */
  receive(take: (message: ToSqlProcess) => void): Promise<never>;
  /** Ends the process at once: DuckDB does not stop for an orderly end. */
  die(): void;
}

/** The part of the memory that DuckDB may use. The rest is for rows on their way, and what DuckDB does not count. */
const SHARE_OF_DUCKDB = 0.5;
/** The interval between checks of the memory. DuckDB's own limit does not count texts that one step makes. */
const LOOK_EVERY_MS = 25;

/**
 * Answers queries of a server, one at a time, until the server ends. It keeps the last session for the next query, if
 * that has the same view and the store did not change.
 */
export async function answerQueries(
  options: AnswerQueriesOptions,
  channel: SqlChannel,
): Promise<never> {
  const { memoryMb, threads } = options;
  const mostBytes = memoryMb * 2 ** 20;
  setInterval(() => {
    if (process.memoryUsage.rss() > mostBytes) channel.die();
  }, LOOK_EVERY_MS);
  const store = await openForCommand(options.store, { spool: false });
  const memoryLimit = `${Math.ceil(memoryMb * SHARE_OF_DUCKDB)}MiB`;
  let held: { readonly view: string; readonly session: QuerySession } | undefined;

  const sessionFor = async (view: StoreView | undefined): Promise<QuerySession> => {
    const text = JSON.stringify(view ?? null);
    if (held?.view === text && (await held.session.isCurrent())) return held.session;
    await held?.session.close();
    held = undefined;
    const session = await openQuery({ store: storeInView(store, view), memoryLimit, threads });
    held = { view: text, session };
    return session;
  };

  let running: RunningAnswer | undefined;
  return channel.receive((message) => {
    if (message.kind === 'ask') {
      running = new RunningAnswer(message.query, channel);
      running.start(sessionFor, message.question);
    } else if (message.query !== running?.query) {
      if (message.kind === 'stop') channel.send({ query: message.query, kind: 'stopped' });
    } else if (message.kind === 'next') {
      running.next();
    } else {
      running.stop();
    }
  });
}

/** One query: it sends one message for each that it receives, and works on one at a time. */
class RunningAnswer {
  readonly query: number;
  readonly #channel: SqlChannel;
  readonly #stop = new AbortController();
  #bytes: AsyncIterator<Uint8Array> | undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(query: number, channel: SqlChannel) {
    this.query = query;
    this.#channel = channel;
  }

  start(
    sessionFor: (view: StoreView | undefined) => Promise<QuerySession>,
    { sql, parameters, maxRows, format, view }: SqlQuestion,
  ): void {
    this.#work(async () => {
      const session = await sessionFor(view);
      const encoded = await session.encode(sql, parameters, {
        format: format === 'json' ? 'json-answer' : format,
        maxRows,
        signal: this.#stop.signal,
      });
      this.#bytes = encoded.bytes[Symbol.asyncIterator]();
      const { mediaType, isCut } = encoded;
      return { kind: 'answer', mediaType, isCut };
    });
  }

  next(): void {
    this.#work(async () => {
      const next = await this.#bytes?.next();
      if (next === undefined || next.done === true) return { kind: 'end' };
      return { kind: 'bytes', bytes: next.value };
    });
  }

  stop(): void {
    this.#stop.abort(new Error('The server stopped the query.'));
    this.#working = this.#working
      .then(() => this.#bytes?.return?.())
      .catch(() => {})
      .then(() => this.#channel.send({ query: this.query, kind: 'stopped' }));
  }

  #work(step: () => Promise<Reply>): void {
    this.#working = this.#working
      .then(step)
      .catch((error: unknown): Reply => ({ kind: 'error', error: sentError(error) }))
      .then((reply) => this.#channel.send({ query: this.query, ...reply }));
  }
}

type Reply = FromSqlProcess extends infer Message
  ? Message extends FromSqlProcess
    ? Omit<Message, 'query'>
    : never
  : never;

function sentError(error: unknown): SentError {
  if (!isTidemarkError(error))
    return { message: error instanceof Error ? error.message : String(error) };
  const { code, message, details } = error;
  return { code, message, details: JSON.parse(JSON.stringify(details)) as typeof details };
}
