import stringWidth from 'string-width';

/**
 * Characters of one column each, without escape sequences and without any that change others: ASCII, letters of Latin
 * scripts, and the marks of our tables. Most cells have no others.
 */
const PLAIN = /^[ -~\u00a1-\u00ac\u00ae-\u02ff–—…•└✓✗●]*$/;

/** Returns the columns that a text takes on a terminal. */
export function textWidth(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}
