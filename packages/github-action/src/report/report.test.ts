import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RuleResult, RuleStatus } from '../rules/rule-result.ts';
import { annotationsOf } from './annotations.ts';
import { markdownText } from './markdown-text.ts';
import type { Outcome } from './outcome.ts';
import { outputsOf } from './outputs.ts';
import { plainText } from './plain-text.ts';
import { renderSummary } from './render-summary.ts';

function outcomeOf(statuses: readonly RuleStatus[], text = 'x'): Outcome {
  const rules = statuses.map(
    (status, index): RuleResult => ({
      id: `rule-${index}`,
      status,
      expected: text,
      actual: text,
      baseline: text,
      evidence: text,
    }),
  );
  const verdict = statuses.includes('error') ? 'error' : 'failed';
  return { verdict, models: [{ name: 'm', verdict, rules }], damage: [] };
}

/** Text as an attacker would write it. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '::error::',
        '##[',
        '#',
        '[',
        ':',
        '\n',
        '\r\n',
        '::',
        '|',
        '@octo',
        '<b>',
        '`',
        '&lt;',
        '\u2028',
        '\u202e',
        '\u0000',
        'https://x.example',
        'www.x.example',
        '_a_',
        '**b**',
        '\\',
      ),
      fc.string({ unit: 'binary' }),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(''));

describe('a line of the log', () => {
  it('has no line break and no command of the runner', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const line = plainText(text);
        expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202e]/u);
        expect(line).not.toContain('::');
        expect(line).not.toContain('##[');
      }),
    );
  });

  it('is unchanged when it is harmless', () => {
    expect(plainText('accuracy: 0.97 ≥ 0.9 é💧 #1 [x]')).toBe('accuracy: 0.97 ≥ 0.9 é💧 #1 [x]');
  });
});

describe('a cell of the summary', () => {
  it('has nothing that Markdown, HTML or GitHub would interpret', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const inner = /^(?:<code>(.*)<\/code>)?$/s.exec(markdownText(text))?.[1] ?? '';
        expect(inner.replace(/&#\d+;/g, '')).not.toMatch(/[|<>&@`\n\r*_[\]\\~#$!]|:\/\/|www\./i);
      }),
    );
  });

  it('shows the original text', () => {
    expect(markdownText('sha256:ab a_b')).toBe('<code>sha256:ab a&#95;b</code>');
    expect(markdownText('')).toBe('');
  });
});

describe('annotations', () => {
  it('are at most ten, errors first, and the last counts the rest', () => {
    const statuses: RuleStatus[] = [...Array<RuleStatus>(20).fill('fail'), 'pass', 'error'];
    const { errors, failure } = annotationsOf(outcomeOf(statuses));
    expect(errors).toHaveLength(9);
    expect(errors[0]).toContain('rule-21');
    expect(failure).toContain('21 rules are not met (+12 more');
  });

  it('are empty when the gate passed', () => {
    expect(annotationsOf({ ...outcomeOf(['pass']), verdict: 'passed' })).toEqual({ errors: [] });
  });
});

describe('the summary', () => {
  it('stays below 1 MiB, and says how much was left out', () => {
    const statuses = Array<RuleStatus>(5000).fill('fail');
    const summary = renderSummary(outcomeOf(statuses, '|'.repeat(1000)));
    expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024);
    expect(summary).toMatch(/\d+ more parts do not fit here/);
  });

  it('lists blocking rules first', () => {
    const summary = renderSummary(outcomeOf(['pass', 'skipped', 'fail', 'error']));
    const order = [...summary.matchAll(/rule-(\d)/g)].map(([, index]) => Number(index));
    expect(order).toEqual([3, 2, 1, 0]);
  });
});

describe('the outputs', () => {
  it('name the stage that stopped the gate', () => {
    const outcome: Outcome = {
      verdict: 'error',
      problem: { stage: 'policy', message: 'There is none.' },
      models: [],
      damage: [],
    };
    expect(outputsOf(outcome)).toEqual({
      verdict: 'error',
      'failed-rules': '["gate/policy"]',
      models: '[]',
      'policy-sha': '',
      'registry-head': '{}',
    });
  });
});
