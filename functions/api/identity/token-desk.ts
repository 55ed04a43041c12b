import type { Page } from '../../store/store.ts';
import type { TokenGrant, TokenRecord, TokenStore } from '../../store/token-store.ts';
import { Problem } from '../problem.ts';
import type { TokenRequest } from '../../../timeline/contract/identity.ts';
import { hashToken, mintToken } from './token.ts';

/** A token on its only appearance. */
export interface MadeToken extends TokenRecord {
  readonly token: string;
}

export interface TokenDeskParts {
  readonly tokens: TokenStore;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly randomBytes: (size: number) => Uint8Array;
}

/** Where tokens are made, listed, rotated and revoked: by the admin routes and by the admin program. */
export interface TokenDesk {
  /** @throws Problem if it would have expired already */
  make(request: TokenRequest): Promise<MadeToken>;
  list(limit: number, cursor?: string): Promise<Page<TokenRecord>>;
  /** @throws Problem if there is no such token */
  get(id: string): Promise<TokenRecord>;
  /**
   * Makes a token for the same as `id`, which goes on for `overlapSeconds` beside it. A lifetime that `id` had, the
   * new one has again. @throws Problem if there is no such token, or it has ended
   */
  rotate(id: string, overlapSeconds: number): Promise<MadeToken>;
  /** @throws Problem if there is no such token */
  revoke(id: string): Promise<TokenRecord>;
}

export function createTokenDesk({ tokens, clock, randomBytes }: TokenDeskParts): TokenDesk {
  const make = async (
    grant: TokenGrant,
    rest: Pick<TokenRecord, 'description' | 'requestsPerMinute' | 'expiresAt' | 'replaces'>,
  ): Promise<MadeToken> => {
    const createdAt = new Date(clock()).toISOString();
    const record: TokenRecord = {
      id: newId(createdAt, randomBytes),
      grant,
      ...rest,
      createdAt,
      revokedAt: null,
      lastUsedAt: null,
    };
    const token = mintToken(randomBytes);
    await tokens.add(hashToken(token), record);
    return { ...record, token };
  };

  const get = async (id: string): Promise<TokenRecord> => (await tokens.byId(id)) ?? refuseUnknown(id);

  return {
    make(request) {
      const { description, requestsPerMinute } = request;
      const expiresAt = request.expiresAt === null ? null : toMilliseconds(request.expiresAt);
      if (expiresAt !== null && Date.parse(expiresAt) <= clock()) {
        throw new Problem('invalid-body', 'expiresAt: is past; give a time to come, or leave it out.', {
          members: { field: 'expiresAt' },
        });
      }
      return make(grantOf(request), { description, requestsPerMinute, expiresAt, replaces: null });
    },
    list: (limit, cursor) => tokens.list(limit, cursor),
    get,
    async rotate(id, overlapSeconds) {
      const old = await get(id);
      const nowMs = clock();
      if (old.revokedAt !== null || (old.expiresAt !== null && Date.parse(old.expiresAt) <= nowMs)) {
        throw new Problem('token-ended', `The token "${id}" was revoked or has expired; make a new one.`);
      }
      const { grant, description, requestsPerMinute } = old;
      const lifetimeMs =
        old.expiresAt === null ? null : Date.parse(old.expiresAt) - Date.parse(old.createdAt);
      const expiresAt = lifetimeMs === null ? null : new Date(nowMs + lifetimeMs).toISOString();
      // The new one first: a crash in between leaves both in force, never neither.
      const made = await make(grant, { description, requestsPerMinute, expiresAt, replaces: id });
      await tokens.expire(id, new Date(nowMs + overlapSeconds * 1000).toISOString());
      return made;
    },
    revoke: async (id) => (await tokens.revoke(id, new Date(clock()).toISOString())) ?? refuseUnknown(id),
  };
}

function grantOf(request: TokenRequest): TokenGrant {
  switch (request.kind) {
    case 'agent':
      return { kind: 'agent', cluster: request.cluster };
    case 'reader':
      return { kind: 'reader', clusters: [...new Set(request.clusters)].sort() };
    case 'admin':
      return { kind: 'admin' };
  }
}

/** `20260131t081500123z-9f86d081`: lists are in the order of making. */
function newId(createdAt: string, randomBytes: (size: number) => Uint8Array): string {
  return `${createdAt.replaceAll(/[-:.]/g, '').toLowerCase()}-${Buffer.from(randomBytes(4)).toString('hex')}`;
}

function toMilliseconds(time: string): string {
  return new Date(Date.parse(time)).toISOString();
}

function refuseUnknown(id: string): never {
  throw new Problem('token-not-found', `There is no token "${id}"; GET /v1/admin/tokens lists them.`);
}
