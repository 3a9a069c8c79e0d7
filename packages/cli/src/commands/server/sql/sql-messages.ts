import type { SqlQuestion } from '@tidemark/server';

/** What a server sends to a process that answers queries. Each message belongs to one query, by its number. */
export type ToSqlProcess = { readonly query: number } & (
  | { readonly kind: 'ask'; readonly question: SqlQuestion }
  | { readonly kind: 'next' }
  | { readonly kind: 'stop' }
);

/**
 * What the process sends back: one message for each `ask` and `next`, and `stopped` when nothing of the query runs any
 * more.
 */
export type FromSqlProcess = { readonly query: number } & (
  | { readonly kind: 'answer'; readonly mediaType: string; readonly isCut: boolean }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  | { readonly kind: 'error'; readonly error: SentError }
  | { readonly kind: 'stopped' }
);

/** An error as plain data. `code` is there for a TidemarkError. */
export interface SentError {
  readonly code?: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}
