/** The baseline's value that a value of the candidate is compared with, or why it is missing. */
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
