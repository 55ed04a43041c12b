import { noQuery } from '../../../timeline/contract/queries.ts';
import { requireReaderOf } from '../access.ts';
import type { Changes, Follower } from '../changes.ts';
import { podNotFound } from '../load-timeline.ts';
import { readPathParameter, readQuery } from '../parameters.ts';
import { Problem } from '../problem.ts';
import type { ApiParts, Route } from '../route.ts';

/** A crash loop makes several batches a second; a reader takes in so many pictures. */
const MIN_INTERVAL_MS = 500;
/** Proxies close a connection that is silent for a minute. */
const HEARTBEAT_MS = 15_000;
/** Then the follower asks anew, and its token is looked at again. */
const MAX_MS = 10 * 60_000;
const RETRY_AFTER_SECONDS = 30;

/**
 * Follows a pod: server-sent events (HTML, section 9.2) that say when its timeline is worth asking for again. They
 * carry no data of their own, so that what is shown always comes from one place.
 */
export function podLiveRoute({ store, authorise, changes }: ApiParts): Route {
  return {
    method: 'GET',
    path: '/v1/clusters/:cluster/pods/:uid/live',
    handle: async (context) => {
      const principal = await authorise(context.req.raw);
      const cluster = readPathParameter('cluster', context.req.param('cluster'));
      requireReaderOf(principal, cluster);
      const uid = readPathParameter('uid', context.req.param('uid'));
      readQuery(context.req.url, noQuery);
      if (changes === undefined) {
        throw new Problem(
          'live-not-offered',
          'Ask for the timeline again and again with If-None-Match: unchanged, it costs a 304.',
        );
      }
      if ((await store.podSummary(cluster, uid)) === undefined) throw podNotFound(cluster, uid);
      // Of a HEAD nobody reads the stream, and nobody would end it.
      const body = context.req.method === 'HEAD' ? null : streamOf(changes, cluster, uid);
      return new Response(body, {
        headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
      });
    },
  };
}

function streamOf(changes: Changes, cluster: string, uid: string): ReadableStream<Uint8Array> {
  const text = new TextEncoder();
  let end = (): void => {};
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const write = (line: string) => controller.enqueue(text.encode(line));
      let pause: NodeJS.Timeout | undefined;
      let isChanged = false;
      const tell = () => {
        isChanged = false;
        write('event: changed\ndata: {}\n\n');
        pause = setTimeout(() => {
          pause = undefined;
          if (isChanged) tell();
        }, MIN_INTERVAL_MS);
      };
      const follower: Follower = {
        onChange: () => {
          if (pause === undefined) tell();
          else isChanged = true;
        },
        onEnd: () => {
          end();
          controller.close();
        },
      };
      const unfollow = changes.follow(cluster, uid, follower);
      if (unfollow === undefined) {
        throw new Problem('store-busy', 'Too many follow pods here at the moment; ask with If-None-Match.', {
          headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
        });
      }
      const heartbeat = setInterval(() => write(': alive\n\n'), HEARTBEAT_MS);
      const deadline = setTimeout(follower.onEnd, MAX_MS);
      end = () => {
        unfollow();
        clearInterval(heartbeat);
        clearTimeout(deadline);
        clearTimeout(pause);
      };
      write('event: following\ndata: {}\n\n');
    },
    cancel: () => end(),
  });
}
