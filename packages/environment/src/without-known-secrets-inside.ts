import { withoutKnownSecrets } from '@tidemark/core';

/** Plain data with `withoutKnownSecrets` applied to every text in it. Keys stay. */
export function withoutKnownSecretsInside<Value>(value: Value): Value;
export function withoutKnownSecretsInside(value: unknown): unknown {
  if (typeof value === 'string') return withoutKnownSecrets(value);
  if (Array.isArray(value)) return value.map((item) => withoutKnownSecretsInside<unknown>(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, withoutKnownSecretsInside<unknown>(item)]),
  );
}
