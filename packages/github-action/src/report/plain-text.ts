// Control characters, including line ends; characters that change the direction of text; separators.
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const ZERO_WIDTH_SPACE = '\u200b';

/**
 * Foreign text as one line of a workflow's log. The runner executes `::name::` at the start of a line and `##[name]`
 * anywhere in it as commands (runner: ActionCommand.cs). A zero-width space breaks them, and invisible characters are
 * written as escapes.
 */
export function plainText(text: string, longest = 2000): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return cut
    .replace(UNSEEN, (unseen) => {
      const code = (unseen.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
      return unseen === '\n' ? '\\n' : `\\u${code}`;
    })
    .replace(/:(?=:)/g, `:${ZERO_WIDTH_SPACE}`)
    .replace(/#(?=#?\[)/g, `#${ZERO_WIDTH_SPACE}`);
}
