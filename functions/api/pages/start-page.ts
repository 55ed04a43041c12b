import { html, raw } from 'hono/html';
import { formatDuration } from '../../../timeline/time.ts';
import type { ClusterSummary, Page, PodSummary } from '../../store/store.ts';
import { timelinePath } from '../links.ts';
import { pagePolicy } from './page-policy.ts';

export interface ClusterSection {
  readonly cluster: ClusterSummary;
  readonly pods: Page<PodSummary>;
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); vertical-align: top; overflow-wrap: anywhere; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
small { opacity: .75; }
`;

export const START_PAGE_CONTENT_SECURITY_POLICY = pagePolicy(STYLE);

/** The start page. Every value is escaped by the template: names come from clusters, which may be hostile. */
export function renderStartPage(sections: readonly ClusterSection[]) {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>podlapse</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<h1>podlapse</h1>
<p>Every restart of every container, why it happened, and which restarts Kubernetes did not count.</p>
${sections.length === 0 ? html`<p>Nothing is recorded yet. Start an agent with <code>npm run agent -- --cluster NAME --api URL</code>.</p>` : ''}
${sections.map((section) => clusterSection(section))}
<p><small><a href="/docs">The HTTP API</a>, also as an <a href="/openapi.json">OpenAPI document</a></small></p>
</body>
</html>
`;
}

function clusterSection({ cluster, pods }: ClusterSection) {
  const path = `/v1/clusters/${encodeURIComponent(cluster.name)}/pods`;
  return html`<section>
<h2>${cluster.name}</h2>
<p><small>last heard of ${cluster.lastHeardAt}${openGaps(cluster)}</small></p>
<div class="wide"><table>
<thead><tr><th>Namespace</th><th>Pod</th><th>Workload</th><th class="n">Restarts</th><th class="n">Uncounted</th><th class="n">Downtime</th><th>Timeline</th></tr></thead>
<tbody>${pods.items.map((pod) => podRow(pod))}</tbody>
</table></div>
${pods.cursor === undefined ? '' : html`<p>These are the first ${pods.items.length} pods; <a href="${path}">all of them as JSON</a>.</p>`}
</section>
`;
}

function openGaps({ openGaps: gaps }: ClusterSection['cluster']) {
  const unwatched = new Set(
    gaps.map(({ source, node }) => (node === null ? source : `${source} on ${node}`)),
  );
  return unwatched.size === 0 ? '' : html`; not recording now: ${[...unwatched].join(', ')}`;
}

function podRow({ pod, summary }: PodSummary) {
  const path = timelinePath(pod.cluster, pod.uid);
  return html`<tr>
<td>${pod.namespace}</td>
<td>${pod.name}${pod.deletedAt === null ? '' : html` <small>(deleted)</small>`}</td>
<td>${pod.workload.kind}/${pod.workload.name}</td>
<td class="n">${summary.restarts}</td>
<td class="n">${summary.uncounted}</td>
<td class="n">${formatDuration(summary.downtimeMs)}</td>
<td><a href="${path}?format=svg">picture</a> <a href="${path}?format=text">text</a> <a href="${path}">JSON</a></td>
</tr>
`;
}
