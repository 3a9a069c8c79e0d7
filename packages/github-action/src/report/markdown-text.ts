import { plainText } from './plain-text.ts';

// Every ASCII character except those without a meaning in any place. A colon before a letter or digit has no meaning.
// A full stop after www has one.
const MEANINGFUL = /(?<=www)\.|:(?![a-z0-9])|[^a-z0-9 ,;()+\-/%="'?.:\u0080-\uffff]/gi;

/**
 * Foreign text for a cell of a Markdown table on GitHub. It is in `<code>`, where GitHub does not link `@name` and
 * `#1`. Every character with a meaning in Markdown, in HTML or in GitHub's links of bare addresses becomes a
 * character reference.
 */
export function markdownText(text: string, longest = 300): string {
  if (text === '') return '';
  const escaped = plainText(text, longest).replace(
    MEANINGFUL,
    (sign) => `&#${sign.codePointAt(0)};`,
  );
  return `<code>${escaped}</code>`;
}
