import type { StoreDamage } from '@tidemark/core/node';
import type { ModelReport } from '../gate/gate.ts';
import type { Verdict } from '../gate/verdict.ts';

/** The step at which the gate stopped. */
export type Stage = 'inputs' | 'event' | 'store' | 'policy' | 'evaluation';

/** The outcome of a run of the action. The report uses nothing else. */
export interface Outcome {
  readonly verdict: Verdict;
  /** Why nothing could be judged; absent when the rules were evaluated. */
  readonly problem?: { readonly stage: Stage; readonly message: string };
  /** The policy; absent if it was not read. */
  readonly policy?: { readonly path: string; readonly sha: string; readonly what: string };
  /** The real folder of the store; absent if it was not opened. */
  readonly store?: string;
  readonly models: readonly ModelReport[];
  /** Lines of the store's logs that could not be read. */
  readonly damage: readonly StoreDamage[];
}

/** A rule that blocks, or the step that stopped the gate, with its id in the outputs. */
export interface Finding {
  /** `<model>/<rule>`, or `gate/<stage>`. */
  readonly id: string;
  readonly status: 'fail' | 'error';
  readonly text: string;
}

/** Everything that blocks: errors first, then failures, each in the order of the policy. */
export function findingsOf({ problem, models }: Outcome): Finding[] {
  const findings: Finding[] = models.flatMap(({ name, rules }) =>
    rules.flatMap(({ id, status, expected, actual, baseline }) => {
      if (status !== 'fail' && status !== 'error') return [];
      const compared = baseline === undefined ? '' : ` (baseline: ${baseline})`;
      const text = `${id} of ${name}: expected ${expected}; found ${actual}${compared}`;
      return [{ id: `${name}/${id}`, status, text }];
    }),
  );
  if (problem !== undefined) {
    findings.push({ id: `gate/${problem.stage}`, status: 'error', text: problem.message });
  }
  return [
    ...findings.filter(({ status }) => status === 'error'),
    ...findings.filter(({ status }) => status === 'fail'),
  ];
}
