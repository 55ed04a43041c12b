import type { Plugin } from 'esbuild';

/**
 * What the AWS SDK would load in other places than a function of ours: the sources of credentials of a developer's
 * machine, of a pod and of a virtual machine (in Lambda they stand in the environment, which is looked at first), what
 * reads a browser's name, and streams of events, which no service that is asked here sends.
 */
const NOT_HERE =
  /^(?:@aws-sdk\/credential-provider-(?:http|ini|login|process|sso|web-identity)|@smithy\/(?:credential-provider-imds|core\/event-streams)|bowser)$/;

/** Leaves that out of a bundle. Whoever asks for it nevertheless is told so. */
export const leaveOut: Plugin = {
  name: 'leave-out',
  setup(plugin) {
    plugin.onResolve({ filter: NOT_HERE }, ({ path }) => ({ path, namespace: 'left-out' }));
    plugin.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: `throw new Error(${JSON.stringify(`${path} is left out of the functions' bundles (infra/leave-out.ts); credentials are those of the environment`)});`,
    }));
  },
};
