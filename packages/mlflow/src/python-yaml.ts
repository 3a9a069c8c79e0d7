import { assertArguments } from '@tidemark/core';
import { Document, isScalar, LineCounter, Scalar, type ScalarTag, visit } from 'yaml';
import { composeYaml, type YamlFault } from './compose-yaml.ts';

/**
 * The YAML of PyYAML's `safe_dump` and `safe_load`, which MLflow's files use: YAML 1.1 with PyYAML's rules for
 * plain words (yaml/resolver.py). In it `1e5` is a string, `on` is true, and `12:30` is a number. In YAML 1.2 `1e5`
 * is a number and the others are strings.
 */

// Timestamps stay text, because MLflow converts them to text itself (`str(utc_time_created)`).
const TIMESTAMP =
  /^(?:\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/;
const FLOAT =
  /^(?:[-+]?\d[\d_]*\.[\d_]*(?:[eE][-+]\d+)?|\.\d[\d_]*(?:[eE][-+]\d+)?|[-+]?\d[\d_]*(?::[0-5]?\d)+\.[\d_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const INT =
  /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][\d_]*)|[-+]?0x[\da-fA-F_]+|[-+]?[1-9][\d_]*(?::[0-5]?\d)+)$/;

/**
 * Python refuses longer integers too (`sys.set_int_max_str_digits`), because the time to read them grows with the
 * square of their length.
 */
const MOST_DIGITS = 4300;

const TAGS: ScalarTag[] = [
  {
    tag: 'tag:yaml.org,2002:null',
    default: true,
    test: /^(?:~|null|Null|NULL)?$/,
    identify: (value) => value === null,
    createNode: () => new Scalar(null),
    resolve: () => null,
    stringify: () => 'null',
  },
  {
    tag: 'tag:yaml.org,2002:bool',
    default: true,
    test: /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/,
    identify: (value) => typeof value === 'boolean',
    resolve: (text) => /^(?:yes|true|on)$/i.test(text),
    stringify: ({ value }) => String(value),
  },
  {
    tag: 'tag:yaml.org,2002:int',
    default: true,
    test: INT,
    identify: (value) =>
      typeof value === 'bigint' || (Number.isSafeInteger(value) && !Object.is(value, -0)),
    resolve: readInt,
    stringify: ({ value }) => String(value),
  },
  {
    tag: 'tag:yaml.org,2002:float',
    default: true,
    test: FLOAT,
    identify: (value) => typeof value === 'number',
    resolve: readFloat,
    stringify: ({ value }) => writeFloat(Number(value)),
  },
  { tag: 'tag:yaml.org,2002:timestamp', default: true, test: TIMESTAMP, resolve: (text) => text },
  // `<<` and `=` have a meaning in PyYAML. As text they must be quoted.
  { tag: 'tag:yaml.org,2002:merge', default: true, test: /^<<$/, resolve: (text) => text },
  { tag: 'tag:yaml.org,2002:value', default: true, test: /^=$/, resolve: (text) => text },
];

const SCHEMA = { version: '1.1', schema: 'failsafe', customTags: TAGS, merge: false } as const;

/** The problem of a YAML text, and its position. */
export interface YamlProblem {
  readonly message: string;
  /** The line, from 1. */
  readonly line: number;
}

/** The value of a YAML text, or its problem. Integers beyond 2^53 are bigints. */
export type YamlResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: YamlProblem };

/**
 * Parses YAML like PyYAML's `safe_load`. It refuses tags that would create other objects (`!!binary`,
 * `!!python/…`), and documents that expand to far more than their text. It never throws.
 *
 * @example
 * ```ts
 * const result = parsePythonYaml('rate: 1e5'); // { ok: true, value: { rate: '1e5' } }
 * if (!result.ok) console.error(result.problem.message, result.problem.line);
 * ```
 */
export function parsePythonYaml(text: string): YamlResult {
  assertArguments({ text }, 'parsePythonYaml', { text: 'string' });
  try {
    const lines = new LineCounter();
    const options = {
      ...SCHEMA,
      resolveKnownTags: false,
      logLevel: 'silent',
      lineCounter: lines,
      prettyErrors: false,
      // `repeatedKey` checks this, because the parser would compare each key with every other key.
      uniqueKeys: false,
    } as const;
    const read = composeYaml(text, options, lines);
    if (read.fault !== undefined) return { ok: false, problem: problemOf(read.fault, lines) };
    const twice = repeatedKey(read.document);
    if (twice !== undefined) return { ok: false, problem: problemOf(twice, lines) };
    return { ok: true, value: read.document.toJS({ maxAliasCount: 100 }) };
  } catch (error) {
    // Errors that appear only while the value is built: aliases that multiply, nesting beyond the stack.
    return { ok: false, problem: { message: String(error), line: 1 } };
  }
}

function problemOf({ message, at }: YamlFault, lines: LineCounter): YamlProblem {
  return { message: message.split('\n')[0] ?? message, line: lines.linePos(at).line };
}

/** Returns the first key that occurs twice in one map. */
function repeatedKey(document: Document.Parsed): YamlFault | undefined {
  let found: YamlFault | undefined;
  visit(document, {
    Map(_, { items }) {
      const keys = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (keys.has(key.value)) {
          const message = `The key ${JSON.stringify(String(key.value))} occurs twice`;
          found = { message, at: key.range?.[0] ?? 0 };
          return visit.BREAK;
        }
        keys.add(key.value);
      }
      return undefined;
    },
  });
  return found;
}

/**
 * Formats YAML like PyYAML's `safe_dump` with MLflow's settings: sorted keys, block style, lists not indented,
 * ASCII with everything else escaped. Only the places where long text is folded may differ.
 */
export function formatPythonYaml(value: unknown): string {
  const document = new Document(value, {
    ...SCHEMA,
    sortMapEntries: true,
    aliasDuplicateObjects: false,
  });
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value === 'string' && /[^\x20-\x7e\n]/.test(node.value)) {
        node.type = Scalar.QUOTE_DOUBLE;
      }
    },
  });
  const text = document.toString({
    directives: false,
    indentSeq: false,
    singleQuote: true,
    blockQuote: false,
    lineWidth: 80,
  });
  // Only double-quoted text can still have characters outside ASCII, and there an escape means the same.
  return text.replace(/[^\x20-\x7e\n]/gu, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff
    ? `\\U${code.toString(16).padStart(8, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}

function readInt(text: string): number | bigint {
  if (text.length > MOST_DIGITS)
    throw new RangeError(`an integer has more than ${MOST_DIGITS} digits`);
  const digits = text.replaceAll('_', '').replace(/^[-+]/, '');
  const size = digits.includes(':')
    ? digits.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n)
    : BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const value = text.startsWith('-') ? -size : size;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function readFloat(text: string): number {
  const digits = text.replaceAll('_', '').replace(/^[-+]/, '').toLowerCase();
  const size =
    digits === '.nan'
      ? Number.NaN
      : digits === '.inf'
        ? Infinity
        : digits.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return text.startsWith('-') ? -size : size;
}

/** Formats a number like Python's `repr`, with PyYAML's addition: it always has a dot, even before an exponent. */
function writeFloat(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value < 0 ? '-.inf' : '.inf';
  const text = Object.is(value, -0) ? '-0.0' : String(value);
  if (text.includes('.')) return text;
  return text.includes('e') ? text.replace('e', '.0e') : `${text}.0`;
}
