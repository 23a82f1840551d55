import type { ActionKind } from "../../action.ts";

/** SIGSTOP of all processes of a machine, and SIGCONT a while later. */
export const stopProcess: ActionKind<{ machine: number; stoppedMs: number }> = {
  name: "stop and continue",
  fault: true,
  weight: 2,
  draw: (random, { secondaries, clients }) => ({
    machine: random.below(1 + secondaries + clients),
    stoppedMs: random.below(random.pick([500, 5000, 30_000])),
  }),
  apply({ sim, machines }, { machine: index, stoppedMs }, { quietAt }) {
    const processes = machines[index]?.processes ?? [];
    for (const { process } of processes) process.stop();
    sim.after(Math.min(stoppedMs, quietAt - sim.now), () => {
      for (const { process } of processes) process.goOn();
    });
  },
};
