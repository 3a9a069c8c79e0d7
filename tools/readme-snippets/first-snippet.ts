/** The first fenced block of a language in Markdown text, without its fence; `undefined` when there is none. */
export function firstSnippet(markdown: string, language: string): string | undefined {
  const block = new RegExp(`^\`\`\`${language}[^\\S\\n]*\\n(.*?)^\`\`\`[^\\S\\n]*$`, 'ms');
  return block.exec(markdown)?.[1];
}
