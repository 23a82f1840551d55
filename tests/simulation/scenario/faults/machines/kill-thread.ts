import type { ActionKind } from "../../action.ts";

/** Milliseconds after which a server that has ended is started again. */
const RESTART_MS = 3000;

/** A thread of a process dies. */
export const killThread: ActionKind<{ machine: number; thread: number }> = {
  name: "death of a thread",
  fault: true,
  weight: 2,
  draw: (random, { secondaries, clients }) => ({
    machine: random.below(1 + secondaries + clients),
    thread: random.below(100),
  }),
  apply({ sim, machines, servers }, { machine: index, thread }, { quietAt }) {
    const threads = (machines[index]?.processes ?? []).flatMap((ports) => ports.threads);
    threads[thread % Math.max(1, threads.length)]?.die("out of memory");
    // A process may end of it.
    sim.after(Math.min(RESTART_MS, quietAt - sim.now), () => servers[index]?.start());
  },
};
