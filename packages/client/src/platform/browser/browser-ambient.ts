import { type Ambient, type AmbientScope, emptyScope } from '../../ambient/ambient.ts';

/**
 * The ambient scope of a browser, which cannot follow code through an await: one stack for the page.
 * Give the run explicitly where several trainings go on at once.
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
