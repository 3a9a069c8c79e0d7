import { type CsvCell, type CsvForm, csvLine } from '@tidemark/core';

/** Renders a list as CSV: one line of titles, and one for each row. A row may lack values. */
export function renderCsv(
  titles: readonly string[],
  rows: Iterable<Readonly<Record<string, CsvCell | undefined>>>,
  form?: CsvForm,
): string {
  let text = csvLine(titles, form);
  for (const row of rows) {
    text += csvLine(
      titles.map((title) => (Object.hasOwn(row, title) ? (row[title] ?? null) : null)),
      form,
    );
  }
  return text;
}
