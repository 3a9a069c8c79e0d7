import { invalidParameter } from '../wire/wire-error.ts';

/**
 * Returns the number of items on a page: `fallback` when the request gives none, and at most `greatest`. Errors use
 * MLflow's words (server/handlers.py).
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
