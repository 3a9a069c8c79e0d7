import type { FitArgs, FitMethod, TfjsHistory, TfjsHost, TrainableModel } from './tfjs-types.ts';

/** One call of `fit` or `fitDataset`. */
export interface FitCall {
  readonly tf: TfjsHost;
  readonly model: TrainableModel;
  readonly method: FitMethod;
  readonly args: FitArgs;
  /** The data passed to `fit`; absent for `fitDataset`, whose data arrives during the training. */
  readonly data?: { readonly x: unknown; readonly y: unknown };
  /** Calls the original method. Call it once. */
  train(args: FitArgs): Promise<TfjsHistory>;
}
