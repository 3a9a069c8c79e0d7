import { TidemarkError } from '@tidemark/core';

/** Arrow's package, loaded on first use: it is a peer dependency and may be missing. */
export type Arrow = typeof import('apache-arrow');

/** Loads Arrow's package. @throws PACKAGE_MISSING */
export async function loadArrow(): Promise<Arrow> {
  try {
    return await import('apache-arrow');
  } catch (cause) {
    throw new TidemarkError(
      'PACKAGE_MISSING',
      'The package apache-arrow cannot be loaded, and results in the format "arrow" need it. Install it with: npm install apache-arrow',
      { cause, details: { package: 'apache-arrow' } },
    );
  }
}
