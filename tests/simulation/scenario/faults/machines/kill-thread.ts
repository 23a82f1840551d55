import type { ActionKind } from "../../action.ts";

/** A thread of a process dies. */
export const killThread: ActionKind<{ machine: number; thread: number }> = {
  name: "death of a thread",
  fault: true,
  weight: 2,
  draw: (random, { secondaries, clients }) => ({
    machine: random.below(1 + secondaries + clients),
    thread: random.below(100),
  }),
  apply({ machines }, { machine: index, thread }) {
    const threads = (machines[index]?.processes ?? []).flatMap((ports) => ports.threads);
    threads[thread % Math.max(1, threads.length)]?.die("out of memory");
  },
};
