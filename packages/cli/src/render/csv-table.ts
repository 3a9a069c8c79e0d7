import { type CsvCell, type CsvForm, csvLine } from './csv.ts';

/** A list as CSV: one line of titles, one for each row. A row lacks what it has no value for. */
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
