/** The few calls of the Docker Engine API that the lab itself needs, over its socket. */
import { request } from 'node:http';
import { LabError } from './lab-error.ts';

/** What to ask of the engine. */
export interface DockerCall {
  readonly socket: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: Buffer;
}

/** Calls the engine and returns the body of a good answer; throws with the engine's own words otherwise. */
export function callDocker(call: DockerCall): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        socketPath: call.socket,
        method: call.method,
        path: call.path,
        headers: call.body === undefined ? {} : { 'content-type': 'application/x-tar' },
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        answer.on('error', reject).on('end', () => {
          const good = (answer.statusCode ?? 500) < 300;
          if (good) resolve(text);
          else
            reject(new LabError(`docker ${call.method} ${call.path}: ${answer.statusCode} ${text.trim()}`));
        });
      },
    );
    outgoing.on('error', reject).end(call.body);
  });
}

/** Whether an engine answers on that socket. */
export async function dockerAnswers(socket: string): Promise<boolean> {
  try {
    await callDocker({ socket, method: 'GET', path: '/_ping' });
    return true;
  } catch {
    // Whatever the reason, the answer to the question is no.
    return false;
  }
}

/** Removes every container of the engine, by force, and returns how many there were. */
export async function removeAllContainers(socket: string): Promise<number> {
  const listed = await callDocker({ socket, method: 'GET', path: '/containers/json?all=1' });
  const containers = JSON.parse(listed) as { Id: string }[];
  await Promise.all(
    containers.map(({ Id }) =>
      callDocker({ socket, method: 'DELETE', path: `/containers/${Id}?force=1&v=1` }),
    ),
  );
  return containers.length;
}
