import {
  getVersion,
  getVersionByAlias,
  type ModelVersion,
  type RegisteredModel,
  type RegistryHead,
  type Store,
  TidemarkError,
} from '@tidemark/core';
import { readVersionFacts } from './evidence/version-facts.ts';
import { judgeModel } from './judge-model.ts';
import type { ModelPolicy, Policy, VersionSelector } from './policy.ts';
import type { RuleResult } from './rules/rule-result.ts';
import { shown } from './shown.ts';
import { type Verdict, verdictOf, worstVerdict } from './verdict.ts';

/** What became of one model of the policy. */
export interface ModelReport {
  readonly name: string;
  readonly verdict: Verdict;
  /** The version that was judged; absent when there is none. */
  readonly candidate?: number;
  /** Its digest in the registry. */
  readonly artifactsDigest?: string;
  /** The version that it was compared with, when there was one. */
  readonly baseline?: number;
  /** Where the registered model's chain of commits ended when it was read. */
  readonly registryHead?: RegistryHead;
  /** In the order of the policy. */
  readonly rules: readonly RuleResult[];
}

/** What became of a policy. */
export interface GateReport {
  readonly verdict: Verdict;
  /** In the order of the policy. */
  readonly models: readonly ModelReport[];
}

/**
 * Evaluates every rule of a policy against a store, and reduces them to a verdict afterwards. Reads
 * only. A model that cannot be judged is an error of its own and keeps no other from being judged.
 * @param options `model`: judge this model of the policy alone
 * @throws POLICY_NOT_FOUND when the policy does not have `options.model`
 */
export async function evaluatePolicy(
  store: Store,
  policy: Policy,
  options: { readonly model?: string } = {},
): Promise<GateReport> {
  const { model: only } = options;
  const chosen = policy.models.filter(({ name }) => only === undefined || name === only);
  if (only !== undefined && chosen.length === 0) {
    const known = policy.models.map(({ name }) => JSON.stringify(name)).join(', ');
    throw new TidemarkError(
      'POLICY_NOT_FOUND',
      `The policy asks nothing of the model ${JSON.stringify(only)}; it has ${known}. Add the model to the policy, or leave the input "model" away.`,
      { details: { model: only } },
    );
  }
  const models: ModelReport[] = [];
  for (const model of chosen) models.push(await evaluateModel(store, model, policy.onMissing));
  return { verdict: worstVerdict(models.map(({ verdict }) => verdict)), models };
}

async function evaluateModel(
  store: Store,
  policy: ModelPolicy,
  onMissing: Policy['onMissing'],
): Promise<ModelReport> {
  const { name } = policy;
  let known: Pick<ModelReport, 'registryHead'> = {};
  try {
    const entry = await store.registry.read(name);
    if (entry === undefined)
      return errorReport(name, 'a registered model', await noModel(store, name));
    known = { registryHead: entry.head };
    const version = selectVersion(entry.model, policy.candidate);
    const baseline = entry.model.versions.find(
      ({ aliases }) => policy.baseline !== undefined && aliases.includes(policy.baseline.alias),
    );
    const metrics = policy.metrics.map((metric) => metric.name);
    const signature = policy.schema.length > 0;
    const asked = { metrics, signature, files: true };
    const candidate = await readVersionFacts(store, version, asked);
    const rules = judgeModel(
      policy,
      {
        model: entry.model,
        candidate,
        ...(baseline === undefined
          ? {}
          : { baseline: await readVersionFacts(store, baseline, { ...asked, files: signature }) }),
      },
      onMissing,
    );
    return {
      name,
      verdict: verdictOf(rules),
      candidate: version.version,
      ...(version.artifactsDigest === undefined
        ? {}
        : { artifactsDigest: version.artifactsDigest }),
      ...(baseline === undefined ? {} : { baseline: baseline.version }),
      ...known,
      rules,
    };
  } catch (error) {
    // Whatever kept this model from being judged is told as its error; the others still are judged.
    const reason = error instanceof Error ? error.message : String(error);
    return { ...errorReport(name, 'a model that can be judged', reason), ...known };
  }
}

function errorReport(name: string, expected: string, actual: string): ModelReport {
  const rule: RuleResult = { id: 'candidate', status: 'error', expected, actual };
  return { name, verdict: 'error', rules: [rule] };
}

function selectVersion(model: RegisteredModel, selector: VersionSelector): ModelVersion {
  switch (selector.kind) {
    case 'alias':
      return getVersionByAlias(model, selector.alias);
    case 'version':
      return getVersion(model, selector.version);
    case 'latest':
      return getVersion(model, Math.max(1, ...model.versions.map(({ version }) => version)));
  }
}

async function noModel(store: Store, name: string): Promise<string> {
  const ended = (await store.registry.chains?.read(name))?.ended;
  if (ended?.kind === 'renamed') {
    return `the registered model ${JSON.stringify(name)} is called ${JSON.stringify(ended.to)} since ${shown(ended.by.name)} renamed it. Name that one in the policy`;
  }
  if (ended?.kind === 'deleted') {
    return `the registered model ${JSON.stringify(name)} was deleted by ${shown(ended.by.name)}. Register it anew, or take the right store`;
  }
  const names = (await store.registry.list()).map(({ model }) => JSON.stringify(model.name));
  const known = names.length === 0 ? 'none at all' : names.slice(0, 5).join(', ');
  return `the store has no registered model ${JSON.stringify(name)}; it has ${known}. Register it, or take the right store`;
}
