// The least that a watcher can do: reads a watch from the API server and parses each line, until it is killed.
// Arguments: address, file of the authority, file of the token. Prints `open`, then the UID of each pod that is the
// last of a part (see `agent-cpu.ts`).
import { readFileSync } from 'node:fs';
import { get } from 'node:https';

interface Frame {
  readonly type: string;
  readonly object: { readonly metadata: { readonly uid: string } };
}

const [address = '', caFile = '', tokenFile = ''] = process.argv.slice(2);
const headers = { authorization: `Bearer ${readFileSync(tokenFile, 'utf8')}` };
let rest = '';

get(address, { ca: readFileSync(caFile), headers }, (response) => {
  console.log('open');
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const { type, object } = JSON.parse(line) as Frame;
      if (type !== 'BOOKMARK' && object.metadata.uid.includes('-0009')) console.log(object.metadata.uid);
    }
  });
});
