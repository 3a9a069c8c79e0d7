import type { LifecycleStage } from '../model/lifecycle.ts';

/** The items that a search shows: live ones (the default), deleted ones, or both. */
export type LifecycleView = LifecycleStage | 'all';

/** Whether the view shows the item. */
export function isInView(
  view: LifecycleView,
): (item: { readonly lifecycleStage: LifecycleStage }) => boolean {
  return ({ lifecycleStage }) => view === 'all' || lifecycleStage === view;
}
