import stringWidth from 'string-width';
import { printable, type Style } from './style.ts';

/** A cell: text, and how it is marked once its width is known. */
export type Cell = string | { readonly text: string; readonly mark: (text: string) => string };

/** A column. The last `flexible` one gives way when the table is wider than the terminal. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  readonly flexible?: boolean;
}

const GAP = '  ';

/** A table for people: titles, aligned columns, cut to the width. Ends with a newline. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: { readonly style: Style; readonly width: number },
): string {
  const texts = rows.map((row) => row.map((cell) => printable(textOf(cell))));
  const widths = columns.map((column, index) =>
    Math.max(stringWidth(column.title), ...texts.map((row) => stringWidth(row[index] ?? ''))),
  );
  shrink(columns, widths, options.width);
  const titles = columns.map((column, index) => options.style.dim(fit(column.title, index)));
  const lines = rows.map((row, at) =>
    row.map((cell, index) => markOf(cell)(fit(texts[at]?.[index] ?? '', index))),
  );
  return [titles, ...lines].map((cells) => `${cells.join(GAP).trimEnd()}\n`).join('');

  function fit(text: string, index: number): string {
    const cut = truncate(text, widths[index] as number);
    const padding = ' '.repeat((widths[index] as number) - stringWidth(cut));
    if (columns[index]?.align === 'right') return padding + cut;
    return index === columns.length - 1 ? cut : cut + padding;
  }
}

/** Takes what is too much from the flexible columns, the last first, down to a few characters. */
function shrink(columns: readonly Column[], widths: number[], width: number): void {
  const total = (): number => widths.reduce((sum, w) => sum + w, GAP.length * (widths.length - 1));
  for (let index = columns.length - 1; index >= 0 && total() > width; index -= 1) {
    if (columns[index]?.flexible !== true) continue;
    const least = Math.min(widths[index] as number, 12);
    widths[index] = Math.max(least, (widths[index] as number) - (total() - width));
  }
}

function truncate(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  for (const character of text) {
    if (stringWidth(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

function markOf(cell: Cell): (text: string) => string {
  return typeof cell === 'string' ? (text) => text : cell.mark;
}
