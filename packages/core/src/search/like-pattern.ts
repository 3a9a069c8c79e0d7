/**
 * A test for SQL's LIKE: `%` stands for any characters, `_` for one. By hand and not as a regular
 * expression, which takes time without bound for a pattern such as `%a%a%a%a%b`.
 */
export function likePattern(pattern: string, caseSensitive: boolean): (text: string) => boolean {
  const folded = (text: string): string[] => [...(caseSensitive ? text : text.toLowerCase())];
  const wanted = folded(pattern);
  return (text) => matches(folded(text), wanted);
}

function matches(text: readonly string[], pattern: readonly string[]): boolean {
  let at = 0;
  let wanted = 0;
  // Where to go on when what follows the last `%` does not fit: it takes one character more.
  let afterPercent = -1;
  let percentTook = 0;
  while (at < text.length) {
    if (pattern[wanted] === '%') {
      wanted += 1;
      afterPercent = wanted;
      percentTook = at;
    } else if (pattern[wanted] === '_' || pattern[wanted] === text[at]) {
      wanted += 1;
      at += 1;
    } else if (afterPercent !== -1) {
      percentTook += 1;
      at = percentTook;
      wanted = afterPercent;
    } else {
      return false;
    }
  }
  while (pattern[wanted] === '%') wanted += 1;
  return wanted === pattern.length;
}
