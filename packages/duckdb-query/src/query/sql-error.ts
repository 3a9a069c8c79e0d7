import { type ErrorCode, TidemarkError } from '@tidemark/core';
import { TABLES } from '../tables/store-tables.ts';

/** The fields of DuckDB's errors in JSON. */
interface DuckdbError {
  /** `Parser`, `Binder`, `Catalog`, `Conversion` … */
  readonly kind: string;
  readonly message: string;
  /** Position in the text, in bytes of UTF-8. */
  readonly position: number | undefined;
}

/** Kinds of errors that the query causes, in addition to those about its text. */
const QUERY_KINDS: Readonly<Record<string, ErrorCode>> = {
  Permission: 'SQL_FORBIDDEN',
  'Out of Memory': 'SQL_OUT_OF_MEMORY',
};
/** Kinds of errors that are not a mistake of the query. They are rethrown unchanged. */
const FOREIGN_KINDS: readonly string[] = ['INTERNAL', 'FATAL', 'IO'];

/** Converts a failure of DuckDB to an error for the author of the query. Returns other errors unchanged. */
export function sqlError(error: unknown, sql: string): unknown {
  if (!(error instanceof Error) || error instanceof TidemarkError) return error;
  const parsed = parseDuckdbError(error.message);
  if (parsed === undefined || FOREIGN_KINDS.includes(parsed.kind)) return error;
  const code = QUERY_KINDS[parsed.kind] ?? 'SQL_INVALID';
  if (code === 'SQL_OUT_OF_MEMORY') {
    return new TidemarkError(
      code,
      'The query needs more memory than its limit allows. Select less, aggregate, or set a higher memoryLimit.',
      { cause: error },
    );
  }
  return sqlMistake(code, parsed, sql, error);
}

/** An error about the text of a query, with the position in it and what helps to correct it. */
export function sqlMistake(
  code: ErrorCode,
  { kind, message, position }: DuckdbError,
  sql: string,
  cause?: unknown,
): TidemarkError {
  const place = position === undefined ? undefined : placeOf(sql, position);
  const tables = TABLES.map(({ name }) => name);
  const parts = [withoutTabs(message.trim())];
  if (place !== undefined) parts.push('', ...pointAt(place));
  const advice = adviceFor(message, tables);
  if (advice !== undefined) parts.push('', advice);
  return new TidemarkError(code, parts.join('\n'), {
    cause,
    details: {
      kind,
      ...(place === undefined ? {} : { line: place.line, column: place.column }),
      tables,
    },
  });
}

/** How to continue after the mistakes that are made most. */
function adviceFor(message: string, tables: readonly string[]): string | undefined {
  if (/^(Table with name|There is no statement)/.test(message)) {
    return `The tables are: ${tables.join(', ')}.`;
  }
  if (/^(Referenced column|Table "\w+" does not have a column)/.test(message)) {
    return 'SHOW TABLES lists the tables, and DESCRIBE runs the columns of one.';
  }
  if (/^No function matches .*VARCHAR/.test(message)) {
    return 'Params and tags are text: value::DOUBLE converts one to a number.';
  }
  return undefined;
}

interface Place {
  readonly text: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units. */
  readonly column: number;
}

function placeOf(sql: string, positionBytes: number): Place | undefined {
  const bytes = new TextEncoder().encode(sql);
  if (positionBytes > bytes.length) return undefined;
  const before = new TextDecoder().decode(bytes.subarray(0, positionBytes)).split('\n');
  const text = sql.split('\n')[before.length - 1] ?? '';
  return { text, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function pointAt({ text, line, column }: Place): string[] {
  const label = `LINE ${line}: `;
  return [`${label}${withoutTabs(text)}`, `${' '.repeat(label.length + column - 1)}^`];
}

/** Each tab as one space, so that the mark is below its position wherever the message is shown. */
function withoutTabs(text: string): string {
  return text.replaceAll('\t', ' ');
}

function parseDuckdbError(text: string): DuckdbError | undefined {
  return parseJsonError(text) ?? parsePlainError(text);
}

function parseJsonError(text: string): DuckdbError | undefined {
  const begin = text.indexOf('{');
  if (begin === -1) return undefined;
  try {
    const value = JSON.parse(text.slice(begin)) as Readonly<Record<string, unknown>>;
    if (typeof value.exception_type !== 'string') return undefined;
    const position = Number(value.position);
    return {
      kind: value.exception_type,
      message: String(value.exception_message),
      position:
        value.position !== undefined && Number.isSafeInteger(position) ? position : undefined,
    };
  } catch {
    return undefined;
  }
}

/** Parses errors that come before a query is bound: `Invalid Input Error: …`. */
function parsePlainError(text: string): DuckdbError | undefined {
  const [, kind, message] = /^([A-Z][A-Za-z ]*) Error: ([\s\S]+)$/.exec(text) ?? [];
  if (kind === undefined || message === undefined) return undefined;
  return { kind, message, position: undefined };
}
