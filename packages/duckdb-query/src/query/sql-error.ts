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
/** Kinds of errors for which the message lists the tables. */
const NAME_KINDS: readonly string[] = ['Parser', 'Binder', 'Catalog'];
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

/** An error about the text of a query, with the position in it and the list of tables. */
export function sqlMistake(
  code: ErrorCode,
  { kind, message, position }: DuckdbError,
  sql: string,
  cause?: unknown,
): TidemarkError {
  const place = position === undefined ? undefined : placeOf(sql, position);
  const tables = TABLES.map(({ name }) => name);
  const parts = [message.trim()];
  if (place !== undefined) parts.push('', ...pointAt(place));
  if (code === 'SQL_INVALID' && NAME_KINDS.includes(kind)) {
    parts.push('', `The tables are: ${tables.join(', ')}.`);
  }
  return new TidemarkError(code, parts.join('\n'), {
    cause,
    details: {
      kind,
      ...(place === undefined ? {} : { line: place.line, column: place.column }),
      tables,
    },
  });
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
  // Tabs stay tabs, so that the mark is below its position.
  const indent = text.slice(0, column - 1).replace(/[^\t]/g, ' ');
  return [`${label}${text}`, `${' '.repeat(label.length)}${indent}^`];
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
