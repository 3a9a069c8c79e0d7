import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { checkWords, findWords } from './check-words.ts';
import { readProse } from './read-prose.ts';
import { parseWords } from './words.ts';

const json: unknown = JSON.parse(
  readFileSync(join(REPOSITORY_ROOT, 'tools/check-words/words.json'), 'utf8'),
);
const words = parseWords(json);
const proses = readProse(REPOSITORY_ROOT);
const problems = checkWords(words, findWords(words, proses));
for (const problem of problems) console.error(problem);
console.log(`words: ${proses.length} files, ${problems.length} problems`);
if (problems.length > 0) process.exitCode = 1;
