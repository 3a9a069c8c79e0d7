/** What something of the candidate is compared with: the baseline's reading, or why there is none. */
export type Comparison<Reading> =
  | { readonly kind: 'with'; readonly reading: Reading }
  | { readonly kind: 'none'; readonly status: 'skipped' | 'fail'; readonly reason: string };
