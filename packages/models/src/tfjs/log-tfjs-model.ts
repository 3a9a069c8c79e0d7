import { type ActiveRun, activeRun, registerModel } from '@tidemark/client';
import {
  assertArguments,
  assertOptions,
  type LoggedModel,
  type ModelSignature,
  type ModelVersion,
  TidemarkError,
} from '@tidemark/core';
import type { FlavorConfig } from '@tidemark/mlflow';
import type { ModelInput } from '../model-io.ts';
import { packageModel } from '../package-model.ts';
import { TFJS_FLAVOR } from './load-tfjs-model.ts';
import { tfjsArtifacts } from './save-tfjs-model.ts';
import { MODEL_JSON, tfjsFiles } from './tfjs-files.ts';
import { tfjsSignature } from './tfjs-signature.ts';
import type { TfjsArtifacts, TfjsModel } from './tfjs-types.ts';

/** Options of `logTfjsModel`. */
export interface LogTfjsModelOptions {
  /** The logged model's name, without any of `/ : . % " '`. */
  readonly name: string;
  /** The run to log to. Default: the active run. */
  readonly run?: ActiveRun;
  /** The model's signature. Default: the model's own inputs and outputs, as tensors. */
  readonly signature?: ModelSignature;
  /** A few rows of input, kept with the model in MLflow's format. */
  readonly inputExample?: ModelInput;
  /** Also registers the model as the next version of this registered model, which is created if necessary. */
  readonly registeredModelName?: string;
  /** Also saves the optimizer's state, so that training can continue. Default: false. */
  readonly includeOptimizer?: boolean;
  readonly params?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  /** The step of the run at which the model was made. Default: 0. */
  readonly step?: number;
  /** Any JSON data. It is kept in the MLmodel file. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** A TF.js model that was logged. */
export interface LoggedTfjsModel {
  readonly model: LoggedModel;
  /** The new version; present if `registeredModelName` was given. */
  readonly version?: ModelVersion;
}

/**
 * Logs a TF.js model (layers or graph) to a run, in MLflow's MLmodel format, so that `loadModel` and
 * `tf.loadLayersModel` can load it.
 *
 * @throws NO_ACTIVE_RUN without `run` when no run is active; INVALID_ARGUMENT when the signature violates
 * MLflow's rules; INVALID_KEY for a name; WRITE_FAILED
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { startRun } from '@tidemark/client';
 * import { logTfjsModel } from '@tidemark/models/tfjs';
 *
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
 * await startRun(async () => {
 *   const logged = await logTfjsModel(model, { name: 'model', registeredModelName: 'penguins' });
 *   console.log(logged.version?.version);
 * });
 * ```
 */
export async function logTfjsModel(
  model: TfjsModel,
  options: LogTfjsModelOptions,
): Promise<LoggedTfjsModel> {
  assertArguments({ model }, 'logTfjsModel', { model: 'object' });
  assertArguments(model, 'the model of logTfjsModel', { save: 'function' });
  assertOptions(options, 'logTfjsModel', {
    name: 'string',
    run: 'object?',
    signature: 'object?',
    inputExample: 'any',
    registeredModelName: 'string?',
    includeOptimizer: 'boolean?',
    params: 'record?',
    tags: 'texts?',
    step: 'number?',
    metadata: 'record?',
  });
  const { name, params, tags, step, inputExample, metadata, registeredModelName } = options;
  const run = options.run ?? activeRun();
  if (run === undefined) {
    throw new TidemarkError(
      'NO_ACTIVE_RUN',
      'There is no active run to log the model to. Call logTfjsModel inside startRun(…), or pass { run }.',
    );
  }
  const artifacts = await tfjsArtifacts(model, {
    includeOptimizer: options.includeOptimizer ?? false,
  });
  const signature = options.signature ?? tfjsSignature(model);
  const logged = await run.logModel({
    name,
    modelType: TFJS_FLAVOR,
    ...(params && { params }),
    ...(tags && { tags }),
    ...(step !== undefined && { step }),
    files: (ids) =>
      packageModel(
        {
          flavors: { [TFJS_FLAVOR]: flavorConfig(artifacts) },
          files: tfjsFiles(artifacts),
          ...(signature && { signature }),
          ...(inputExample !== undefined && { inputExample }),
          ...(metadata && { metadata }),
        },
        ids,
      ),
  });
  if (registeredModelName === undefined) return { model: logged };
  const version = await registerModel({
    store: run.store,
    name: registeredModelName,
    model: logged,
  });
  return { model: logged, version };
}

function flavorConfig(artifacts: TfjsArtifacts): FlavorConfig {
  const version = /tfjs-layers v(\S+)/.exec(artifacts.generatedBy ?? '')?.[1];
  return {
    data: MODEL_JSON,
    format: artifacts.format ?? 'layers-model',
    // The packages that loading needs, as requirements.txt lists them for Python.
    ...(version !== undefined && { packages: { '@tensorflow/tfjs': version } }),
  };
}
