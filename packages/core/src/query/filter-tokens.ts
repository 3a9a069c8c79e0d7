import { TidemarkError } from '../errors.ts';
import { filterProblem, type SearchText } from './filter-problem.ts';

/**
 * One token of a filter. `value` is the text without its quotes; `from` and `to` are its place, in UTF-16 code units.
 */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'number' | 'symbol' | 'end';
  readonly raw: string;
  readonly value: string;
  readonly from: number;
  readonly to: number;
}

// Wider than MLflow's grammar: `/`, `-` and `:` need no quotes in a key, because filters have no arithmetic.
const WORD = /[\p{L}_][\p{L}\p{N}_./:-]*/uy;
// Only one part of the pattern matches a given digit. If several parts could, the matcher would try every way to
// divide a long number before it refuses the text after it.
const NUMBER =
  /(?:[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?|Infinity)|NaN)(?![\p{L}\p{N}_./:-])/iuy;
const SYMBOL = /<=|>=|!=|[=<>(),]/y;
const SPACE = /\s+/uy;
// Repeats per doubled quote and not per character, because the matcher uses stack for each repetition.
const QUOTED = /'[^']*(?:''[^']*)*'|"[^"]*(?:""[^"]*)*"|`[^`]*(?:``[^`]*)*`/y;

/** The longest filter or `order_by` text, in UTF-16 code units. */
const MAX_SEARCH_TEXT_LENGTH = 1_000_000;

/**
 * Splits the text of a search into tokens; the last one is of kind `end`. @throws FILTER_INVALID for a text that is
 * too long, a quote that is not closed, or a character that has no meaning
 */
export function tokenize(what: SearchText, text: string): Token[] {
  if (text.length > MAX_SEARCH_TEXT_LENGTH) throw tooLong(what, text);
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  while (at < text.length) {
    const space = match(SPACE);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const [kind, raw] = readToken(match) ?? [];
    if (kind === undefined || raw === undefined) throw strangeCharacter(what, text, at);
    tokens.push({ kind, raw, value: unquoted(kind, raw), from: at, to: at + raw.length });
    at += raw.length;
  }
  tokens.push({ kind: 'end', raw: '', value: '', from: at, to: at });
  return tokens;
}

function readToken(
  match: (pattern: RegExp) => string | undefined,
): readonly [Token['kind'], string] | undefined {
  // Numbers first: NaN and Infinity would be words.
  for (const [kind, pattern] of [
    ['number', NUMBER],
    ['word', WORD],
    ['quoted', QUOTED],
    ['symbol', SYMBOL],
  ] as const) {
    const raw = match(pattern);
    if (raw !== undefined) return [kind, raw];
  }
  return undefined;
}

function unquoted(kind: Token['kind'], raw: string): string {
  if (kind !== 'quoted') return raw;
  const quote = raw.charAt(0);
  return raw.slice(1, -1).replaceAll(quote + quote, quote);
}

function tooLong(what: SearchText, text: string): TidemarkError {
  return new TidemarkError(
    'FILTER_INVALID',
    `The ${what} has ${text.length} characters, and at most ${MAX_SEARCH_TEXT_LENGTH} are read. Split the search into several.`,
    { details: { length: text.length, greatest: MAX_SEARCH_TEXT_LENGTH } },
  );
}

/** Advice for JavaScript operators. */
const ADVICE: Readonly<Record<string, string>> = {
  '&': 'Write AND instead of &&.',
  '|': 'Write OR instead of ||.',
  '!': 'Write NOT before what is to be negated, or != between two sides.',
};

function strangeCharacter(what: SearchText, text: string, at: number): Error {
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const problem = `'"\``.includes(character)
    ? `Invalid clause(s) in ${what}: the quote ${character} is not closed. Write it twice inside a quoted text.`
    : `Invalid clause(s) in ${what}: '${character}' has no meaning here. ${ADVICE[character] ?? 'Put a key with special characters in backticks and a value in single quotes.'}`;
  return filterProblem(what, text, at, problem);
}
