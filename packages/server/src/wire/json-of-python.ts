import { endOfString } from './body-shape.ts';

/** Matches a word that only Python's JSON has, unless it is a key. */
const WORD = /(?:NaN|-?Infinity)(?!\s*:)/g;

/**
 * Parses JSON like Python's `json.loads`, which writes and reads `NaN`, `Infinity` and `-Infinity` as bare words.
 * They become the texts that mean the same in protobuf's JSON. The NaN of a program that sends
 * `json.dumps({"value": loss})` is therefore recorded.
 * @throws SyntaxError when the text is not JSON
 */
export function parseJsonOfPython(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const plain = withQuotedWords(text);
    if (plain === text) throw error;
    return JSON.parse(plain);
  }
}

/**
 * Quotes the bare words outside of texts. It is a loop, because one expression over megabytes overflows the stack.
 */
function withQuotedWords(text: string): string {
  let quoted = '';
  for (let place = 0; place < text.length; ) {
    const quote = text.indexOf('"', place);
    const begin = quote === -1 ? text.length : quote;
    const end = quote === -1 ? text.length : Math.min(endOfString(text, quote) + 1, text.length);
    quoted += text.slice(place, begin).replace(WORD, '"$&"') + text.slice(begin, end);
    place = end;
  }
  return quoted;
}
