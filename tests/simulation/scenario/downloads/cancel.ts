import type { ActionKind } from "../action.ts";

/** Somebody presses Ctrl-C in a client that downloads. */
export const cancel: ActionKind<{ client: number }> = {
  name: "cancel a download",
  fault: false,
  weight: 1,
  draw: (random, { clients }) => ({ client: 1 + random.below(clients) }),
  apply(cluster, { client: number }) {
    const machine = cluster.client(number);
    const [oldest] = machine.processes;
    if (oldest) machine.interrupt(oldest);
  },
};
