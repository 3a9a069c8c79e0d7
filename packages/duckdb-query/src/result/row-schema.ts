import { TidemarkError } from '@tidemark/core';
import type { QueryRow } from './query-row.ts';

/**
 * A schema of rows, such as one of zod: it checks a row and gives it a type (https://standardschema.dev, which zod, Valibot
 * and ArkType implement).
 */
export interface RowSchema<Row> {
  readonly '~standard': {
    readonly validate: (value: unknown) => CheckedRow<Row> | Promise<CheckedRow<Row>>;
  };
}

/** What a schema says of a row: the row in its own form, or what is wrong with it. */
export type CheckedRow<Row> =
  | { readonly value: Row; readonly issues?: undefined }
  | { readonly issues: readonly RowIssue[] };

/** One thing that is wrong with a row. */
export interface RowIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The most problems of a row that a message lists. */
const MOST_ISSUES = 3;

/** Checks that a value is a schema. @throws INVALID_ARGUMENT */
export function assertSchema(schema: RowSchema<unknown>): void {
  const standard: unknown = (schema as { '~standard'?: unknown } | null)?.['~standard'];
  if (typeof (standard as { validate?: unknown } | undefined)?.validate === 'function') return;
  throw new TidemarkError(
    'INVALID_ARGUMENT',
    'The schema of the rows is not a schema of zod or of another library that implements Standard Schema. Give one such as z.object({ name: z.string() }).',
  );
}

/** Checks a row. @throws SQL_INVALID, with the number of the row and its columns that do not fit */
export async function checkRow<Row>(
  schema: RowSchema<Row>,
  row: QueryRow,
  place: number,
): Promise<Row> {
  const checked = await schema['~standard'].validate(row);
  if (checked.issues === undefined) return checked.value;
  const issues = checked.issues.slice(0, MOST_ISSUES).map(({ message, path = [] }) => {
    const keys = path.map((step) => String(typeof step === 'object' ? step.key : step));
    return keys.length === 0 ? message : `${keys.join('.')}: ${message}`;
  });
  const more = checked.issues.length > issues.length ? ' …' : '';
  throw new TidemarkError(
    'SQL_INVALID',
    `Row ${place + 1} of the result does not fit the schema: ${issues.join('; ')}${more}. Change the schema or the query.`,
    { details: { row: place, issues: checked.issues.map(({ message }) => message) } },
  );
}
