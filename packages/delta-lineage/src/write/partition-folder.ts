import { TidemarkError } from '@tidemark/core';
import type { DeltaField } from '../schema/delta-type.ts';

/** The folder name for null, as Hive and Spark write it. */
const NULL_FOLDER = '__HIVE_DEFAULT_PARTITION__';

/** The maximum length in bytes of a file name in common file systems. */
const MAX_NAME_BYTES = 255;

/**
 * SQL that formats the value of a partition column for the log (PROTOCOL.md, "Partition Value
 * Serialization"). Timestamps are ISO 8601 in UTC, the only form that does not depend on a reader's zone.
 */
export function partitionValueSql(field: DeltaField, column: string): string {
  const { type } = field;
  if (type.kind === 'primitive') {
    switch (type.name) {
      case 'timestamp':
        return `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%fZ')`;
      case 'float':
      case 'double':
        return `CASE WHEN isnan(${column}) THEN 'NaN' WHEN isinf(${column}) THEN if(${column} > 0, 'Infinity', '-Infinity') ELSE ${column}::VARCHAR END`;
    }
  }
  return `${column}::VARCHAR`;
}

/**
 * The folder names of a partition, `column=value` with Hive's escaping. The names on disk are escaped
 * once; the log escapes them again.
 *
 * @throws INVALID_ARGUMENT for the empty string, which Delta reads as null, and for a value that is too
 * long for a folder.
 */
export function partitionFolders(
  columns: readonly string[],
  values: Readonly<Record<string, string | null>>,
): string[] {
  return columns.map((column) => {
    const value = values[column] ?? null;
    if (value === '') {
      throw new TidemarkError(
        'INVALID_ARGUMENT',
        `The partition column '${column}' holds an empty string, which Delta would read back as null. Use null or another text, or do not partition by it.`,
        { details: { column } },
      );
    }
    const name = `${escapeName(column)}=${value === null ? NULL_FOLDER : escapeName(value)}`;
    if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `A value of the partition column '${column}' is too long for a folder name. Partition by a shorter one.`,
      { details: { column } },
    );
  });
}

function escapeName(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters must be escaped.
    /[\u0000-\u001f"#%'*/:=?\\\u007f{[\]^<>|]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
