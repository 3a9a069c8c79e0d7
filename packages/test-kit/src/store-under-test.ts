import type { Store } from '@tidemark/core';
import type { ReviewsUnderTest } from './review-contract.ts';

/** A kind of store that must meet the contract. */
export interface StoreUnderTest {
  readonly name: string;
  /** A fresh, empty store. */
  open(): Promise<Store>;
  /** Opens the same store as another process would; absent for a store that has only one view. */
  reopen?(store: Store): Promise<Store>;
  /** The store behind it, for what only that one supports. Absent for a store that supports everything itself. */
  keeper?(store: Store): Promise<Store>;
  /** Why the store behind it cannot be purged. If set, the tests of purging are skipped. */
  readonly purgesNothing?: string;
  /** See `ReviewsUnderTest`. */
  readonly enter?: ReviewsUnderTest['enter'];
  /** A script that calls `race` of `racer.ts`; absent for a store that no other thread or process can open. */
  readonly racer?: URL;
}
