/** containerd's own events about a namespace, each in a word or two. */
import type { ContainerdEvent, CriClient } from '../cri-client.ts';
import type { ListContainers, ListedContainer } from './listed.ts';

/** What each topic is called; task creations and deletions say nothing that the others do not. */
const WORDS: Readonly<Record<string, string>> = {
  '/containers/create': 'create',
  '/tasks/start': 'start',
  '/tasks/exit': 'exit',
  '/tasks/oom': 'oom',
  '/tasks/paused': 'paused',
  '/tasks/resumed': 'resumed',
  '/containers/delete': 'delete',
};

export class ContainerdWords {
  readonly #cri: CriClient;
  readonly #list: ListContainers;
  readonly #events: { readonly id: string; readonly what: string }[] = [];
  readonly #known = new Map<string, ListedContainer>();
  #end: () => void = () => undefined;
  #looking: NodeJS.Timeout | undefined;

  constructor(cri: CriClient, list: ListContainers) {
    this.#cri = cri;
    this.#list = list;
  }

  /** Of the namespace's containers, as far as a look at the list has shown whose they are. */
  get words(): readonly string[] {
    return this.#events.flatMap(({ id, what }) => {
      const container = this.#known.get(id);
      if (container === undefined) return [];
      const who = container.role === 'sandbox' ? 'sandbox' : `${container.container}#${container.attempt}`;
      return [`${who} ${what}`];
    });
  }

  start(): void {
    this.#end = this.#cri.subscribe(Object.keys(WORDS), (event) => this.#take(event));
    const look = () => void this.#look();
    look();
    this.#looking = setInterval(look, 100);
  }

  stop(): void {
    clearInterval(this.#looking);
    this.#end();
  }

  async #look(): Promise<void> {
    // A runtime that is away shows nothing.
    const listed = await this.#list().catch(() => []);
    for (const container of listed) this.#known.set(container.id, container);
  }

  #take({ topic, payload }: ContainerdEvent): void {
    const id = payload['containerId'] ?? payload['id'];
    // An executed process ends too; it is named besides its container.
    if (typeof id !== 'string' || (topic === '/tasks/exit' && payload['id'] !== id)) return;
    const word = WORDS[topic] ?? topic;
    this.#events.push({
      id,
      what: topic === '/tasks/exit' ? `${word}(${String(payload['exitStatus'])})` : word,
    });
  }
}
