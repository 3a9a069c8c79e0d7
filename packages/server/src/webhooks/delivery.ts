import { createHmac } from 'node:crypto';

/** One message to one webhook. */
export interface Delivery {
  /** A UUID, the same for every attempt. Receivers recognise by it what they have already. */
  readonly id: string;
  readonly webhookId: string;
  /** The JSON to send, as it is signed. */
  readonly body: string;
  readonly createdAtMs: number;
}

/**
 * Returns the body of a delivery in MLflow's form (webhooks/delivery.py). The time is that of Python's `isoformat`.
 */
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
 * Returns the headers of one attempt, signed for the time it is made: `v1,` and base64 of HMAC-SHA256 over
 * `<id>.<seconds>.<body>` (MLflow: webhooks/delivery.py, after standardwebhooks.com). Without a secret there is no
 * signature.
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
