import type { Schema } from '@tidemark/core';
import { z } from 'zod';
import type { SignatureReading } from '../evidence/read-signature.ts';
import { signatureOf } from '../evidence/version-facts.ts';
import { mapping } from '../policy-text/mapping.ts';
import { type Comparison, mapComparison } from './comparison.ts';
import { type PolicyRule, policyRule } from './gate-rule.ts';
import type { RuleResult } from './rule-result.ts';
import type { OnMissing } from './rule-subject.ts';
import { inputObstacles, outputObstacles } from './schema-compatibility.ts';

/** The side of the signatures that is compared. */
type SchemaSide = 'inputs' | 'outputs';

const OBSTACLES = { inputs: inputObstacles, outputs: outputObstacles } as const;
const EXPECTED = {
  inputs: 'callers of the baseline can call it unchanged',
  outputs: 'readers of the baseline can read it unchanged',
} as const;

const compatible = z.literal('backward-compatible', 'can only be backward-compatible');

/** Callers and readers of the baseline can use the candidate, according to the signatures. */
export const schema: PolicyRule = policyRule<SchemaSide>({
  key: 'schema',
  comparing: 'schema',
  schema: mapping({
    inputs: compatible.exactOptional(),
    outputs: compatible.exactOptional(),
  })
    .refine((it) => Object.keys(it).length > 0, 'has no rule: give inputs or outputs')
    .transform((it) => (['inputs', 'outputs'] as const).filter((side) => it[side] !== undefined)),
  reads: () => ({ candidate: { signature: true }, baseline: { signature: true } }),
  judge: (side, { candidate, baseline, onMissing }) => [
    judgeSchema(side, signatureOf(candidate), mapComparison(baseline, signatureOf), onMissing),
  ],
});

function judgeSchema(
  side: SchemaSide,
  candidate: SignatureReading,
  comparison: Comparison<SignatureReading>,
  onMissing: OnMissing,
): RuleResult {
  const rule = { id: `schema.${side}`, expected: EXPECTED[side] };
  const after = schemaOf(candidate, side);
  if (comparison.kind === 'none') {
    const actual = typeof after === 'string' ? after : shownSchema(after);
    return { ...rule, status: comparison.status, actual, baseline: comparison.reason };
  }
  const before = schemaOf(comparison.reading, side);
  if (typeof after === 'string' || typeof before === 'string') {
    const unusable = candidate.kind === 'unusable' || comparison.reading.kind === 'unusable';
    return {
      ...rule,
      status: !unusable && onMissing === 'skip' ? 'skipped' : 'fail',
      actual: typeof after === 'string' ? after : shownSchema(after),
      baseline: typeof before === 'string' ? before : shownSchema(before),
    };
  }
  const obstacles = OBSTACLES[side](before, after);
  return {
    ...rule,
    status: obstacles.length === 0 ? 'pass' : 'fail',
    actual: obstacles.length === 0 ? shownSchema(after) : `it ${obstacles.join('; it ')}`,
    baseline: shownSchema(before),
  };
}

/** One side of a signature, or why it is missing. */
function schemaOf(reading: SignatureReading, side: SchemaSide): Schema | string {
  if (reading.kind !== 'signature') return reading.reason;
  return reading.signature[side] ?? `its signature declares no ${side}`;
}

function shownSchema(of: Schema): string {
  const shown = of.map((spec) => {
    const type =
      spec.kind === 'tensor'
        ? `${spec.dtype}[${spec.shape.join(', ')}]`
        : typeof spec.type === 'string'
          ? spec.type
          : spec.type.kind;
    return spec.name === undefined ? type : `${spec.name}: ${type}`;
  });
  return shown.join(', ');
}
