import { isJsonObject, type JsonObject } from '../workspace/json.ts';

/** The outcome of one test in one run. */
export interface TestOutcome {
  /** Identifies the test; the same in every run of the suite. */
  readonly key: string;
  /** The file and the full name, for people. */
  readonly title: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped, if the test gives a reason; for a failure the beginning of its message. */
  readonly reason?: string;
}

/** The sums of several runs. */
export interface TestCount {
  readonly passed: number;
  /** Every failure of every run. */
  readonly failed: readonly TestOutcome[];
  /** Tests that no run executed, each counted once. */
  readonly skipped: readonly TestOutcome[];
}

/** The outcomes in a report of vitest's JSON reporter. Titles have paths relative to `root`. */
export function outcomesOf(report: JsonObject, root: string): TestOutcome[] {
  const files = Array.isArray(report.testResults) ? report.testResults.filter(isJsonObject) : [];
  return files.flatMap((file) => fileOutcomes(file, root));
}

/** Sums runs: every pass and every failure counts; a skip counts if no run executed the test. */
export function countTests(outcomes: readonly TestOutcome[]): TestCount {
  const ran = new Set(outcomes.filter(isCarriedOut).map((test) => test.key));
  const skipped = new Map(
    outcomes.filter((test) => !ran.has(test.key)).map((test) => [test.key, test]),
  );
  return {
    passed: outcomes.filter((test) => test.outcome === 'passed').length,
    failed: outcomes.filter((test) => test.outcome === 'failed'),
    skipped: [...skipped.values()],
  };
}

/** The summary line for programs: `N passed, N failed, N skipped`. */
export function summaryLine({ passed, failed, skipped }: TestCount): string {
  return `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`;
}

/** The maximum length of a failure message in the output, in characters. */
const FAILURE_LENGTH = 1500;

const OUTCOMES: Readonly<Record<string, TestOutcome['outcome']>> = {
  passed: 'passed',
  failed: 'failed',
};

function fileOutcomes(file: JsonObject, root: string): TestOutcome[] {
  const path = String(file.name).replace(`${root}/`, '');
  const tests = Array.isArray(file.assertionResults)
    ? file.assertionResults.filter(isJsonObject)
    : [];
  const seen = new Map<string, number>();
  const outcomes = tests.map((test): TestOutcome => {
    const title = `${path} > ${String(test.fullName)}`;
    const namesakes = seen.get(title) ?? 0;
    seen.set(title, namesakes + 1);
    const outcome = OUTCOMES[String(test.status)] ?? 'skipped';
    const reason = outcome === 'skipped' ? skipReason(test) : failure(test.failureMessages);
    return {
      key: `${title}#${namesakes}`,
      title,
      outcome,
      ...(reason === undefined ? {} : { reason }),
    };
  });
  // A file that does not load, or whose hooks fail, has no failed test in the report.
  const failedItself =
    file.status === 'failed' && !outcomes.some((test) => test.outcome === 'failed');
  const itself = `${path} > the file itself`;
  return failedItself
    ? [...outcomes, failedTest(itself, typeof file.message === 'string' ? file.message : '')]
    : outcomes;
}

function failedTest(title: string, message: string): TestOutcome {
  const reason = failure([message]);
  return { key: title, title, outcome: 'failed', ...(reason === undefined ? {} : { reason }) };
}

/** The first lines of a failure, before the stack: enough to understand it in a log. */
function failure(messages: unknown): string | undefined {
  const text = Array.isArray(messages) ? messages.map(String).join('\n') : '';
  const told = text
    .split(/\n\s+at /)[0]
    ?.trim()
    .slice(0, FAILURE_LENGTH);
  return told === '' ? undefined : told;
}

/** The reason from `ctx.skip('why')`, or the requirement in brackets in the test's name. */
function skipReason({ meta, fullName }: JsonObject): string | undefined {
  if (isJsonObject(meta) && typeof meta.skipReason === 'string') return meta.skipReason;
  return /\((needs [^)]*)\)/.exec(String(fullName))?.[1];
}

function isCarriedOut(test: TestOutcome): boolean {
  return test.outcome !== 'skipped';
}
