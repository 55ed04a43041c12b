import { aContainer, aPod } from '../stage/manifests.ts';
import type { Scenario } from '../stage/scenario.ts';

const PORT = '127.0.0.1:18206';

export const restartAllContainers: Scenario = {
  name: 'restart-all-containers',
  title: 'A container ends with the exit code for which its rule says `RestartAllContainers`',
  note: 'The kubelet removes every container of the pod and keeps the sandbox: at Docker that looks like `docker stop` and `docker rm`, and the new containers are labelled as attempt 0 again. The count in the status goes up before the new containers are made.',
  manifests: [
    aPod({
      restartPolicy: 'Never',
      containers: [
        aContainer({
          args: ['-listen', PORT],
          restartPolicy: 'Never',
          restartPolicyRules: [
            { action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [88] } },
          ],
        }),
        aContainer({ name: 'other' }),
      ],
    }),
  ],
  async act(stage) {
    const other = await stage.running('pod', 'other');
    const app = await stage.running();
    await stage.insideToItsEnd(app, 'get', `http://${PORT}/exit?code=88`);
    await stage.restarted(app, { cause: 'restart-rule' });
    await stage.restarted(other, { cause: 'restart-rule' });
  },
};
