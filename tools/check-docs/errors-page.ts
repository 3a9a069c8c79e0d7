/** The path of the page, relative to the root. */
export const ERRORS_PAGE = 'docs/errors.md';

/** The command that writes the page again. */
const REWRITE_COMMAND = 'npm run docs:errors';

/** The text of the page that lists every error code with its meaning, in the given order. */
export function errorsPage(codes: Readonly<Record<string, string>>): string {
  const rows = Object.entries(codes).map(
    ([code, meaning]) => `| \`${code}\` | ${meaning.replaceAll('|', '\\|')} |`,
  );
  return `# Error codes

<!-- Written by \`${REWRITE_COMMAND}\` from packages/core/src/errors.ts; edit the meanings there. -->

Every error that Tidemark throws on purpose is a \`TidemarkError\` with a stable \`code\`. Its message
says what happened and what to do next; its \`details\` hold the values a program may need. A code never
changes its meaning and is never used again for something else, so match on it:

\`\`\`ts
import { isTidemarkError } from '@tidemark/core';

try {
  // …
} catch (error) {
  if (!isTidemarkError(error, 'RUN_NOT_FOUND')) throw error;
}
\`\`\`

| Code | Meaning |
| --- | --- |
${rows.join('\n')}
`;
}

/** The differences between the page and the codes, one sentence each; empty when the page is up to date. */
export function errorsPageProblems(
  page: string,
  codes: Readonly<Record<string, string>>,
): string[] {
  if (page === errorsPage(codes)) return [];
  const listed = new Set([...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1] ?? ''));
  const missing = Object.keys(codes).filter((code) => !listed.has(code));
  const unknown = [...listed].filter((code) => !(code in codes));
  return [
    ...missing.map((code) => `lacks ${code}: run ${REWRITE_COMMAND}.`),
    ...unknown.map((code) => `lists ${code}, which is not an error code: run ${REWRITE_COMMAND}.`),
    ...(missing.length + unknown.length === 0
      ? [`differs from the codes: run ${REWRITE_COMMAND}.`]
      : []),
  ];
}
