import type { WebhookEvent } from './webhook-event.ts';

/** A webhook as it is stored. */
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

/** Returns the purpose that seals the secret of a webhook. The secret opens for no other webhook. */
export function secretPurpose(webhookId: string): string {
  return `webhook ${webhookId}`;
}
