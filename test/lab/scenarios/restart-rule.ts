import { aContainer, aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

const PORT = '127.0.0.1:18205';

export const restartRule: Scenario = {
  name: 'restart-rule',
  title:
    'A container of a pod with `restartPolicy: Never` ends with the exit code that its own restart rule names',
  manifests: [
    aPod({
      restartPolicy: 'Never',
      containers: [
        aContainer({
          args: ['-listen', PORT],
          restartPolicy: 'Never',
          restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
        }),
      ],
    }),
  ],
  async act(stage) {
    const app = await stage.running();
    await stage.insideToItsEnd(app, 'get', `http://${PORT}/exit?code=42`);
    await stage.restarted(app, { cause: 'restart-rule' });
  },
};
