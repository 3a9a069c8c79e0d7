import { useEffect, useState } from 'preact/hooks';

/** The state of something that a view reads. While it reads again, the value before stays. */
export interface Loaded<T> {
  readonly isLoading: boolean;
  readonly value?: T;
  readonly error?: unknown;
}

/**
 * Reads something when a view is first shown, and again when one of `keys` changes. An answer that comes after a newer
 * question is dropped.
 */
export function useLoaded<T>(load: () => Promise<T>, keys: readonly unknown[]): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ isLoading: true });
  useEffect(() => {
    let isCurrent = true;
    setLoaded(({ value }) => ({ isLoading: true, ...(value === undefined ? {} : { value }) }));
    load().then(
      (value) => isCurrent && setLoaded({ isLoading: false, value }),
      (error: unknown) => isCurrent && setLoaded({ isLoading: false, error }),
    );
    return () => {
      isCurrent = false;
    };
  }, keys);
  return loaded;
}
