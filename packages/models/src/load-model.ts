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

/** How a model is loaded. */
export interface LoadModelOptions {
  /** A store or its address. Default: as `openStore()` finds it. */
  readonly store?: Store | string;
  /** Flavors in addition to those of this package. They are tried first, in their order. */
  readonly flavors?: readonly Flavor[];
}

/** A model in memory, whatever it was made with. */
export interface LoadedModel extends LoadedFlavor {
  readonly uri: string;
  /** Absent for a version that was registered from files of a run. */
  readonly modelId?: LoggedModelId;
  /** The flavor that it was loaded with. */
  readonly flavor: string;
  readonly mlmodel: MlModel;
  readonly signature?: ModelSignature;
}

/**
 * Loads a model by its address: `models:/name/3`, `models:/name@alias`, `models:/m-…`,
 * `runs:/<run id>/<model name>`. The MLmodel file says with which flavor; every byte that is read is
 * checked against the digest that was logged.
 * @throws FLAVOR_UNKNOWN when none of the model's flavors can be loaded here; MLMODEL_INVALID;
 * DIGEST_MISMATCH; and what `openModel` throws for an address that leads nowhere
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
    `The model ${uri} can be loaded as ${Object.keys(mlmodel.flavors).join(', ')}, and here only as ${loadable.join(', ')}. Give another flavor with loadModel(uri, { flavors: [yours] }).`,
    { details: { uri, has: Object.keys(mlmodel.flavors), loadable } },
  );
}
