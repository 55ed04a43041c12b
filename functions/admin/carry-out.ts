import { hashToken, mintToken } from '../api/identity/token.ts';
import type { MadeToken, TokenDesk } from '../api/identity/token-desk.ts';
import type { RegistrationStore } from '../store/registration-store.ts';
import type { Page } from '../store/store.ts';
import { type Command, USAGE } from './command.ts';

/** What a command needs to be carried out. */
export interface Office {
  readonly tokens: TokenDesk;
  readonly registrations: RegistrationStore;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

export interface CarryOutParts {
  readonly openOffice: () => Promise<Office>;
  readonly randomBytes: (size: number) => Uint8Array;
  /** What another program may read: a token alone, or JSON, one thing on each line. */
  readonly say: (line: string) => void;
  /** What is for the eyes of a person. */
  readonly tell: (line: string) => void;
}

const PAGE_SIZE = 100;

/** Carries out a command. @throws Problem whose detail says why not, or an error of the store */
export async function carryOut(
  command: Command,
  { openOffice, randomBytes, say, tell }: CarryOutParts,
): Promise<void> {
  const show = ({ token, ...record }: MadeToken): void => {
    tell(JSON.stringify(record));
    tell('This is the token. It is shown this once:');
    say(token);
  };
  switch (command.kind) {
    case 'help':
      return say(USAGE.trimEnd());
    case 'mint': {
      const token = mintToken(randomBytes);
      tell(`Give the stack its hash, as AdminTokenHashes: ${hashToken(token)}`);
      tell('This is the token. It is written nowhere:');
      return say(token);
    }
    case 'make':
      return show(await (await openOffice()).tokens.make(command.request));
    case 'rotate': {
      const made = await (await openOffice()).tokens.rotate(command.id, command.overlapSeconds);
      tell(`"${command.id}" is good for ${command.overlapSeconds} seconds more at most.`);
      return show(made);
    }
    case 'revoke':
      return say(JSON.stringify(await (await openOffice()).tokens.revoke(command.id)));
    case 'tokens': {
      const { tokens } = await openOffice();
      return sayAll(say, (cursor) => tokens.list(PAGE_SIZE, cursor));
    }
    case 'register': {
      const { registrations, clock } = await openOffice();
      const { cluster, request } = command;
      const registration = { cluster, ...request, updatedAt: new Date(clock()).toISOString() };
      await registrations.put(registration);
      return say(JSON.stringify(registration));
    }
    case 'clusters': {
      const { registrations } = await openOffice();
      return sayAll(say, (cursor) => registrations.list(PAGE_SIZE, cursor));
    }
  }
}

async function sayAll<T>(
  say: (line: string) => void,
  list: (cursor: string | undefined) => Promise<Page<T>>,
): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await list(cursor);
    for (const item of page.items) say(JSON.stringify(item));
    cursor = page.cursor;
  } while (cursor !== undefined);
}
