import { findingsOf, type Outcome } from './outcome.ts';
import { plainText } from './plain-text.ts';

/** GitHub shows ten errors of a step. The last one is the message that fails the step. */
const MAX_ERRORS = 10;

/** The annotations: an error for each finding, as far as they fit, and a summary as the last one. */
export interface Annotations {
  readonly errors: readonly string[];
  /** Absent when the gate passed. */
  readonly failure?: string;
}

/** The annotations of an outcome, blocking ones first, safe to print. */
export function annotationsOf(outcome: Outcome): Annotations {
  const { verdict, problem, models } = outcome;
  if (verdict === 'passed') return { errors: [] };
  const findings = findingsOf(outcome);
  if (problem !== undefined && findings.length === 1) {
    return { errors: [], failure: plainText(`The model gate could not judge. ${problem.message}`) };
  }
  const errors = findings.slice(0, MAX_ERRORS - 1).map(({ text }) => plainText(text));
  const more = findings.length - errors.length;
  const blocked = models.filter((model) => model.verdict !== 'passed').map(({ name }) => name);
  const judged = verdict === 'error' ? 'could not judge' : 'blocks';
  return {
    errors,
    failure: plainText(
      `The model gate ${judged} ${blocked.join(', ')}: ${findings.length} ${findings.length === 1 ? 'rule is' : 'rules are'} not met${more > 0 ? ` (+${more} more, in the job summary)` : ''}.`,
    ),
  };
}
