import type { Schema } from '@tidemark/core';
import type { SignatureReading } from '../evidence/read-signature.ts';
import type { Policy } from '../policy.ts';
import { inputObstacles, outputObstacles } from '../schema-compatibility.ts';
import type { Comparison } from './comparison.ts';
import type { RuleResult } from './rule-result.ts';

/** Which side of the models' signatures is compared. */
export type SchemaSide = 'inputs' | 'outputs';

const OBSTACLES = { inputs: inputObstacles, outputs: outputObstacles } as const;
const EXPECTED = {
  inputs: 'callers of the baseline can call it unchanged',
  outputs: 'readers of the baseline can read it unchanged',
} as const;

/** Who works with the baseline can work with the candidate, as far as their signatures tell. */
export function judgeSchema(
  side: SchemaSide,
  candidate: SignatureReading,
  comparison: Comparison<SignatureReading>,
  onMissing: Policy['onMissing'],
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

/** One side of a signature, or why there is none. */
function schemaOf(reading: SignatureReading, side: SchemaSide): Schema | string {
  if (reading.kind !== 'signature') return reading.reason;
  return reading.signature[side] ?? `its signature declares no ${side}`;
}

function shownSchema(schema: Schema): string {
  const shown = schema.map((spec) => {
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
