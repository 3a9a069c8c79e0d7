import { invalidParameter } from '../wire/wire-error.ts';

/**
 * How many items a page shall have, in MLflow's words where it refuses (server/handlers.py): `fallback` when the
 * request does not say, at most `greatest`.
 * @throws WireError
 */
export function pageSize(
  asked: number | undefined,
  { fallback, greatest }: { readonly fallback: number; readonly greatest: number },
): number {
  const size = asked ?? fallback;
  if (size < 1) {
    throw invalidParameter(
      `Invalid value ${size} for parameter 'max_results' supplied. It must be a positive integer`,
    );
  }
  if (size <= greatest) return size;
  throw invalidParameter(
    `Invalid value ${size} for parameter 'max_results' supplied. It must be at most ${greatest}`,
  );
}
