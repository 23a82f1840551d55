import type { ActionKind } from "../action.ts";
import { drawSecondary, within } from "../draws.ts";
import { pollWithin } from "../poll-within.ts";
import { type RevokedKey, revokeCredential } from "./revoke-key.ts";

type Params = RevokedKey & {
  /** Who is started again while the central is away, and for how many milliseconds that is. */
  secondary: number;
  server: 0;
  downMs: number;
};

const POLLING = { intervalMs: 20, patienceMs: 3000 } as const;
/** Milliseconds in which a secondary has stored what it was told, be it at the second try. */
const STORED_MS = 3500;

/** A client's key is revoked; once a secondary has stored that, the central goes away, and the secondary is started again. */
export const restartOnceRevoked: ActionKind<Params> = {
  name: "restart a secondary once a key is revoked",
  fault: true,
  weight: 3,
  draw: (random, shape) => ({
    client: 1 + random.below(shape.clients),
    machine: 1 + shape.secondaries + random.below(shape.clients),
    lastsMs: 8000 + random.below(5000),
    secondary: drawSecondary(random, shape),
    server: 0,
    downMs: 1000 + random.below(2000),
  }),
  apply(cluster, { secondary, downMs, ...key }, plan) {
    const { sim, central } = cluster;
    const { server } = cluster.secondary(secondary);
    const fingerprint = revokeCredential(cluster, key, plan);
    if (fingerprint === null) return;
    const isKnown = () => server.ports?.keys?.revocations.all.some((one) => one.fingerprint === fingerprint) ?? false;
    pollWithin(cluster, plan, POLLING, isKnown, (isSo) => {
      if (!isSo || sim.now + STORED_MS + downMs >= plan.quietAt) return;
      sim.after(STORED_MS, () => {
        central.kill();
        server.kill();
        server.start();
        sim.after(within(cluster, plan, downMs), () => central.start());
      });
    });
  },
};
