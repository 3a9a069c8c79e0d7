import type { VNode } from 'preact';
import { address, printAddress } from './address/address.ts';
import { ExperimentsPage } from './experiments/experiments-page.tsx';
import { ModelPage } from './models/model-page.tsx';
import { ModelsPage } from './models/models-page.tsx';
import { RunPage } from './run/run-page.tsx';
import { RunsPage } from './runs/runs-page.tsx';
import { NotFound } from './shell/not-found.tsx';
import { ThemeSwitch } from './shell/theme-switch.tsx';

/** The whole page: its head, and the view that the address names. */
export function App(): VNode {
  const { path } = address.value;
  const isModels = path[0] === 'models';
  return (
    <>
      <header class="bar">
        <a class="brand" href={printAddress([])}>
          <img src="./mark.svg" alt="" width="22" height="22" /> Tidemark
        </a>
        <nav aria-label="Main">
          <a href={printAddress([])} aria-current={isModels ? undefined : 'page'}>
            Experiments
          </a>
          <a href={printAddress(['models'])} aria-current={isModels ? 'page' : undefined}>
            Models
          </a>
        </nav>
        <ThemeSwitch />
      </header>
      <main>{viewOf(path)}</main>
    </>
  );
}

function viewOf(path: readonly string[]): VNode {
  const [kind, name, part, id] = path;
  if (kind === undefined || (kind === 'experiments' && name === undefined))
    return <ExperimentsPage />;
  if (kind === 'experiments' && name !== undefined) {
    if (part === undefined || (part === 'runs' && id === undefined)) {
      return <RunsPage key={name} experimentId={name} />;
    }
    if (part === 'runs' && id !== undefined) return <RunPage key={id} runId={id} />;
  }
  if (kind === 'models') {
    return name === undefined ? <ModelsPage /> : <ModelPage key={name} name={name} />;
  }
  return <NotFound />;
}
