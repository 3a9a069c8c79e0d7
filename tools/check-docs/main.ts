import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES } from '@tidemark/core';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { readWorkspace } from '../workspace/workspace.ts';
import { docsProblems } from './check-docs.ts';
import { ERRORS_PAGE, errorsPage } from './errors-page.ts';

if (process.argv.includes('--write-errors')) {
  writeFileSync(join(REPOSITORY_ROOT, ERRORS_PAGE), errorsPage(ERROR_CODES));
  console.log(`docs: wrote ${ERRORS_PAGE}`);
} else {
  const problems = docsProblems(readWorkspace(REPOSITORY_ROOT), ERROR_CODES);
  for (const problem of problems) console.error(problem);
  console.log(`docs: ${problems.length} problems`);
  if (problems.length > 0) process.exitCode = 1;
}
