import { artifacts, baselineArtifacts } from './artifacts.ts';
import type { GateRule } from './gate-rule.ts';
import { metrics } from './metrics.ts';
import { paramConflicts } from './param-conflicts.ts';
import { baselineRunState, runState } from './run-state.ts';
import { schema } from './schema.ts';
import { tags } from './tags.ts';

/** Every rule of the gate, in the order of its results. */
export const RULES: readonly GateRule[] = [
  artifacts,
  runState,
  paramConflicts,
  tags,
  baselineRunState,
  baselineArtifacts,
  metrics,
  schema,
];
