import { createHmac } from 'node:crypto';

/** One message to one webhook. */
export interface Delivery {
  /** A UUID, the same for every attempt: receivers know by it what they have had already. */
  readonly id: string;
  readonly webhookId: string;
  /** The JSON to be sent, as it is signed. */
  readonly body: string;
  readonly createdAtMs: number;
}

/** The body of a delivery: MLflow's form (webhooks/delivery.py), the time as Python's `isoformat` has it. */
export function deliveryBody(options: {
  readonly entity: string;
  readonly action: string;
  readonly atMs: number;
  readonly data: Readonly<Record<string, unknown>>;
}): string {
  const { entity, action, atMs, data } = options;
  return JSON.stringify({
    entity: entity.toLowerCase(),
    action: action.toLowerCase(),
    timestamp: new Date(atMs).toISOString().replace('Z', '+00:00'),
    data,
  });
}

/**
 * The headers of one attempt, signed for the time it is made: `v1,` and base64 of HMAC-SHA256 over
 * `<id>.<seconds>.<body>` (MLflow: webhooks/delivery.py, after standardwebhooks.com). Without a secret
 * there is no signature.
 */
export function deliveryHeaders(
  delivery: Pick<Delivery, 'id' | 'body'>,
  secret: string | undefined,
  nowMs: number,
): Readonly<Record<string, string>> {
  const seconds = String(Math.floor(nowMs / 1000));
  const { id, body } = delivery;
  return {
    'Content-Type': 'application/json',
    'User-Agent': 'tidemark-webhook',
    'X-MLflow-Delivery-Id': id,
    'X-MLflow-Timestamp': seconds,
    ...(secret === undefined
      ? {}
      : {
          'X-MLflow-Signature': `v1,${createHmac('sha256', secret).update(`${id}.${seconds}.${body}`).digest('base64')}`,
        }),
  };
}
