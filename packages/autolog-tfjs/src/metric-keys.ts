import { assertKey, isTidemarkError, LIMITS } from '@tidemark/core';

/** What stands for a name of which nothing is left. */
const NAMELESS = 'metric';

/**
 * The keys under which the metrics of one training are recorded. A name that the store allows is its own
 * key. Any other gets `_` for what is not allowed, and a number behind it where another metric has that
 * key already, so that two metrics never become one. A metric keeps its key for the whole training.
 */
export class MetricKeys {
  readonly #keys = new Map<string, string>();
  readonly #taken = new Set<string>();

  /**
   * The keys of the metrics that are logged together, in their order. With a prefix they are other metrics
   * than those of the same names without it, also where a name begins with the prefix.
   */
  of(names: readonly string[], prefix = ''): string[] {
    const metrics = names.map((name) => ({
      metric: JSON.stringify([prefix, name]),
      name: prefix + name,
    }));
    // First the names that keep themselves: no other may take their place.
    for (const { metric, name } of metrics) {
      const isFree = !this.#keys.has(metric) && !this.#taken.has(name);
      if (isFree && isAllowed(name)) this.#give(metric, name);
    }
    return metrics.map(
      ({ metric, name }) => this.#keys.get(metric) ?? this.#give(metric, this.#freeKey(name)),
    );
  }

  #give(metric: string, key: string): string {
    this.#keys.set(metric, key);
    this.#taken.add(key);
    return key;
  }

  #freeKey(name: string): string {
    const base = allowedKey(name);
    let key = base;
    for (let number = 2; this.#taken.has(key); number += 1) {
      const suffix = `_${number}`;
      key = base.slice(0, LIMITS.keyLength - suffix.length) + suffix;
    }
    return key;
  }
}

function isAllowed(name: string): boolean {
  try {
    assertKey(name, 'metric');
    return true;
  } catch (error) {
    if (isTidemarkError(error, 'INVALID_KEY')) return false;
    throw error;
  }
}

/** The name with `_` for each character and each part of a path that a key may not have. */
function allowedKey(name: string): string {
  const parts = name.replace(/[^/\p{L}\p{N}_.\- :]/gu, '_').split('/');
  const key = parts.map((part) => part.replace(/^\.*$|^\.\.+/, '_')).join('/');
  const short = name === '' ? NAMELESS : key.slice(0, LIMITS.keyLength);
  return isAllowed(short) ? short : NAMELESS;
}
