import { plainText } from './plain-text.ts';

/**
 * Text that others wrote, for a cell of a Markdown table on GitHub: in `<code>`, where neither
 * Markdown nor GitHub's own links (@name, #1, addresses) mean anything, and with everything but
 * letters, digits and harmless signs as a character reference.
 */
export function markdownText(text: string, longest = 300): string {
  if (text === '') return '';
  const escaped = plainText(text, longest).replace(
    /[^\p{L}\p{N} .,;()+\-/%=…\u200b]/gu,
    (character) => `&#${character.codePointAt(0)};`,
  );
  return `<code>${escaped}</code>`;
}
