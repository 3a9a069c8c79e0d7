import { openStore, registerModel, setModelRules, startRun } from '@tidemark/client';
import {
  type Actor,
  approveRequest,
  createComment,
  getRegisteredModel,
  getVersion,
  isTidemarkError,
  modelActivity,
  modelHistory,
  requestTransition,
  setRegistryTag,
  targetText,
  transitionStage,
  verifyChain,
} from '@tidemark/core';
import { readPenguins } from '@tidemark-examples/penguins/data';

// Two people. A store in a folder takes their names as claimed; a Tidemark server authenticates them.
const ada: Actor = { name: 'ada', authenticated: false };
const eve: Actor = { name: 'eve', authenticated: false };
const name = 'mean-mass';
const target = { kind: 'stage', stage: 'Production' } as const;

// A model: the mean body mass of the penguins.
const penguins = await readPenguins();
const model = await startRun({ experiment: name }, async (run) => {
  const masses = penguins.map((penguin) => penguin['Body Mass (g)']);
  const mean = masses.reduce((sum, mass) => sum + mass, 0) / masses.length;
  await run.logMetric('mean_mass_g', mean);
  const content = new TextEncoder().encode(JSON.stringify({ mean }));
  return run.logModel({ name: 'mean', files: () => [{ path: 'mean.json', content }] });
});
const { version } = await registerModel({ name, model });
const store = await openStore();

// The rule belongs to the model: production needs a second person, and a review of exactly these files.
const rules = [{ target, approvals: 1, tags: ['passed-gdpr-review=true'] }];
await setModelRules({ name, rules });

// No one can bypass it …
await transitionStage(store, { name, version, stage: 'Production', by: ada }).catch(expectRefusal);

// … so Ada requests it. She cannot approve her own request, and Eve cannot approve it before the review is done.
const { requestId } = await requestTransition(store, {
  name,
  version,
  target,
  comment: 'better than the median',
  by: ada,
});
await approveRequest(store, { name, requestId, by: ada }).catch(expectRefusal);
await approveRequest(store, { name, requestId, by: eve }).catch(expectRefusal);
await setRegistryTag(store, {
  name,
  version,
  key: 'passed-gdpr-review',
  value: 'true',
  evidence: { ciJob: 'https://ci.example/gdpr/7' },
  by: eve,
});
await createComment(store, { name, version, text: 'no personal data in there', by: eve });
const { granted } = await approveRequest(store, { name, requestId, comment: 'go', by: eve });
const { stage } = getVersion(await getRegisteredModel(store, name), version);
console.log(`granted: ${granted}; version ${version} is in ${stage}\n`);

// The history for an auditor. A copy of the last commit's hash, kept elsewhere, proves it later.
const commits = [];
for await (const commit of modelHistory(store, name)) commits.push(commit);
for (const { type, by, target: to, subject, comment } of modelActivity(commits)) {
  const about = [to && targetText(to), subject, comment && `“${comment}”`].filter(Boolean);
  console.log(`${by.name.padEnd(8)} ${type.padEnd(22)} ${about.join('  ')}`);
}
const { head } = await verifyChain(store, name);
console.log(`\nhead: ${head.hash}`);

function expectRefusal(error: unknown): void {
  if (!isTidemarkError(error, 'TRANSITION_REFUSED')) throw error;
  console.log(`refused: ${error.message}\n`);
}
