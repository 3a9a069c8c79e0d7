import type { WebhookEvent } from './webhook-event.ts';

/** A webhook as it is kept. */
export interface WebhookRecord {
  /** A UUID. */
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  /** The secret that signs deliveries, sealed by a `SecretBox` for `secretPurpose(id)`. */
  readonly sealedSecret?: string;
  readonly status: 'ACTIVE' | 'DISABLED';
  readonly creationTimeMs: number;
  readonly lastUpdateTimeMs: number;
}

/** What a webhook's secret is sealed for: it opens for no other webhook. */
export function secretPurpose(webhookId: string): string {
  return `webhook ${webhookId}`;
}
