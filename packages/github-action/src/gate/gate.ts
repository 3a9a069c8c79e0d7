import {
  assertArguments,
  assertOptions,
  getVersion,
  getVersionByAlias,
  type ModelVersion,
  type RegisteredModel,
  type RegistryHead,
  type Store,
  TidemarkError,
} from '@tidemark/core';
import { type FactsAsked, readVersionFacts, type VersionFacts } from '../evidence/version-facts.ts';
import type { ModelPolicy, Policy, VersionSelector } from '../policy/policy.ts';
import type { Comparison } from '../rules/comparison.ts';
import type { RuleResult } from '../rules/rule-result.ts';
import { shown } from '../shown.ts';
import { factsUsed } from './facts-used.ts';
import { judgeModel } from './judge-model.ts';
import { type Verdict, verdictOf, worstVerdict } from './verdict.ts';

/** The result for one model of the policy. */
export interface ModelReport {
  readonly name: string;
  readonly verdict: Verdict;
  /** The version that was judged; absent if there is no such version. */
  readonly candidate?: number;
  /** Its digest in the registry. */
  readonly artifactsDigest?: string;
  /** The version that it was compared with; absent without a comparison. */
  readonly baseline?: number;
  /** The head of the registered model's chain when it was read. */
  readonly registryHead?: RegistryHead;
  /** Results of the rules, in the order of the policy. */
  readonly rules: readonly RuleResult[];
}

/** The result for a policy. */
export interface GateReport {
  readonly verdict: Verdict;
  /** Reports of the models, in the order of the policy. */
  readonly models: readonly ModelReport[];
}

/**
 * Evaluates every rule of a policy against a store, and then computes a verdict. It writes nothing. A model that
 * cannot be judged becomes an error, and the others are still judged.
 * @param options `model`: judge only this model of the policy
 * @throws POLICY_NOT_FOUND when the policy does not have `options.model`
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 *
 * const policy = parsePolicy(await readFile('.github/model-gate.yml', 'utf8'));
 * const { verdict, models } = await evaluatePolicy(store, policy);
 * if (verdict !== 'passed') throw new Error(JSON.stringify(models));
 * ```
 */
export async function evaluatePolicy(
  store: Store,
  policy: Policy,
  options: { readonly model?: string } = {},
): Promise<GateReport> {
  assertArguments({ store, policy }, 'evaluatePolicy', { store: 'store', policy: 'object' });
  assertArguments(policy, 'evaluatePolicy', { models: 'objects' });
  assertOptions(options, 'evaluatePolicy', { model: 'string?' });
  const { model: only } = options;
  const chosen = policy.models.filter(({ name }) => only === undefined || name === only);
  if (only !== undefined && chosen.length === 0) {
    const known = policy.models.map(({ name }) => JSON.stringify(name)).join(', ');
    throw new TidemarkError(
      'POLICY_NOT_FOUND',
      `The policy has no rules for the model ${JSON.stringify(only)}; it has ${known}. Add the model to the policy, or remove the input "model".`,
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
    const used = factsUsed(policy.asked);
    const rules = judgeModel(policy.asked, {
      model: entry.model,
      candidate: await readVersionFacts(store, version, used.candidate),
      baseline: await readComparison(store, policy, version, baseline, used.baseline),
      used,
      onMissing,
    });
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
    // The reason becomes the error of this model. The others are still judged.
    const reason = error instanceof Error ? error.message : String(error);
    return { ...errorReport(name, 'a model that can be judged', reason), ...known };
  }
}

async function readComparison(
  store: Store,
  policy: ModelPolicy,
  candidate: ModelVersion,
  baseline: ModelVersion | undefined,
  used: FactsAsked,
): Promise<Comparison<VersionFacts>> {
  if (baseline === undefined) {
    return {
      kind: 'none',
      status: policy.baseline?.whenAbsent === 'skip' ? 'skipped' : 'fail',
      reason: `no version has the alias ${policy.baseline?.alias ?? ''}`,
    };
  }
  return baseline.version === candidate.version
    ? { kind: 'none', status: 'skipped', reason: 'the candidate is the baseline itself' }
    : { kind: 'with', reading: await readVersionFacts(store, baseline, used) };
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
    return `the registered model ${JSON.stringify(name)} was renamed to ${JSON.stringify(ended.to)} by ${shown(ended.by.name)}. Use the new name in the policy`;
  }
  if (ended?.kind === 'deleted') {
    return `the registered model ${JSON.stringify(name)} was deleted by ${shown(ended.by.name)}. Register it again, or use the right store`;
  }
  const names = (await store.registry.list()).map(({ model }) => JSON.stringify(model.name));
  const known = names.length === 0 ? 'none at all' : names.slice(0, 5).join(', ');
  return `the store has no registered model ${JSON.stringify(name)}; it has ${known}. Register it, or use the right store`;
}
