import type { Timeline } from '../../timeline/contract/timeline.ts';
import type { WorkloadTimeline } from '../../timeline/contract/workload-timeline.ts';
import { renderSvg } from '../../timeline/render/svg.ts';
import { renderText } from '../../timeline/render/text.ts';
import { renderWorkloadSvg } from '../../timeline/render/workload-svg.ts';
import { renderWorkloadText } from '../../timeline/render/workload-text.ts';
import type { TimelineFormat } from './negotiate.ts';
import { SVG_CONTENT_SECURITY_POLICY } from './security-headers.ts';

/** A timeline in one of its formats. */
export function timelineResponse(timeline: Timeline, format: TimelineFormat): Response {
  switch (format) {
    case 'json':
      return respond(JSON.stringify(timeline), 'application/json');
    case 'text':
      return respond(renderText(timeline), 'text/plain; charset=utf-8');
    case 'svg':
      return respond(renderSvg(timeline), 'image/svg+xml', {
        'content-security-policy': SVG_CONTENT_SECURITY_POLICY,
      });
  }
}

/** The account of a workload in one of its formats. */
export function workloadResponse(account: WorkloadTimeline, format: TimelineFormat): Response {
  switch (format) {
    case 'json':
      return respond(JSON.stringify(account), 'application/json');
    case 'text':
      return respond(renderWorkloadText(account), 'text/plain; charset=utf-8');
    case 'svg':
      return respond(renderWorkloadSvg(account), 'image/svg+xml', {
        'content-security-policy': SVG_CONTENT_SECURITY_POLICY,
      });
  }
}

function respond(body: string, contentType: string, more: Readonly<Record<string, string>> = {}): Response {
  // Bytes, not text: Node writes a long text of more than Latin-1 to a socket several times slower.
  return new Response(new TextEncoder().encode(body), {
    headers: { 'content-type': contentType, vary: 'Accept', ...more },
  });
}
