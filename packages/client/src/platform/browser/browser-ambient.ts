import { type Ambient, type AmbientScope, emptyScope } from '../../ambient/ambient.ts';

/**
 * Returns the ambient scope of a browser, which cannot follow code through an await: the whole page has one. Pass
 * the run explicitly if several trainings run at the same time.
 */
export function browserAmbient(): Ambient {
  const scopes: AmbientScope[] = [emptyScope()];
  return {
    current: () => scopes.at(-1) as AmbientScope,
    within: (scope, body) => {
      scopes.push(scope);
      const leave = (): void => {
        scopes.splice(scopes.lastIndexOf(scope), 1);
      };
      let result: ReturnType<typeof body>;
      try {
        result = body();
      } catch (error) {
        leave();
        throw error;
      }
      if (result instanceof Promise) result.then(leave, leave);
      else leave();
      return result;
    },
  };
}
