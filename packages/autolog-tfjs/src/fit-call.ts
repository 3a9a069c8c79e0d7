import type { FitArgs, FitMethod, TfjsHistory, TfjsHost, TrainableModel } from './tfjs-types.ts';

/** One call of `fit` or `fitDataset`. */
export interface FitCall {
  readonly tf: TfjsHost;
  readonly model: TrainableModel;
  readonly method: FitMethod;
  readonly args: FitArgs;
  /** What `fit` was given to train with; absent for `fitDataset`, whose data comes as it goes. */
  readonly data?: { readonly x: unknown; readonly y: unknown };
  /** Calls the original method. To be called once. */
  train(args: FitArgs): Promise<TfjsHistory>;
}
