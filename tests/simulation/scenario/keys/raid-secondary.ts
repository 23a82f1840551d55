import type { ClientKey } from "../../cluster/clients/downloads.ts";
import { WRONG_KEYS } from "../../cluster/keys/sim-keys.ts";
import type { ActionKind } from "../action.ts";
import { drawName, drawSecondary } from "../draws.ts";

/** Somebody with a wrong key asks a secondary for a file, and not the central. */
export const raidSecondary: ActionKind<{ client: number; secondary: number; name: string; key: ClientKey }> = {
  name: "raid a secondary",
  fault: false,
  weight: 3,
  draw: (random, shape) => ({
    client: 1 + random.below(shape.clients),
    secondary: drawSecondary(random, shape),
    name: drawName(random),
    key: random.pick(["none", ...WRONG_KEYS]),
  }),
  apply(cluster, { client, secondary: number, name, key }) {
    const secondary = cluster.secondary(number);
    const id = cluster.users.filesOf(secondary).idOf(name);
    if (!cluster.keys || id === null) return;
    const address = { host: secondary.machine.host, port: secondary.options.port };
    cluster.client(client).raid({ number, address, id, name }, key);
  },
};
