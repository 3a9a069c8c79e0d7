import { plainText } from './plain-text.ts';

// Every sign of ASCII but those that mean nothing, wherever they stand. A colon means nothing before
// a letter or digit, and a full stop does after www.
const MEANINGFUL = /(?<=www)\.|:(?![a-z0-9])|[^a-z0-9 ,;()+\-/%="'?.:\u0080-\uffff]/gi;

/**
 * Text that others wrote, for a cell of a Markdown table on GitHub: in `<code>`, where GitHub makes
 * no links of `@name` and `#1`, and with every sign that Markdown, HTML or GitHub's links of bare
 * addresses could take for theirs as a character reference.
 */
export function markdownText(text: string, longest = 300): string {
  if (text === '') return '';
  const escaped = plainText(text, longest).replace(
    MEANINGFUL,
    (sign) => `&#${sign.codePointAt(0)};`,
  );
  return `<code>${escaped}</code>`;
}
