import type { Style } from './style.ts';
import { renderTable } from './table.ts';

/**
 * Renders names and values below each other, indented by two. A value that is too wide continues on the next line:
 * nothing is cut, so that users can copy digests and addresses.
 */
export function renderPairs(
  pairs: readonly (readonly [string, string | undefined])[],
  options: { readonly style: Style; readonly width: number },
): string {
  const rows = pairs
    .filter((pair): pair is readonly [string, string] => pair[1] !== undefined && pair[1] !== '')
    .map(([key, value]) => [{ text: key, mark: options.style.dim }, value]);
  const table = renderTable([{ title: '' }, { title: '', wraps: true }], rows, {
    style: options.style,
    width: options.width - 2,
  });
  // The first line holds the titles, which are empty.
  return table
    .split('\n')
    .slice(1, -1)
    .map((line) => `  ${line}\n`)
    .join('');
}
