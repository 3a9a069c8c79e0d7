import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJsonObject } from '../workspace/json.ts';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { lockfileProblems } from './check-lockfile.ts';
import { LOCKFILES } from './lockfiles.ts';

for (const path of LOCKFILES) {
  const text = readFileSync(join(REPOSITORY_ROOT, path), 'utf8');
  const problems = lockfileProblems(parseJsonObject(text, path));
  for (const problem of problems) console.error(`${path}  ${problem}`);
  console.log(`lockfile: ${path}, ${problems.length} problems`);
  if (problems.length > 0) process.exitCode = 1;
}
