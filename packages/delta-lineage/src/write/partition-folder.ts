import { TidemarkError } from '@tidemark/core';
import type { DeltaField } from '../schema/delta-type.ts';

/** The folder name that stands for null, as Hive and Spark write it. */
const NULL_FOLDER = '__HIVE_DEFAULT_PARTITION__';

/** File systems take names of at most 255 bytes. */
const MAX_NAME_BYTES = 255;

/**
 * SQL that gives a partition column's value as the log writes it (PROTOCOL.md, "Partition Value
 * Serialization"); instants in ISO 8601 and UTC, the one form that does not depend on a reader's zone.
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
 * The folder names of a partition, `column=value` in Hive's escaping. On disk they are already
 * escaped once; the log escapes them again.
 *
 * Throws INVALID_ARGUMENT for the empty string, which Delta reads as null, and for a value that is too
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
        `The partition column '${column}' holds an empty string, which Delta reads back as null. Use null or another text, or do not partition by it.`,
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
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is escaped.
    /[\u0000-\u001f"#%'*/:=?\\\u007f{[\]^<>|]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
