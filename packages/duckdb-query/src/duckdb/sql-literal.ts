/** Returns a text as a literal of SQL. */
export function textLiteral(text: string): string {
  // DuckDB's parser ends at a NUL, also inside quotes.
  const parts = text.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`);
  return parts.length === 1 ? (parts[0] as string) : `(${parts.join(' || chr(0) || ')})`;
}

/** Returns a number as a literal of type DOUBLE, also NaN and the infinities. -0 is 0, as in the tables. */
export function numberLiteral(number: number): string {
  return `'${number + 0}'::DOUBLE`;
}
