import { openFileStore, type StoreDamage } from '@tidemark/core/node';
import { evaluatePolicy } from '../gate/gate.ts';
import type { Verdict } from '../gate/verdict.ts';
import { parsePolicy } from '../policy/parse-policy.ts';
import { annotationsOf } from '../report/annotations.ts';
import type { Outcome, Stage } from '../report/outcome.ts';
import { outputsOf } from '../report/outputs.ts';
import { plainText } from '../report/plain-text.ts';
import { renderSummary } from '../report/render-summary.ts';
import type { Env } from './env.ts';
import { readEvent } from './event.ts';
import type { GithubConnection, PolicySource } from './github-policy-source.ts';
import { inputOf, readInputs } from './inputs.ts';
import type { Reporter } from './reporter.ts';
import { locateStore } from './store-place.ts';

/** The connections of the action, besides environment variables. */
export interface ActionIo {
  readonly reporter: Reporter;
  connect(connection: GithubConnection): Promise<PolicySource>;
}

/**
 * Runs the gate: the policy of the base, a store outside the workspace, all rules, then the report. It never throws.
 * If a part of the report cannot be written, it warns, and the verdict does not change.
 */
export async function main(env: Env, io: ActionIo): Promise<Verdict> {
  const token = inputOf(env, 'github-token');
  if (token !== '') io.reporter.setSecret(token);
  const outcome = await judge(env, io);
  await report(outcome, io.reporter);
  return outcome.verdict;
}

async function judge(env: Env, io: ActionIo): Promise<Outcome> {
  // The logs are read more than once, and each read reports the same places.
  const damage = new Map<string, StoreDamage>();
  let stage: Stage = 'inputs';
  let found: Pick<Outcome, 'policy' | 'store'> = {};
  try {
    const inputs = readInputs(env);
    stage = 'event';
    const event = readEvent(env);
    stage = 'store';
    const folder = locateStore(inputs.store, env.GITHUB_WORKSPACE);
    stage = 'policy';
    const source = await io.connect({
      apiUrl: env.GITHUB_API_URL ?? '',
      token: inputs.githubToken,
    });
    const { policyPath: path } = inputs;
    const { text, sha } = await source.read(event.repository, path, event.policyRef);
    const { what } = event.policyRef;
    found = { policy: { path, sha, what } };
    const policy = parsePolicy(text, `The policy ${path} at ${what} (${sha})`);
    stage = 'store';
    const store = openFileStore(folder, {
      mustExist: true,
      // No check covers derived files, so the gate reads only the files that they are derived from.
      index: 'off',
      onDamage: (place) => damage.set(`${place.file}:${place.offset}`, place),
    });
    found = { ...found, store: folder };
    stage = 'evaluation';
    const only = inputs.model === undefined ? {} : { model: inputs.model };
    const report = await evaluatePolicy(store, policy, only).finally(() => store.close());
    return { ...report, ...found, damage: [...damage.values()] };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      verdict: 'error',
      problem: { stage, message },
      ...found,
      models: [],
      damage: [...damage.values()],
    };
  }
}

async function report(outcome: Outcome, reporter: Reporter): Promise<void> {
  const attempts: readonly (readonly [string, () => void | Promise<void>])[] = [
    ...Object.entries(outputsOf(outcome)).map(
      ([name, value]) => [`the output ${name}`, () => reporter.setOutput(name, value)] as const,
    ),
    ['the job summary', () => reporter.writeSummary(renderSummary(outcome))],
  ];
  logRules(outcome, reporter);
  for (const [what, attempt] of attempts) {
    try {
      await attempt();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      reporter.warning(plainText(`The gate could not write ${what}: ${reason}`));
    }
  }
  if (outcome.damage.length > 0) {
    reporter.warning(
      `${outcome.damage.length} places in the logs of the store could not be read. The job summary names them.`,
    );
  }
  const { errors, failure } = annotationsOf(outcome);
  for (const message of errors) reporter.error(message);
  if (failure !== undefined) reporter.fail(failure);
}

function logRules({ models, verdict }: Outcome, reporter: Reporter): void {
  for (const { name, rules } of models) {
    for (const { id, status, expected, actual } of rules) {
      reporter.log(plainText(`${status}  ${name}/${id}: expected ${expected}; found ${actual}`));
    }
  }
  reporter.log(`verdict: ${verdict}`);
}
