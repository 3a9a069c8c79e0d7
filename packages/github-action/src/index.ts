import { actionsReporter } from './action/actions-reporter.ts';
import { githubPolicySource } from './action/github-policy-source.ts';
import { main } from './action/main.ts';

// Failed until it passes: if anything ends this process early, it ends as a failure.
process.exitCode = 1;
const verdict = await main(process.env, {
  reporter: actionsReporter,
  connect: githubPolicySource,
});
if (verdict === 'passed') process.exitCode = 0;
