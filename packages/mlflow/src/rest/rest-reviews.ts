import {
  type ApprovalResult,
  type ApproveRequestOptions,
  type ChainedCommit,
  type CommentOptions,
  type CreateCommentOptions,
  type DecideRequestOptions,
  parseChainedCommit,
  type RegisteredModel,
  type RegistryComment,
  type RegistryReviews,
  type RequestTransitionOptions,
  type SetRulesOptions,
  TidemarkError,
  type TransitionRequest,
  type UpdateCommentOptions,
  type VerifiedChain,
  verifiedChain,
} from '@tidemark/core';
import { z } from 'zod';
import { fromModelVersionMessage } from './messages/model-version.ts';
import {
  CommentResponse,
  CreatedRequestResponse,
  DecisionResponse,
  ModelHistoryResponse,
} from './messages/review.ts';
import type { RestClient, RestRequest } from './rest-client.ts';

const REQUESTS = '/mlflow/transition-requests';
const COMMENTS = '/mlflow/comments';
const MODELS = '/mlflow/registered-models';

/**
 * The reviews of a Tidemark server. Each call is one request: the server checks it against the rules and commits it
 * under the name of the logged-in user.
 */
export class RestReviews implements RegistryReviews {
  readonly #client: RestClient;
  readonly #read: (name: string) => Promise<RegisteredModel | undefined>;

  constructor(client: RestClient, read: (name: string) => Promise<RegisteredModel | undefined>) {
    this.#client = client;
    this.#read = read;
  }

  async setTransitionRules({ name, rules, by }: SetRulesOptions): Promise<RegisteredModel> {
    const path = `${MODELS}/set-rules`;
    await this.#call(
      { ...asked('POST', path, { name, rules }, by), repeatable: true },
      z.unknown(),
    );
    const model = await this.#read(name);
    if (model !== undefined) return model;
    throw new TidemarkError(
      'MODEL_NOT_FOUND',
      `The rules were set, but the registered model ${JSON.stringify(name)} was deleted or renamed right after that. List the models with: tidemark models`,
      { details: { model: name } },
    );
  }

  async requestTransition(options: RequestTransitionOptions): Promise<TransitionRequest> {
    const { name, version, target, comment, archiveExistingVersions, by } = options;
    const body = {
      name,
      version: String(version),
      ...(target.kind === 'stage' ? { stage: target.stage } : { alias: target.alias }),
      comment,
      archive_existing_versions: archiveExistingVersions,
    };
    const answer = await this.#call(
      asked('POST', `${REQUESTS}/create`, body, by),
      CreatedRequestResponse,
    );
    return answer.request.tidemark;
  }

  async approveRequest(options: ApproveRequestOptions): Promise<ApprovalResult> {
    const { request, model_version, granted, missing } = await this.#decide('approve', options, {
      archive_existing_versions: options.archiveExistingVersions,
    });
    if (model_version === undefined || granted === undefined) {
      throw new TidemarkError(
        'SERVER_FAILED',
        `${this.#client.baseUrl} approved the request, but its answer lacks the result. See the model with: tidemark models show ${JSON.stringify(options.name)}`,
      );
    }
    return { version: fromModelVersionMessage(model_version), request, granted, missing };
  }

  async rejectRequest(options: DecideRequestOptions): Promise<TransitionRequest> {
    return (await this.#decide('reject', options)).request;
  }

  async cancelRequest(options: DecideRequestOptions): Promise<TransitionRequest> {
    return (await this.#decide('delete', options)).request;
  }

  async createComment({ name, version, text, by }: CreateCommentOptions): Promise<RegistryComment> {
    const body = { name, version: String(version), comment: text };
    const answer = await this.#call(asked('POST', `${COMMENTS}/create`, body, by), CommentResponse);
    return answer.comment.tidemark;
  }

  async updateComment({
    name,
    commentId,
    text,
    by,
  }: UpdateCommentOptions): Promise<RegistryComment> {
    const body = { name, id: commentId, comment: text };
    const answer = await this.#call(
      asked('PATCH', `${COMMENTS}/update`, body, by),
      CommentResponse,
    );
    return answer.comment.tidemark;
  }

  async deleteComment({ name, commentId, by }: CommentOptions): Promise<void> {
    const body = { name, id: commentId };
    await this.#call(asked('DELETE', `${COMMENTS}/delete`, body, by), z.unknown());
  }

  async *history(name: string): AsyncGenerator<ChainedCommit> {
    for await (const { commits } of this.#pages(name)) yield* commits;
  }

  async verifyHistory(
    name: string,
    { expectHead }: { readonly expectHead?: string },
  ): Promise<VerifiedChain> {
    let holdsExpected = false;
    let last: ModelHistoryResponse | undefined;
    for await (const { page, commits } of this.#pages(name)) {
      last = page;
      holdsExpected ||= commits.some(({ hash, model }) => hash === expectHead && model === name);
      if (expectHead === undefined || holdsExpected) break;
    }
    if (last === undefined) throw new Error('a history without a page');
    const { head, arriving_from: arrivingFrom } = last;
    return verifiedChain(
      { name, head, ...(arrivingFrom === undefined ? {} : { arrivingFrom }) },
      expectHead === undefined ? undefined : { hash: expectHead, isThere: holdsExpected },
    );
  }

  async *#pages(
    name: string,
  ): AsyncGenerator<{ page: ModelHistoryResponse; commits: readonly ChainedCommit[] }> {
    let page_token: string | undefined;
    do {
      const page = await this.#call(
        {
          method: 'GET',
          path: `${MODELS}/history`,
          query: { name, page_token },
          subject: 'registered-model',
        },
        ModelHistoryResponse,
      );
      const place = `of ${JSON.stringify(name)} from ${this.#client.baseUrl}`;
      yield { page, commits: page.commits.map((commit) => parseChainedCommit(commit, place)) };
      page_token = page.next_page_token;
    } while (page_token !== undefined && page_token !== '');
  }

  async #decide(
    verb: 'approve' | 'reject' | 'delete',
    { name, requestId, comment, by }: DecideRequestOptions,
    more: object = {},
  ): Promise<DecisionResponse['tidemark']> {
    const body = { name, id: requestId, comment, ...more };
    const method = verb === 'delete' ? 'DELETE' : 'POST';
    const answer = await this.#call(
      asked(method, `${REQUESTS}/${verb}`, body, by),
      DecisionResponse,
    );
    return answer.tidemark;
  }

  #call<Answer>(request: RestRequest, schema: z.ZodType<Answer>): Promise<Answer> {
    return this.#client.call(request, schema);
  }
}

/** Sends a change only once, because a second one would be refused or would take effect twice. */
function asked(
  method: RestRequest['method'],
  path: string,
  body: object,
  by: { readonly name: string },
): RestRequest {
  return {
    method,
    path,
    body,
    subject: 'registered-model',
    repeatable: false,
    claimedName: by.name,
  };
}
