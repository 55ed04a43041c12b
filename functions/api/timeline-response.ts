import type { Timeline } from '../../timeline/contract/timeline.ts';
import type { WorkloadTimeline } from '../../timeline/contract/workload-timeline.ts';
import type { TimelineFormat } from './negotiate.ts';
import { SVG_CONTENT_SECURITY_POLICY } from './security-headers.ts';

/** A timeline in one of its formats. What draws it is loaded when it is first asked for. */
export async function timelineResponse(timeline: Timeline, format: TimelineFormat): Promise<Response> {
  switch (format) {
    case 'json':
      return respond(JSON.stringify(timeline), 'application/json');
    case 'text': {
      const { renderText } = await import('../../timeline/render/text.ts');
      return respond(renderText(timeline), 'text/plain; charset=utf-8');
    }
    case 'svg': {
      const { renderSvg } = await import('../../timeline/render/svg.ts');
      return respond(renderSvg(timeline), 'image/svg+xml', {
        'content-security-policy': SVG_CONTENT_SECURITY_POLICY,
      });
    }
  }
}

/** The account of a workload in one of its formats. */
export async function workloadResponse(account: WorkloadTimeline, format: TimelineFormat): Promise<Response> {
  switch (format) {
    case 'json':
      return respond(JSON.stringify(account), 'application/json');
    case 'text': {
      const { renderWorkloadText } = await import('../../timeline/render/workload-text.ts');
      return respond(renderWorkloadText(account), 'text/plain; charset=utf-8');
    }
    case 'svg': {
      const { renderWorkloadSvg } = await import('../../timeline/render/workload-svg.ts');
      return respond(renderWorkloadSvg(account), 'image/svg+xml', {
        'content-security-policy': SVG_CONTENT_SECURITY_POLICY,
      });
    }
  }
}

function respond(body: string, contentType: string, more: Readonly<Record<string, string>> = {}): Response {
  // Bytes, not text: Node writes a long text of more than Latin-1 to a socket several times slower.
  return new Response(new TextEncoder().encode(body), {
    headers: { 'content-type': contentType, vary: 'Accept', ...more },
  });
}
