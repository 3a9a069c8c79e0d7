import { REDACTED } from './secret-shapes.ts';

/** A text, with the colon if it is a key; a bracket; or any other value. */
const TOKEN = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]|[^\s{}[\],:"]+/gs;
const SAYS_NOTHING = /^(?:null|true|false)$/;
const HIDDEN = JSON.stringify(REDACTED);

/** Whether a text is a JSON object or array. */
export function isJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns JSON with `redact` applied to its texts, and `"***"` in place of the values whose name `hidesName`. Everything
 * else keeps its bytes: spaces, and numbers that JavaScript would round. Any depth is possible.
 */
export function redactJson(
  json: string,
  redact: (text: string) => string,
  hidesName: (name: string) => boolean,
): string {
  const outer: boolean[] = [];
  let isHidden = false;
  return json.replace(TOKEN, (token: string, text?: string, colon?: string) => {
    if (text !== undefined && colon !== undefined) {
      isHidden = outer.at(-1) === true || hidesName(JSON.parse(text));
      return inside(text, redact) + colon;
    }
    if (token === '{' || token === '[') outer.push(isHidden);
    else if (token === '}' || token === ']') isHidden = outer.pop() === true;
    else if (isHidden && !SAYS_NOTHING.test(token)) return HIDDEN;
    else if (text !== undefined) return inside(text, redact);
    return token;
  });
}

/** Applies `redact` to the content of a quoted text. Unchanged content keeps its escapes. */
function inside(quoted: string, redact: (text: string) => string): string {
  const content: string = JSON.parse(quoted);
  const redacted = redact(content);
  return redacted === content ? quoted : JSON.stringify(redacted);
}
