/** What a value of the candidate is compared with: the baseline's value, or why there is none. */
export type Comparison<Reading> =
  | { readonly kind: 'with'; readonly reading: Reading }
  | { readonly kind: 'none'; readonly status: 'skipped' | 'fail'; readonly reason: string };

/** A comparison with one part of the baseline's facts. */
export function mapComparison<A, B>(
  comparison: Comparison<A>,
  map: (reading: A) => B,
): Comparison<B> {
  return comparison.kind === 'none'
    ? comparison
    : { kind: 'with', reading: map(comparison.reading) };
}
