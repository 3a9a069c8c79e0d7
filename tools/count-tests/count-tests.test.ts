import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseJsonObject } from '../workspace/json.ts';
import { REPOSITORY_ROOT } from '../workspace/repository-root.ts';
import { temporaryWorkspace } from '../workspace/temporary-workspace.ts';
import { countTests, outcomesOf, summaryLine, type TestOutcome } from './count-tests.ts';

const test = (key: string, outcome: TestOutcome['outcome']): TestOutcome => ({
  key,
  title: key,
  outcome,
});

describe('the count', () => {
  it('sums passed and failed tests of several runs', () => {
    const node20 = [test('a', 'passed'), test('b', 'passed')];
    const node24 = [test('a', 'passed'), test('b', 'failed')];
    expect(summaryLine(countTests([...node20, ...node24]))).toBe('3 passed, 1 failed, 0 skipped');
  });

  it('names a skipped test once, and not at all when another run executed it', () => {
    const node20 = [test('needs python', 'skipped'), test('needs a GPU', 'skipped')];
    const peers = [test('needs python', 'passed'), test('needs a GPU', 'skipped')];
    const count = countTests([...node20, ...peers]);
    expect(summaryLine(count)).toBe('1 passed, 0 failed, 1 skipped');
    expect(count.skipped.map(({ title }) => title)).toEqual(['needs a GPU']);
  });
});

it('the reports of vitest are read, with reasons to skip, tests of the same name and files that do not load', () => {
  const root = temporaryWorkspace({
    'vitest.config.ts': `
      import { packageTests } from ${JSON.stringify(join(REPOSITORY_ROOT, 'vitest.shared.ts'))};
      export default packageTests(import.meta.dirname);`,
    'sample.test.ts': `
      import { expect, it } from 'vitest';
      it('adds', () => expect(1 + 1).toBe(2));
      it('adds', () => expect(1 + 1).toBe(3));
      it('needs python', (ctx) => ctx.skip('there is no Python'));
      it.skipIf(true)('trains (needs a GPU)', () => {});
      it.todo('divides');`,
    'broken.test.ts': `import './gone.ts';`,
  });
  symlinkSync(join(REPOSITORY_ROOT, 'node_modules'), join(root, 'node_modules'));

  const vitest = join(REPOSITORY_ROOT, 'node_modules/vitest/vitest.mjs');
  spawnSync(process.execPath, [vitest, 'run', '--root', root], { encoding: 'utf8' });
  const report = readFileSync(join(root, '.reports/vitest.json'), 'utf8');
  const outcomes = outcomesOf(parseJsonObject(report, 'the report'), root);

  expect(new Set(outcomes.map(({ key }) => key)).size).toBe(6);
  expect(outcomes.map(({ title, outcome, reason }) => [title, outcome, reason]).sort()).toEqual([
    ['broken.test.ts > the file itself', 'failed', expect.stringContaining('gone.ts')],
    ['sample.test.ts > adds', 'failed', expect.stringContaining('expected 2 to be 3')],
    ['sample.test.ts > adds', 'passed', undefined],
    ['sample.test.ts > divides', 'skipped', undefined],
    ['sample.test.ts > needs python', 'skipped', 'there is no Python'],
    ['sample.test.ts > trains (needs a GPU)', 'skipped', 'needs a GPU'],
  ]);
});
