import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { checkWords, findWords } from './check-words.ts';
import { readProse } from './read-prose.ts';
import { parseBaseline, parseWords } from './words.ts';

const BASELINE = 'tools/check-words/baseline.json';

const words = parseWords(readJson('tools/check-words/words.json'));
const proses = readProse(REPOSITORY_ROOT);
const { problems, fallen, lowered } = checkWords(
  words,
  parseBaseline(readJson(BASELINE)),
  findWords(words, proses),
);
for (const problem of problems) console.error(problem);
if (process.argv.includes('--lower')) {
  writeFileSync(join(REPOSITORY_ROOT, BASELINE), `${JSON.stringify(lowered, null, 2)}\n`);
  console.log(`words: wrote ${BASELINE}`);
} else if (fallen.length > 0) {
  for (const line of fallen) console.log(line);
  console.log('words: lower the baseline with `npm run check:words -- --lower`.');
}
console.log(`words: ${proses.length} files, ${problems.length} problems`);
if (problems.length > 0) process.exitCode = 1;

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(REPOSITORY_ROOT, path), 'utf8'));
}
