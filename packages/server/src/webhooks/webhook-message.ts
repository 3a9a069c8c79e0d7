import { z } from 'zod';
import { eventNames, isMlflowEvent, type WebhookEvent } from './webhook-event.ts';
import type { WebhookRecord } from './webhook-record.ts';
import type { WebhookTestResult } from './webhooks.ts';

// MLflow: protos/webhooks.proto. `null` counts as absent, and enumerations come by name or number.
type Text = string | null | undefined;
type Enumerated = string | number | null | undefined;

/** An event in a message. */
export interface EventMessage {
  readonly entity?: Enumerated;
  readonly action?: Enumerated;
}

/** The fields that a request to create or update a webhook may set. */
interface WebhookFields {
  readonly description?: Text;
  readonly secret?: Text;
  readonly status?: Enumerated;
}

/** The body of `POST /mlflow/webhooks`. */
export interface CreateWebhookRequest extends WebhookFields {
  readonly name: string;
  readonly url: string;
  readonly events: readonly EventMessage[];
}

/** The body of `PATCH /mlflow/webhooks/{webhook_id}`. Absent fields stay as they are. */
export interface UpdateWebhookRequest extends WebhookFields, WebhookIdRequest {
  readonly name?: Text;
  readonly url?: Text;
  readonly events?: readonly EventMessage[] | null | undefined;
}

/** A request that names a webhook and nothing else. */
export interface WebhookIdRequest {
  readonly webhook_id: string;
}

/** The body of `POST /mlflow/webhooks/{webhook_id}/test`. */
export interface TestWebhookRequest extends WebhookIdRequest {
  readonly event?: EventMessage | null | undefined;
}

/** The query of `GET /mlflow/webhooks`. */
export interface ListWebhooksRequest {
  readonly max_results?: number | null | undefined;
  readonly page_token?: Text;
}

const text: z.ZodType<Text> = z.string().nullish();
const enumerated: z.ZodType<Enumerated> = z.union([z.string(), z.int()]).nullish();
const EventField: z.ZodType<EventMessage> = z.object({ entity: enumerated, action: enumerated });
const fields = { description: text, secret: text, status: enumerated };

/** Schema of CreateWebhookRequest. */
export const CreateWebhookRequest: z.ZodType<CreateWebhookRequest> = z.object({
  name: z.string().min(1),
  url: z.string().min(1),
  events: z.array(EventField).min(1),
  ...fields,
});

/** Schema of UpdateWebhookRequest. */
export const UpdateWebhookRequest: z.ZodType<UpdateWebhookRequest> = z.object({
  webhook_id: z.string(),
  name: text,
  url: text,
  events: z.array(EventField).nullish(),
  ...fields,
});

/** Schema of WebhookIdRequest. */
export const WebhookIdRequest: z.ZodType<WebhookIdRequest> = z.object({ webhook_id: z.string() });

/** Schema of TestWebhookRequest. */
export const TestWebhookRequest: z.ZodType<TestWebhookRequest> = z.object({
  webhook_id: z.string(),
  event: EventField.nullish(),
});

/** Schema of ListWebhooksRequest. In a query numbers are texts. */
export const ListWebhooksRequest: z.ZodType<ListWebhooksRequest> = z.object({
  max_results: z.coerce.number().int().nullish(),
  page_token: text,
});

/** A webhook in an answer. It never has the secret. */
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
 * Returns the message of a webhook. MLflow's client fails on a message with an unknown event, so it gets only
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

/** Returns the message of a test's result. */
export function toTestResultMessage(result: WebhookTestResult): Record<string, unknown> {
  const { success, responseStatus, responseBody, errorMessage } = result;
  return {
    success,
    ...(responseStatus === undefined ? {} : { response_status: responseStatus }),
    ...(responseBody === undefined ? {} : { response_body: responseBody }),
    ...(errorMessage === undefined ? {} : { error_message: errorMessage }),
  };
}

/** Returns an event by its names. */
export function fromEventMessage({ entity, action }: EventMessage): WebhookEvent {
  return eventNames({ entity: entity ?? undefined, action: action ?? undefined });
}

/** Returns a status by its name, or `undefined` for an unknown one, which MLflow also ignores. */
export function fromStatusMessage(
  status: string | number | null | undefined,
): WebhookRecord['status'] | undefined {
  if (status === 'ACTIVE' || status === 1) return 'ACTIVE';
  return status === 'DISABLED' || status === 2 ? 'DISABLED' : undefined;
}
