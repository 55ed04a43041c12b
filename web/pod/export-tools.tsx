import { useState } from 'preact/hooks';
import type { TimelinePod } from '../../timeline/contract/timeline.ts';
import { podTimelinePath } from '../app/api/client.ts';
import { useParts } from '../app/parts.ts';
import { fileName, pngOf, saveFile } from '../app/save-file.ts';

/** Takes the timeline elsewhere: as text for a chat, as a picture or as data. */
export function ExportTools({ pod }: { readonly pod: TimelinePod }) {
  const { api } = useParts();
  const [said, setSaid] = useState('');
  const path = podTimelinePath(pod);
  const nameFor = (extension: string) => fileName([pod.cluster, pod.namespace, pod.name], extension);
  const fetched = async (format: string) => (await api.response(path, { format })).blob();
  const run = (work: () => Promise<string>) => () => {
    work().then(setSaid, (error: unknown) => setSaid(error instanceof Error ? error.message : String(error)));
  };
  const copy = run(async () => {
    const text = await fetched('text');
    // Without HTTPS (or loopback) a browser lets no page copy.
    if (!window.isSecureContext) {
      saveFile(text, nameFor('txt'));
      return `Saved as ${nameFor('txt')}, as nothing can be copied without HTTPS.`;
    }
    await navigator.clipboard.writeText(await text.text());
    return 'Copied.';
  });
  const save = (format: 'svg' | 'json') =>
    run(async () => {
      saveFile(await fetched(format), nameFor(format));
      return `Saved as ${nameFor(format)}.`;
    });
  const savePng = run(async () => {
    saveFile(await pngOf(await fetched('svg')), nameFor('png'));
    return `Saved as ${nameFor('png')}.`;
  });
  return (
    <div class="toolbar export-tools" role="group" aria-label="Take it elsewhere">
      <button type="button" onClick={copy}>
        Copy as text
      </button>
      <span class="segments">
        <button type="button" onClick={save('svg')} aria-label="Download SVG">
          SVG
        </button>
        <button type="button" onClick={savePng} aria-label="Download PNG">
          PNG
        </button>
        <button type="button" onClick={save('json')} aria-label="Download JSON">
          JSON
        </button>
      </span>
      <span role="status" class="quiet">
        {said}
      </span>
    </div>
  );
}
