import { useEffect, useRef, useState } from 'preact/hooks';
import { useParts } from '../app/parts.ts';
import { followPod, type LiveMode } from './live.ts';

/** Follows a pod while `isOn` and the tab is looked at; tells how it does. */
export function useLive(
  pod: { readonly cluster: string; readonly uid: string } | undefined,
  isOn: boolean,
  onChange: () => void,
): LiveMode | undefined {
  const { api } = useParts();
  const [mode, setMode] = useState<LiveMode>();
  const [isVisible, setVisible] = useState(document.visibilityState === 'visible');
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => {
    const look = () => setVisible(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  const cluster = pod?.cluster;
  const uid = pod?.uid;
  const isFollowing = isOn && isVisible && cluster !== undefined && uid !== undefined;
  useEffect(() => {
    if (!isFollowing) {
      setMode(undefined);
      return;
    }
    const abort = new AbortController();
    void followPod({
      api,
      cluster,
      uid,
      signal: abort.signal,
      onChange: () => latest.current(),
      onMode: (next) => {
        if (!abort.signal.aborted) setMode(next);
      },
      wait,
    });
    return () => abort.abort();
  }, [api, isFollowing, cluster, uid]);
  return mode;
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
