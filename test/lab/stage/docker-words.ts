/** Docker's own events about a namespace, each in a word or two. */
import { type ClientRequest, request } from 'node:http';
import { createInterface } from 'node:readline';

interface EngineEvent {
  readonly Action: string;
  /** In whole seconds. */
  readonly time: number;
  readonly timeNano: number;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

export class DockerWords {
  readonly words: string[] = [];
  readonly #socket: string;
  readonly #namespace: string;
  #connection: ClientRequest | undefined;
  #retry: NodeJS.Timeout | undefined;
  #stopped = false;
  #sinceSeconds = Math.floor(Date.now() / 1000);
  /** Of what was told since then: the Engine tells it again to one who comes back. */
  readonly #told = new Set<string>();

  constructor(socket: string, namespace: string) {
    this.#socket = socket;
    this.#namespace = namespace;
  }

  /** Reads until it is stopped; an Engine that goes away is asked again. */
  start(): void {
    const label = [`io.kubernetes.pod.namespace=${this.#namespace}`];
    const filters = JSON.stringify({ type: ['container'], label });
    const path = `/events?${new URLSearchParams({ filters, since: String(this.#sinceSeconds) }).toString()}`;
    this.#connection = request({ socketPath: this.#socket, path }, (answer) => {
      const lines = createInterface({ input: answer });
      lines.on('line', (line) => this.#take(JSON.parse(line) as EngineEvent));
      // The connection ends with the Engine, or with `stop`; the close that follows says all there is to do.
      lines.on('error', () => undefined);
      answer.on('close', () => this.#again());
    });
    this.#connection.on('error', () => this.#again()).end();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#connection?.destroy();
  }

  #take(event: EngineEvent): void {
    const { Action, Actor, time, timeNano } = event;
    const key = `${Actor.ID} ${Action} ${timeNano}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#sinceSeconds = Math.max(this.#sinceSeconds, time);
    const word = inWords(event);
    if (word !== undefined) this.words.push(word);
  }

  #again(): void {
    clearTimeout(this.#retry);
    if (!this.#stopped) this.#retry = setTimeout(() => this.start(), 100);
  }
}

/** Executions of probes and hooks inside a container, and looks at it, are no part of its life. */
const PASSED_OVER = /^(?:exec_|top|attach|archive-path|resize)/;

function inWords({ Action, Actor: { Attributes } }: EngineEvent): string | undefined {
  if (PASSED_OVER.test(Action)) return undefined;
  const isSandbox = Attributes['io.kubernetes.docker.type'] === 'podsandbox';
  const attempt = isSandbox ? undefined : Attributes['annotation.io.kubernetes.container.restartCount'];
  const who = isSandbox ? 'sandbox' : `${Attributes['io.kubernetes.container.name']}#${attempt ?? '?'}`;
  const detail =
    Action === 'kill' ? Attributes['signal'] : Action === 'die' ? Attributes['exitCode'] : undefined;
  return `${who} ${Action}${detail === undefined ? '' : `(${detail})`}`;
}
