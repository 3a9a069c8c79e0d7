import { openModel } from '@tidemark/client';
import {
  assertArguments,
  assertOptions,
  type LoggedModelId,
  type ModelSignature,
  type Store,
  TidemarkError,
} from '@tidemark/core';
import type { MlModel } from '@tidemark/mlflow';
import { describeModel } from './describe-model.ts';
import type { Flavor, LoadedFlavor } from './flavor.ts';
import { KNOWN_FLAVORS } from './known-flavors.ts';

/** Options of `loadModel`. */
export interface LoadModelOptions {
  /** A store or its URI. Default: the store that `openStore()` finds. */
  readonly store?: Store | string;
  /** Flavors in addition to those of this package. They are tried first, in this order. */
  readonly flavors?: readonly Flavor[];
}

/** A model in memory, of any flavor. */
export interface LoadedModel extends LoadedFlavor {
  readonly uri: string;
  /** The logged model; absent for a version that was registered from files of a run. */
  readonly modelId?: LoggedModelId;
  /** The name of the flavor that loaded it. */
  readonly flavor: string;
  readonly mlmodel: MlModel;
  readonly signature?: ModelSignature;
}

/**
 * Loads a model. `uri` is one of `models:/name/3`, `models:/name@alias`, `models:/m-…` and
 * `runs:/<run id>/<model name>`. The MLmodel file determines the flavor. Every byte that is read is verified
 * against the digest that was recorded.
 *
 * @throws FLAVOR_UNKNOWN when no flavor here can load the model; MLMODEL_INVALID; DIGEST_MISMATCH; and what
 * `openModel` throws for a URI that names no model
 *
 * @example
 * ```ts
 * const model = await loadModel('models:/penguins@champion');
 * const scores = outputTensor(await model.predict([[39.1, 18.7, 181, 3750]]));
 * console.log(scores.shape, scores.data); // [1, 3] Float32Array(3) [ … ]
 * model.dispose();
 * ```
 */
export async function loadModel(uri: string, options: LoadModelOptions = {}): Promise<LoadedModel> {
  assertArguments({ uri }, 'loadModel', { uri: 'string' });
  assertOptions(options, 'loadModel', { store: 'any', flavors: 'objects?' });
  const files = await openModel(uri, options.store === undefined ? {} : { store: options.store });
  const description = await describeModel(files);
  const { mlmodel, signature } = description;
  const flavor = await chooseFlavor(uri, mlmodel, options.flavors ?? []);
  const config = mlmodel.flavors[flavor.name] ?? {};
  const loaded = await flavor.load({ ...description, config });
  return {
    uri,
    ...(files.modelId === undefined ? {} : { modelId: files.modelId }),
    flavor: flavor.name,
    mlmodel,
    ...(signature === undefined ? {} : { signature }),
    native: loaded.native,
    predict: (input) => loaded.predict(input),
    dispose: () => loaded.dispose(),
  };
}

async function chooseFlavor(
  uri: string,
  mlmodel: MlModel,
  given: readonly Flavor[],
): Promise<Flavor> {
  const chosen = given.find((flavor) => Object.hasOwn(mlmodel.flavors, flavor.name));
  if (chosen !== undefined) return chosen;
  const known = Object.entries(KNOWN_FLAVORS).find(([name]) =>
    Object.hasOwn(mlmodel.flavors, name),
  );
  if (known !== undefined) return known[1]();
  const loadable = [...given.map((flavor) => flavor.name), ...Object.keys(KNOWN_FLAVORS)];
  throw new TidemarkError(
    'FLAVOR_UNKNOWN',
    `The model ${uri} cannot be loaded: it has the flavors ${Object.keys(mlmodel.flavors).join(', ')}, and this program has only ${loadable.join(', ')}. Pass another flavor with loadModel(uri, { flavors: [yours] }).`,
    { details: { uri, has: Object.keys(mlmodel.flavors), loadable } },
  );
}
