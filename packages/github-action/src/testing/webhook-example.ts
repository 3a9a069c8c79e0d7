import { createRequire } from 'node:module';
import type { WebhookDefinition } from '@octokit/webhooks-examples';

/** GitHub's own example of a payload. */
export function webhookExample(
  event: 'pull_request' | 'merge_group' | 'push' | 'workflow_dispatch',
  matches: (payload: Record<string, unknown>) => boolean = () => true,
): Record<string, unknown> {
  const definitions: readonly WebhookDefinition[] = createRequire(import.meta.url)(
    '@octokit/webhooks-examples',
  );
  const examples = definitions.find(({ name }) => name === event)?.examples ?? [];
  const found = (examples as unknown as Record<string, unknown>[]).find(matches);
  if (found === undefined) throw new Error(`GitHub has no such example of ${event}`);
  return found;
}
