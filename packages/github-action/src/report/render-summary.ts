import { Buffer } from 'node:buffer';
import type { ModelReport } from '../gate/gate.ts';
import type { RuleResult, RuleStatus } from '../rules/rule-result.ts';
import { markdownText } from './markdown-text.ts';
import type { Outcome } from './outcome.ts';

/** GitHub drops a step's summary of more than 1 MiB. The rest is for the closing lines. */
const MAX_BYTES = 1024 * 1024 - 64 * 1024;
const SHOWN_DAMAGE = 10;

const MARKS: Readonly<Record<RuleStatus, string>> = {
  error: '🛑 error',
  fail: '❌ fail',
  skipped: '⏭️ skipped',
  pass: '✅ pass',
};

/** The job summary in Markdown, blocking rules first. All foreign text in it is escaped. */
export function renderSummary(outcome: Outcome): string {
  const summary = new BoundedText(MAX_BYTES);
  summary.add(`## Model gate: ${outcome.verdict}\n\n`);
  if (outcome.problem !== undefined) {
    const { stage, message } = outcome.problem;
    summary.add(`The gate could not judge (${stage}): ${markdownText(message, 4000)}\n\n`);
  }
  for (const model of outcome.models) addModel(summary, model);
  for (const { file, offset, reason } of outcome.damage.slice(0, SHOWN_DAMAGE)) {
    summary.add(`- ⚠️ not read: ${markdownText(`${file}, byte ${offset}: ${reason}`)}\n`);
  }
  if (outcome.policy !== undefined) {
    const { path, sha, what } = outcome.policy;
    summary.add(`\nPolicy ${markdownText(path)} at ${markdownText(sha)}, ${markdownText(what)}.\n`);
  }
  if (outcome.store !== undefined) summary.add(`\nStore ${markdownText(outcome.store)}.\n`);
  return summary.end((left) => `\n${left} more parts do not fit here.\n`);
}

function addModel(summary: BoundedText, model: ModelReport): void {
  const { name, candidate, baseline, artifactsDigest, registryHead } = model;
  const version = candidate === undefined ? '' : ` version ${candidate}`;
  const against = baseline === undefined ? '' : `, compared with version ${baseline}`;
  summary.add(`### ${markdownText(name)}${version}${against}: ${model.verdict}\n\n`);
  summary.add(
    '| | rule | expected | found | baseline | evidence |\n| --- | --- | --- | --- | --- | --- |\n',
  );
  for (const rule of blockingFirst(model.rules)) {
    const cells = [rule.id, rule.expected, rule.actual, rule.baseline ?? '', rule.evidence ?? ''];
    summary.add(
      `| ${MARKS[rule.status]} | ${cells.map((cell) => markdownText(cell)).join(' | ')} |\n`,
    );
  }
  if (artifactsDigest !== undefined) summary.add(`\nFiles ${markdownText(artifactsDigest)}\n`);
  if (registryHead !== undefined) {
    const { number, hash } = registryHead;
    summary.add(`\nRegistry commit ${number}, ${markdownText(hash)}\n`);
  }
  summary.add('\n');
}

function blockingFirst(rules: readonly RuleResult[]): RuleResult[] {
  const order: readonly RuleStatus[] = ['error', 'fail', 'skipped', 'pass'];
  return order.flatMap((status) => rules.filter((rule) => rule.status === status));
}

/** Text that takes parts while they fit, and counts the others. */
class BoundedText {
  readonly #maxBytes: number;
  #text = '';
  #bytes = 0;
  #left = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(part: string): void {
    const bytes = Buffer.byteLength(part);
    if (this.#left > 0 || this.#bytes + bytes > this.#maxBytes) {
      this.#left += 1;
      return;
    }
    this.#text += part;
    this.#bytes += bytes;
  }

  end(note: (left: number) => string): string {
    return this.#left === 0 ? this.#text : this.#text + note(this.#left);
  }
}
