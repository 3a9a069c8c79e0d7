import type { Actor, ModelVersion, RegisteredModel } from '@tidemark/core';

/**
 * A change that a successful write made, for webhooks. It is sent after the write is acknowledged. A listener can
 * neither delay the answer nor make the write fail.
 */
export type ChangeEvent = ChangeFact & {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly by: Actor;
};

/** The content of a change. `model` and `version` show the state after the change. */
export type ChangeFact =
  | { readonly kind: 'registered-model-created'; readonly model: RegisteredModel }
  | {
      readonly kind: 'model-version-created';
      readonly modelName: string;
      readonly version: ModelVersion;
    }
  | {
      readonly kind: 'model-version-tag-set';
      readonly modelName: string;
      readonly version: number;
      readonly key: string;
      readonly value: string;
    }
  | {
      readonly kind: 'model-version-tag-deleted';
      readonly modelName: string;
      readonly version: number;
      readonly key: string;
    }
  | {
      readonly kind: 'model-version-alias-created';
      readonly modelName: string;
      readonly version: number;
      readonly alias: string;
    }
  | {
      readonly kind: 'model-version-alias-deleted';
      readonly modelName: string;
      readonly alias: string;
    }
  | {
      readonly kind: 'model-version-stage-changed';
      readonly modelName: string;
      readonly version: number;
      readonly fromStage: string;
      readonly toStage: string;
      readonly comment?: string;
    }
  | {
      readonly kind:
        | 'transition-request-created'
        | 'transition-request-approved'
        | 'transition-request-rejected'
        | 'transition-request-deleted';
      readonly modelName: string;
      readonly version: number;
      readonly toStage: string;
      readonly comment?: string;
    };

/**
 * Receives the changes of a server. It must not throw and must not wait.
 *
 * @example
 * ```ts
 * const onChange: ChangeListener = (event) => console.log(event.kind, event.by.name);
 * const server = await createServer({ store, onChange });
 * ```
 */
export type ChangeListener = (event: ChangeEvent) => void;
