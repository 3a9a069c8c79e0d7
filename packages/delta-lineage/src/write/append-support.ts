import { TidemarkError } from '@tidemark/core';
import { sqlName } from '../duckdb/duckdb-session.ts';
import type { DeltaProtocol } from '../log/delta-actions.ts';
import {
  type DeltaField,
  type DeltaStructType,
  type DeltaType,
  deltaTypeName,
} from '../schema/delta-type.ts';
import { duckdbTypeName } from '../schema/duckdb-type.ts';
import type { DeltaSnapshot } from '../snapshot/delta-snapshot.ts';

/** Writer features that an append of new rows satisfies without extra work. */
const WRITER_FEATURES: ReadonlySet<string> = new Set([
  'appendOnly',
  'changeDataFeed',
  'deletionVectors',
  'domainMetadata',
  'invariants',
  'v2Checkpoint',
  'vacuumProtocolCheck',
]);
const LEGACY_WRITER_VERSION = 2;
const FEATURES_WRITER_VERSION = 7;

/**
 * Checks that this writer can append rows and do everything that the table requires of its writers.
 *
 * @throws DELTA_FEATURE_UNSUPPORTED with the requirements that this writer does not support.
 */
export function assertAppendable(
  snapshot: Pick<DeltaSnapshot, 'protocol' | 'schema' | 'path'>,
): void {
  const missing = missingWriterFeatures(snapshot.protocol);
  for (const field of snapshot.schema.fields) {
    for (const key of ['delta.invariants', 'delta.generationExpression', 'delta.identity.start']) {
      if (field.metadata[key] !== undefined) missing.push(`${key} of column ${field.name}`);
    }
  }
  if (missing.length === 0) return;
  throw new TidemarkError(
    'DELTA_FEATURE_UNSUPPORTED',
    `Rows cannot be appended to ${snapshot.path}: it requires writer features that this writer does not support (${missing.join(', ')}). Append with the system that created the table, or create a separate table.`,
    { details: { features: missing } },
  );
}

/**
 * Selects the columns of `relation`, cast to the table's types, in the table's order. Missing columns become
 * null. Numbers may be narrower than the table's.
 *
 * @throws INVALID_ARGUMENT when a column does not fit.
 */
export function alignColumns(
  relation: string,
  rows: DeltaStructType,
  table: DeltaStructType,
  hasNulls: (column: string) => boolean,
): string {
  for (const field of rows.fields) {
    if (table.fields.some((known) => known.name === field.name)) continue;
    const names = table.fields.map((known) => known.name).join(', ');
    throw new TidemarkError(
      'INVALID_ARGUMENT',
      `The table has no column '${field.name}'. Its columns are: ${names}. Leave the column out, or create a new table with it.`,
      { details: { column: field.name } },
    );
  }
  const columns = table.fields.map((field) => {
    const given = rows.fields.find((candidate) => candidate.name === field.name);
    const type = duckdbTypeName(field.type, 'none');
    assertFits(given, field, hasNulls(field.name));
    const value = given === undefined ? 'NULL' : sqlName(field.name);
    return `CAST(${value} AS ${type}) AS ${sqlName(field.name)}`;
  });
  return `(SELECT ${columns.join(', ')} FROM ${relation})`;
}

function missingWriterFeatures({ minWriterVersion, writerFeatures }: DeltaProtocol): string[] {
  if (minWriterVersion <= LEGACY_WRITER_VERSION) return [];
  if (minWriterVersion !== FEATURES_WRITER_VERSION) return [`writer version ${minWriterVersion}`];
  return (writerFeatures ?? []).filter((feature) => !WRITER_FEATURES.has(feature));
}

function assertFits(given: DeltaField | undefined, field: DeltaField, hasNulls: boolean): void {
  if (given === undefined) {
    if (field.nullable) return;
    throw misfit(field.name, 'is missing, and the table does not allow nulls in it');
  }
  if (hasNulls && !field.nullable) {
    throw misfit(field.name, 'holds nulls, which the table does not allow');
  }
  if (!fits(given.type, field.type)) {
    throw misfit(
      field.name,
      `has the type ${deltaTypeName(given.type)}, which does not fit the table's ${deltaTypeName(field.type)}`,
    );
  }
}

const INTEGERS = ['byte', 'short', 'integer', 'long'];

function fits(given: DeltaType, wanted: DeltaType): boolean {
  if (given.kind === 'primitive' && wanted.kind === 'primitive') {
    const from = INTEGERS.indexOf(given.name);
    return (
      given.name === wanted.name ||
      (from !== -1 && from <= INTEGERS.indexOf(wanted.name)) ||
      (given.name === 'float' && wanted.name === 'double')
    );
  }
  if (given.kind === 'decimal' && wanted.kind === 'decimal') {
    return (
      given.scale <= wanted.scale &&
      given.precision - given.scale <= wanted.precision - wanted.scale
    );
  }
  if (given.kind === 'array' && wanted.kind === 'array') return fits(given.element, wanted.element);
  if (given.kind === 'map' && wanted.kind === 'map') {
    return fits(given.key, wanted.key) && fits(given.value, wanted.value);
  }
  if (given.kind === 'struct' && wanted.kind === 'struct') {
    return (
      given.fields.length === wanted.fields.length &&
      given.fields.every((field, index) => {
        const target = wanted.fields[index];
        return target?.name === field.name && fits(field.type, target.type);
      })
    );
  }
  return false;
}

function misfit(column: string, what: string): TidemarkError {
  return new TidemarkError('INVALID_ARGUMENT', `The column '${column}' ${what}.`, {
    details: { column },
  });
}
