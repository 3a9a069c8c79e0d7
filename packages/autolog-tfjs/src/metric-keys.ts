import { assertKey, isTidemarkError, LIMITS } from '@tidemark/core';

/** The key for a name of which no character is allowed. */
const NAMELESS = 'metric';

/**
 * The keys under which the metrics of one training are recorded. A name that the store allows is its own
 * key. In any other name, `_` replaces what is not allowed, and a number follows if another metric already
 * has that key, so that two metrics never share one. A metric keeps its key for the whole training.
 */
export class MetricKeys {
  readonly #keys = new Map<string, string>();
  readonly #taken = new Set<string>();

  /**
   * The keys of metrics that are logged together, in their order. Metrics with a prefix are different metrics
   * from those without it, even if a name begins with the prefix.
   */
  of(names: readonly string[], prefix = ''): string[] {
    const metrics = names.map((name) => ({
      metric: JSON.stringify([prefix, name]),
      name: prefix + name,
    }));
    // Names that are their own keys come first, so that no other name takes their key.
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

/** The name with `_` for each character, and each part of a path, that a key may not have. */
function allowedKey(name: string): string {
  const parts = name.replace(/[^/\p{L}\p{N}_.\- :]/gu, '_').split('/');
  const key = parts.map((part) => part.replace(/^\.*$|^\.\.+/, '_')).join('/');
  const short = name === '' ? NAMELESS : key.slice(0, LIMITS.keyLength);
  return isAllowed(short) ? short : NAMELESS;
}
