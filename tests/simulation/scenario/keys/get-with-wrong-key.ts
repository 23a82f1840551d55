import type { ClientKey } from "../../cluster/clients/downloads.ts";
import { WRONG_KEYS } from "../../cluster/keys/sim-keys.ts";
import type { ActionKind } from "../action.ts";
import { drawName } from "../draws.ts";

/** Somebody who has no key of the cluster, or one that is not good, gets a file. */
export const getWithWrongKey: ActionKind<{ client: number; name: string; key: ClientKey }> = {
  name: "get a file with a wrong key",
  fault: false,
  weight: 4,
  draw: (random, { clients }) => ({
    client: 1 + random.below(clients),
    name: drawName(random),
    key: random.pick(["none", ...WRONG_KEYS]),
  }),
  apply(cluster, { client: number, name, key }) {
    if (cluster.keys) cluster.client(number).get({ names: [name], to: "folder", force: true, waitMs: 36_000, key });
  },
};
