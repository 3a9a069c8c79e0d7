import { z } from 'zod';
import { eventNames, isMlflowEvent, type WebhookEvent } from './webhook-event.ts';
import type { WebhookRecord } from './webhook-record.ts';
import type { WebhookTestResult } from './webhooks.ts';

// MLflow: protos/webhooks.proto. `null` counts as absent, and enumerations come by name or number.
type Text = string | null | undefined;
type Enumerated = string | number | null | undefined;

/** An event as it was sent. */
export interface EventMessage {
  readonly entity?: Enumerated;
  readonly action?: Enumerated;
}

/** The fields of a webhook that both creating and updating it may set. */
interface WebhookFields {
  readonly description?: Text;
  readonly secret?: Text;
  readonly status?: Enumerated;
}

/** What `POST /mlflow/webhooks` carries. */
export interface CreateWebhookRequest extends WebhookFields {
  readonly name: string;
  readonly url: string;
  readonly events: readonly EventMessage[];
}

/** What `PATCH /mlflow/webhooks/{webhook_id}` carries: what is absent stays as it is. */
export interface UpdateWebhookRequest extends WebhookFields, WebhookIdRequest {
  readonly name?: Text;
  readonly url?: Text;
  readonly events?: readonly EventMessage[] | null | undefined;
}

/** A request that names a webhook and nothing else. */
export interface WebhookIdRequest {
  readonly webhook_id: string;
}

/** What `POST /mlflow/webhooks/{webhook_id}/test` carries. */
export interface TestWebhookRequest extends WebhookIdRequest {
  readonly event?: EventMessage | null | undefined;
}

/** What `GET /mlflow/webhooks` carries. */
export interface ListWebhooksRequest {
  readonly max_results?: number | null | undefined;
  readonly page_token?: Text;
}

const text: z.ZodType<Text> = z.string().nullish();
const enumerated: z.ZodType<Enumerated> = z.union([z.string(), z.int()]).nullish();
const EventField: z.ZodType<EventMessage> = z.object({ entity: enumerated, action: enumerated });
const fields = { description: text, secret: text, status: enumerated };

/** Reads it. */
export const CreateWebhookRequest: z.ZodType<CreateWebhookRequest> = z.object({
  name: z.string().min(1),
  url: z.string().min(1),
  events: z.array(EventField).min(1),
  ...fields,
});

/** Reads it. */
export const UpdateWebhookRequest: z.ZodType<UpdateWebhookRequest> = z.object({
  webhook_id: z.string(),
  name: text,
  url: text,
  events: z.array(EventField).nullish(),
  ...fields,
});

/** Reads it. */
export const WebhookIdRequest: z.ZodType<WebhookIdRequest> = z.object({ webhook_id: z.string() });

/** Reads it. */
export const TestWebhookRequest: z.ZodType<TestWebhookRequest> = z.object({
  webhook_id: z.string(),
  event: EventField.nullish(),
});

/** Reads it; in a query numbers are texts. */
export const ListWebhooksRequest: z.ZodType<ListWebhooksRequest> = z.object({
  max_results: z.coerce.number().int().nullish(),
  page_token: text,
});

/** A webhook as clients read it; the secret is never in it. */
export interface WebhookMessage {
  readonly webhook_id: string;
  readonly name: string;
  readonly description?: string;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly status: WebhookRecord['status'];
  readonly creation_timestamp: number;
  readonly last_updated_timestamp: number;
}

/**
 * The message of a webhook. MLflow's client fails on a message with an event that it does not know, so it only gets
 * MLflow's events.
 */
export function toWebhookMessage(webhook: WebhookRecord, mlflowOnly: boolean): WebhookMessage {
  const { id, name, description, url, status } = webhook;
  return {
    webhook_id: id,
    name,
    ...(description === undefined || description === '' ? {} : { description }),
    url,
    events: mlflowOnly ? webhook.events.filter(isMlflowEvent) : webhook.events,
    status,
    creation_timestamp: webhook.creationTimeMs,
    last_updated_timestamp: webhook.lastUpdateTimeMs,
  };
}

/** The message of a test's result. */
export function toTestResultMessage(result: WebhookTestResult): Record<string, unknown> {
  const { success, responseStatus, responseBody, errorMessage } = result;
  return {
    success,
    ...(responseStatus === undefined ? {} : { response_status: responseStatus }),
    ...(responseBody === undefined ? {} : { response_body: responseBody }),
    ...(errorMessage === undefined ? {} : { error_message: errorMessage }),
  };
}

/** An event by its names. */
export function fromEventMessage({ entity, action }: EventMessage): WebhookEvent {
  return eventNames({ entity: entity ?? undefined, action: action ?? undefined });
}

/** A status by its name; `undefined` for an unknown one, which MLflow ignores too. */
export function fromStatusMessage(
  status: string | number | null | undefined,
): WebhookRecord['status'] | undefined {
  if (status === 'ACTIVE' || status === 1) return 'ACTIVE';
  return status === 'DISABLED' || status === 2 ? 'DISABLED' : undefined;
}
