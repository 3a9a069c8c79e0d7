import { wordsOf, wrapWords } from './prose.ts';
import { printable, type Style } from './style.ts';
import { textWidth } from './text-width.ts';

/** A cell: text, and how to mark it once its width is known. */
export type Cell =
  | string
  | {
      readonly text: string;
      readonly mark?: (text: string) => string;
      /** Shortens the text to a number of columns. Without it, the text is cut off at its end. */
      readonly cut?: (width: number) => string;
    };

/** A column. If the table is wider than the terminal, the widest `flexible` column is shortened. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  readonly flexible?: boolean;
  /** For the last column: a text that is too wide continues on the next line, and nothing is cut. */
  readonly wraps?: boolean;
}

const GAP = '  ';
/** The least width of a flexible column. */
const LEAST_WIDTH = 6;
/** The least width of a column that wraps. */
const LEAST_WRAPPED = 24;

/**
 * Renders a table for people: titles, and aligned columns that are cut or wrapped to the width. If the columns do
 * not fit, each row is a list of its cells. It ends with a newline.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: { readonly style: Style; readonly width: number },
): string {
  const texts = rows.map((row) => row.map((cell) => printable(textOf(cell))));
  // Not passed as arguments of one call, which takes about a hundred thousand at most.
  const widths = columns.map((column, index) =>
    texts.reduce(
      (widest, row) => Math.max(widest, textWidth(row[index] ?? '')),
      textWidth(column.title),
    ),
  );
  shrink(columns, widths, options.width);
  if (total(widths) > options.width && columns.every(({ title }) => title !== '')) {
    return renderRecords(columns, rows, options);
  }
  const titles = columns.map((column, index) => options.style.dim(fit(column.title, index)));
  const last = columns.length - 1;
  const indent = widths.slice(0, last).reduce((sum, width) => sum + width + GAP.length, 0);
  const lines = rows.flatMap((row, at) => {
    const text = texts[at]?.[last] ?? '';
    const [first = '', ...more] =
      columns[last]?.wraps === true ? wrapped(text, widths[last] as number, indent) : [text];
    const mark = markOf(row[last] ?? '');
    return [
      [
        ...row
          .slice(0, last)
          .map((cell, index) => markOf(cell)(fit(texts[at]?.[index] ?? '', index, cell))),
        mark(columns[last]?.wraps === true ? first : fit(first, last, row[last])),
      ],
      ...more.map((line) => [
        // A word that is too wide is never broken, so that users can copy it. It starts further left instead.
        ' '.repeat(Math.max(0, Math.min(indent, options.width - textWidth(line)))) + mark(line),
      ]),
    ];
  });
  return [titles, ...lines].map((cells) => `${cells.join(GAP).trimEnd()}\n`).join('');

  function fit(text: string, index: number, cell: Cell = text): string {
    const width = widths[index] as number;
    const isCut = typeof cell !== 'string' && cell.cut !== undefined && textWidth(text) > width;
    const cut = truncate(isCut ? printable(cell.cut(width)) : text, width);
    const padding = ' '.repeat(width - textWidth(cut));
    if (columns[index]?.align === 'right') return padding + cut;
    return index === columns.length - 1 ? cut : cut + padding;
  }
}

/** Shortens the columns to the width: first the column that wraps, then the widest flexible ones. */
function shrink(columns: readonly Column[], widths: number[], width: number): void {
  const last = columns.length - 1;
  const wide = widths[last] as number;
  if (columns[last]?.wraps === true) {
    const least = Math.min(wide, LEAST_WRAPPED);
    widths[last] = Math.max(least, wide - Math.max(0, total(widths) - width));
  }
  const flexible = columns.flatMap(({ flexible }, index) => (flexible === true ? [index] : []));
  for (let above = total(widths) - width; above > 0; above -= 1) {
    const widest = flexible.reduce(
      (found, index) => ((widths[index] as number) >= (widths[found] as number) ? index : found),
      flexible[0] ?? last,
    );
    if (flexible.length === 0 || (widths[widest] as number) <= LEAST_WIDTH) return;
    widths[widest] = (widths[widest] as number) - 1;
  }
}

/** Wraps a text to a width. A text that starts with a word that is too wide starts below the other cells. */
function wrapped(text: string, width: number, indent: number): string[] {
  const lines = wrapWords(wordsOf(text), width, textWidth);
  return indent > 0 && textWidth(lines[0] ?? '') > width ? ['', ...lines] : lines;
}

/** Returns the total width of columns. */
function total(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1));
}

/** Renders each row as titles and cells below each other, with an empty line between rows. */
function renderRecords(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: { readonly style: Style; readonly width: number },
): string {
  const shape = [{ title: '' }, { title: '', wraps: true }];
  const records = rows.map((row) => {
    const pairs = columns.map(({ title }, index): Cell[] => [
      { text: title, mark: options.style.dim },
      row[index] ?? '',
    ]);
    const text = renderTable(shape, pairs, options);
    // The first line holds the titles, which are empty, and may have marks of a style.
    return text.slice(text.indexOf('\n') + 1);
  });
  return records.join('\n');
}

/** Cuts a text off to a width, with a mark at the end. */
export function truncate(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let kept = '';
  for (const character of text) {
    if (textWidth(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

function markOf(cell: Cell): (text: string) => string {
  return (typeof cell === 'string' ? undefined : cell.mark) ?? ((text) => text);
}
