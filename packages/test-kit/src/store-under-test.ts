import type { Store } from '@tidemark/core';
import type { ReviewsUnderTest } from './review-contract.ts';

/** A kind of store that is to pass the contract. */
export interface StoreUnderTest {
  readonly name: string;
  /** A fresh, empty store. */
  open(): Promise<Store>;
  /** Another process's view of the same store; absent for a store that has only one. */
  reopen?(store: Store): Promise<Store>;
  /** The store behind it, for what it leaves to the keeper of that; absent where the store does all itself. */
  keeper?(store: Store): Promise<Store>;
  /** Why nothing can be purged behind it; the tests of that are skipped. */
  readonly purgesNothing?: string;
  /** As in `ReviewsUnderTest`. */
  readonly enter?: ReviewsUnderTest['enter'];
  /** A script that calls `race` of `racer.ts`; absent for a store that no other thread or process can open. */
  readonly racer?: URL;
}
