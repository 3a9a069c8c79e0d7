import type { VNode } from 'preact';
import { address, changeQuery, printAddress } from '../address/address.ts';
import { pageStore } from '../data/page-store.ts';
import { useLoaded } from '../data/use-loaded.ts';
import { Problem } from '../shell/problem.tsx';
import { agoText, momentText } from '../text/time-text.ts';
import { FirstRun } from './first-run.tsx';

/** All live experiments, those that changed last first. */
export function ExperimentsPage(): VNode {
  const { value, error } = useLoaded(() => pageStore.experiments(), []);
  const name = address.value.query.name ?? '';
  const live = (value ?? []).filter(({ lifecycleStage }) => lifecycleStage === 'active');
  const shown = live
    .filter((experiment) => experiment.name.toLowerCase().includes(name.toLowerCase()))
    .toSorted((a, b) => b.lastUpdateTimeMs - a.lastUpdateTimeMs);
  return (
    <section class="page">
      <div class="title">
        <h1>Experiments</h1>
        <input
          type="search"
          aria-label="Find an experiment by its name"
          placeholder="Find by name"
          value={name}
          onInput={({ currentTarget }) => changeQuery({ name: currentTarget.value })}
        />
      </div>
      {error !== undefined && <Problem error={error} />}
      {value !== undefined && (
        <div class="scroll">
          <table class="list">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Changed</th>
                <th scope="col">Id</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((experiment) => (
                <tr key={experiment.experimentId}>
                  <td>
                    <a href={printAddress(['experiments', experiment.experimentId])}>
                      {experiment.name}
                    </a>
                  </td>
                  <td title={momentText(experiment.lastUpdateTimeMs)}>
                    {agoText(experiment.lastUpdateTimeMs)}
                  </td>
                  <td class="soft">{experiment.experimentId}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {shown.length === 0 && name !== '' && (
            <p class="soft">No experiment has this in its name.</p>
          )}
        </div>
      )}
      {value !== undefined && live.length <= 1 && <FirstRun />}
    </section>
  );
}
