import { searchRegisteredModels } from '@tidemark/core';
import type { VNode } from 'preact';
import { printAddress } from '../address/address.ts';
import { pageStore } from '../data/page-store.ts';
import { useLoaded } from '../data/use-loaded.ts';
import { Problem } from '../shell/problem.tsx';
import { agoText, momentText } from '../text/time-text.ts';

/** The registered models, with their newest version and their aliases. */
export function ModelsPage(): VNode {
  const { value, error } = useLoaded(
    () => searchRegisteredModels(pageStore, { maxResults: 1000 }),
    [],
  );
  return (
    <section class="page">
      <div class="title">
        <h1>Models</h1>
      </div>
      {error !== undefined && <Problem error={error} />}
      {value?.models.length === 0 && (
        <p class="soft">
          No model is registered. <code>npx tidemark models register</code> registers one.
        </p>
      )}
      {value !== undefined && value.models.length > 0 && (
        <div class="scroll">
          <table class="list">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Newest</th>
                <th scope="col">Aliases</th>
                <th scope="col">Changed</th>
              </tr>
            </thead>
            <tbody>
              {value.models.map(({ name, versions, lastUpdateTimeMs }) => (
                <tr key={name}>
                  <td>
                    <a href={printAddress(['models', name])}>{name}</a>
                  </td>
                  <td>{Math.max(0, ...versions.map(({ version }) => version)) || '–'}</td>
                  <td>
                    {versions.flatMap(({ aliases, version }) =>
                      aliases.map((alias) => (
                        <span class="chip" key={alias}>
                          @{alias} {version}
                        </span>
                      )),
                    )}
                  </td>
                  <td title={momentText(lastUpdateTimeMs)}>{agoText(lastUpdateTimeMs)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
