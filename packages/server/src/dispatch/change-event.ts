import type { Actor, ModelVersion, RegisteredModel } from '@tidemark/core';

/**
 * What a successful write changed, for webhooks. It is sent after the write was acknowledged. A listener can neither
 * delay the answer nor make the write fail.
 */
export type ChangeEvent = ChangeFact & {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly by: Actor;
};

/** The part of a change that says what happened. `model` and `version` are as after the change. */
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

/** Called for changes. It must not throw and must not wait. */
export type ChangeListener = (event: ChangeEvent) => void;
