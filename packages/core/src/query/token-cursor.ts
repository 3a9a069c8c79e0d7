import type { TidemarkError } from '../errors.ts';
import { filterProblem, type SearchText } from './filter-problem.ts';
import { type Token, tokenize } from './filter-tokens.ts';

/** Walks over the tokens of a filter or an order, with one token of lookahead. */
export class TokenCursor {
  readonly #what: SearchText;
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  /** @throws FILTER_INVALID */
  constructor(what: SearchText, text: string) {
    this.#what = what;
    this.#text = text;
    this.#tokens = tokenize(what, text);
  }

  /** The next token, not yet taken; the last is of kind `end`. */
  get next(): Token {
    return this.#tokens[this.#next] as Token;
  }

  get atEnd(): boolean {
    return this.next.kind === 'end';
  }

  /** Takes the next token, whatever it is. The end can be taken again and again. */
  take(): Token {
    const token = this.next;
    if (token.kind !== 'end') this.#next += 1;
    return token;
  }

  /** Takes the next token if it is this symbol, or this word in any case. Returns whether it did. */
  takeIf(expected: string): boolean {
    const { kind, raw } = this.next;
    const met =
      (kind === 'symbol' && raw === expected) ||
      (kind === 'word' && raw.toUpperCase() === expected);
    if (met) this.#next += 1;
    return met;
  }

  /** Returns the error that `expected` was expected instead of `token`. */
  unexpected(expected: string, token: Token = this.next): TidemarkError {
    const found = token.kind === 'end' ? 'the end' : `'${token.raw}'`;
    return this.problem(
      `Invalid clause(s) in ${this.#what}: ${found}. Expected ${expected}.`,
      token,
    );
  }

  /** Returns the error with this message, whose text marks the token. */
  problem(message: string, token: Token): TidemarkError {
    return filterProblem(this.#what, this.#text, token.from, message);
  }
}
