import { invalidParameter, type WireError } from './wire-error.ts';

/** The greatest depth of a body: the limit of protobuf's JSON parser, and so of MLflow's server. */
export const MOST_DEPTH = 100;

/**
 * The most values in one body. The largest real message, a full `log-batch`, has some 6,000. Each value is checked
 * several times and may become a separate issue, so that millions would block the server for minutes.
 */
export const MOST_VALUES = 200_000;

/**
 * Refuses a body that is nested too deeply or has too many values before it is parsed, in one pass over its text.
 * The text need not be JSON.
 * @throws WireError
 */
export function assertBodyShape(text: string): void {
  let depth = 0;
  let values = 1;
  for (let place = 0; place < text.length; place += 1) {
    switch (text.charCodeAt(place)) {
      case 0x22: // "
        place = endOfString(text, place);
        break;
      case 0x2c: // ,
        values += 1;
        break;
      case 0x5b: // [
      case 0x7b: // {
        depth += 1;
        values += 1;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth -= 1;
        break;
    }
    if (depth > MOST_DEPTH) throw tooDeep();
    if (values > MOST_VALUES) throw tooMany();
  }
}

function tooDeep(): WireError {
  return invalidParameter(
    `Bad Request. The body is nested more than ${MOST_DEPTH} deep, deeper than any message.`,
  );
}

function tooMany(): WireError {
  return invalidParameter(
    `Bad Request. The body has more than ${MOST_VALUES} values. Send them in several requests.`,
  );
}

/** Returns the position of the quote that closes a string, or the end of the text without one. */
export function endOfString(text: string, begin: number): number {
  for (let place = begin + 1; place < text.length; place += 1) {
    const code = text.charCodeAt(place);
    // A backslash escapes the next character.
    if (code === 0x5c) place += 1;
    else if (code === 0x22) return place;
  }
  return text.length;
}
