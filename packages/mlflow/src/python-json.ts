import { assertArguments } from '@tidemark/core';

/** Python's dialect of JSON: the output of `json.dumps` and the input of `json.loads`, with their defaults. */

// A string, complete or up to the end of the text, so that no text is read more than once; or a word or number that
// JSON.parse would refuse or round.
const TOKEN = /"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)|NaN|-?Infinity|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * Parses JSON like Python's `json.loads`: `NaN`, `Infinity` and `-Infinity` are numbers, and an integer beyond 2^53
 * becomes a bigint instead of being rounded.
 * @throws SyntaxError when the text is not JSON
 *
 * @example
 * ```ts
 * parsePythonJson('{"loss": NaN}'); // { loss: NaN }
 * ```
 */
export function parsePythonJson(text: string): unknown {
  assertArguments({ text }, 'parsePythonJson', { text: 'string' });
  const mark = unusedMark(text);
  const plain = text.replace(TOKEN, (token) =>
    token.startsWith('"') || isExactNumber(token) ? token : JSON.stringify(mark + token),
  );
  if (plain === text) return JSON.parse(text);
  return JSON.parse(plain, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith(mark)
      ? readWord(value.slice(mark.length))
      : value,
  );
}

/**
 * Formats JSON like Python's `json.dumps`: a space after `,` and `:`, everything outside ASCII escaped, `NaN` and
 * `Infinity` as words. Properties that are undefined are left out.
 */
export function formatPythonJson(value: unknown): string {
  if (typeof value === 'string') return formatText(value);
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map(formatPythonJson).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => `${formatText(key)}: ${formatPythonJson(member)}`);
    return `{${members.join(', ')}}`;
  }
  return JSON.stringify(value ?? null);
}

function formatText(text: string): string {
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Formats a number that only a float can have as a float, so that it is not read as an exact integer. */
function formatNumber(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  const isFloat = Number.isInteger(value) && !Number.isSafeInteger(value) && !text.includes('e');
  return isFloat ? `${text}.0` : text;
}

function isExactNumber(token: string): boolean {
  return /[.eE]/.test(token) || Number.isSafeInteger(Number(token));
}

function readWord(word: string): number | bigint {
  return /\d/.test(word) ? BigInt(word) : Number(word);
}

/** Returns a prefix that no string of the text can start with, however its characters are escaped. */
function unusedMark(text: string): string {
  const longest = text.match(/(?:~|\\u007[eE])+/g)?.reduce((a, b) => Math.max(a, b.length), 0) ?? 0;
  return '~'.repeat(longest + 1);
}
