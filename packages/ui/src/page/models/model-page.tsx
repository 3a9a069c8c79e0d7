import type { ModelVersion } from '@tidemark/core';
import type { VNode } from 'preact';
import { printAddress } from '../address/address.ts';
import { pageStore } from '../data/page-store.ts';
import { useLoaded } from '../data/use-loaded.ts';
import { Problem } from '../shell/problem.tsx';
import { agoText, momentText } from '../text/time-text.ts';

/** One registered model: its versions, newest first, with aliases, stages, tags and open requests. */
export function ModelPage({ name }: { readonly name: string }): VNode {
  const { value, error } = useLoaded(
    async () => (await pageStore.registry.read(name)) ?? 'missing',
    [name],
  );
  if (error !== undefined) return <Problem error={error} />;
  if (value === undefined) return <p class="soft page">Reading …</p>;
  if (value === 'missing') {
    return (
      <section class="empty">
        <h1>There is no model {name}</h1>
        <p>
          <a href={printAddress(['models'])}>Show the models</a>
        </p>
      </section>
    );
  }
  const { model } = value;
  const newestFirst = model.versions.toSorted((a, b) => b.version - a.version);
  return (
    <section class="page">
      <div class="title">
        <p class="path">
          <a href={printAddress(['models'])}>Models</a> /
        </p>
        <h1>{model.name}</h1>
      </div>
      {model.description !== '' && <p class="note">{model.description}</p>}
      <ol class="versions">
        {newestFirst.map((version) => (
          <Version key={version.version} version={version} />
        ))}
      </ol>
      {newestFirst.length === 0 && <p class="soft">The model has no version.</p>}
    </section>
  );
}

function Version({ version }: { readonly version: ModelVersion }): VNode {
  const { aliases, stage, tags, requests, comments, runId, createdBy, description } = version;
  const open = requests.filter(({ closed }) => closed === undefined);
  return (
    <li class="version">
      <h2>
        Version {version.version}{' '}
        {aliases.map((alias) => (
          <span class="chip" key={alias}>
            @{alias}
          </span>
        ))}
        {stage !== 'None' && <span class="chip">{stage}</span>}
      </h2>
      <p class="soft">
        <span title={momentText(version.creationTimeMs)}>{agoText(version.creationTimeMs)}</span> by{' '}
        {createdBy.name}
        {!createdBy.authenticated && ' (not authenticated)'}
        {runId !== undefined && (
          <>
            {' '}
            from the run <a href={printAddress(['experiments', '0', 'runs', runId])}>{runId}</a>
          </>
        )}
      </p>
      {description !== '' && <p>{description}</p>}
      {open.map(({ requestId, target, by, comment, approvals }) => (
        <p class="request" key={requestId}>
          {by.name} asks for {target.kind === 'stage' ? target.stage : `@${target.alias}`}:{' '}
          {comment || 'no comment'} ({approvals.length} approved)
        </p>
      ))}
      {tags.length > 0 && (
        <p>
          {tags.map(({ key, value }) => (
            <span class="chip" key={key}>
              {key}: {value}
            </span>
          ))}
        </p>
      )}
      {comments.map(({ commentId, by, text }) => (
        <p class="comment" key={commentId}>
          <strong>{by.name}</strong> {text}
        </p>
      ))}
    </li>
  );
}
