import { endOfString } from './body-shape.ts';

/** A word that only Python's JSON has and that is no key. */
const WORD = /(?:NaN|-?Infinity)(?!\s*:)/g;

/**
 * Reads JSON as Python's `json.loads` does, which writes and reads `NaN`, `Infinity` and `-Infinity` as
 * bare words: they become the texts that stand for them in protobuf's JSON. A program that sends
 * `json.dumps({"value": loss})` has its NaN recorded.
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

/** Puts quotes around the words that stand outside of texts. By hand: one expression over a text of megabytes overflows the stack. */
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
