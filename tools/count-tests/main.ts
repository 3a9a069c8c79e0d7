import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJsonObject } from '../workspace/json.ts';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { readWorkspace } from '../workspace/workspace.ts';
import { countTests, outcomesOf, summaryLine } from './count-tests.ts';

// Reads the reports of `npm test`, and those of further runs as arguments.
const reports = [
  ...readWorkspace(REPOSITORY_ROOT)
    .members.filter((member) => 'test' in member.manifest.scripts)
    .map((member) => `${member.folder}/.reports/vitest.json`),
  'tools/.reports/vitest.json',
  ...process.argv.slice(2),
].map((path) => join(REPOSITORY_ROOT, path));

const missing = reports.filter((path) => !existsSync(path));
const count = countTests(
  reports
    .filter((path) => !missing.includes(path))
    .flatMap((path) =>
      outcomesOf(parseJsonObject(readFileSync(path, 'utf8'), path), REPOSITORY_ROOT),
    ),
);
for (const { title, reason } of count.skipped) {
  console.log(`skipped: ${title} (${reason ?? 'no reason given'})`);
}
for (const { title, reason } of count.failed) {
  console.log(`failed: ${title}\n  ${(reason ?? 'no message').replaceAll('\n', '\n  ')}`);
}
for (const path of missing) console.error(`no report at ${path}: its tests did not run`);
console.log(summaryLine(count));
if (missing.length > 0 || count.failed.length > 0) process.exitCode = 1;
