import type { Role } from "../../../src/protocol/messages/session.ts";
import type { Conversation } from "../inputs/conversation.ts";
import type { Material } from "../inputs/draft.ts";
import { allFrames, framesFor, largestFrames, type Recorded } from "../inputs/recorded.ts";
import { ATTACKING_NUMBER, type Guise } from "../ports/guise.ts";
import type { RealCluster } from "../ports/real-cluster.ts";
import { type AnsweringTarget, PortTarget } from "./port.ts";
import { WebPortTarget } from "./web-port.ts";

const GUISES: readonly Guise[] = ["plain", "no key", "foreign", "client", "secondary"];
/** At a port without keys there is no difference between those who show a certificate. */
const GUISES_WITHOUT_KEYS: readonly Guise[] = ["plain", "no key"];
/** Who connects to whom. */
const CONNECTORS: readonly Role[] = ["client", "secondary"];

/** The ports of a real cluster, each in every guise, and where it answers HTTP. The same for the same seed. */
export function targetsAtPorts(cluster: RealCluster, recorded: Recorded, seed: number): AnsweringTarget[] {
  const overHttp = [...cluster.webPorts].map(([role, port]) => new WebPortTarget(role, port, cluster));
  return [...targetsOfSessions(cluster, recorded, seed), ...overHttp];
}

function targetsOfSessions(cluster: RealCluster, recorded: Recorded, seed: number): PortTarget[] {
  const foreign = allFrames(seed);
  return (["central", "secondary"] as const).flatMap((role) => {
    const material: Material = {
      conversations: CONNECTORS.flatMap((from) => recorded.get(`${from} to ${role}`) ?? []).map(asAttacker),
      frames: new Map(CONNECTORS.map((from) => [from, framesFor(from, role, seed)])),
      foreign,
      largest: CONNECTORS.flatMap((from) => largestFrames(from, role)),
      identities: [],
    };
    const guises = cluster.keyed ? GUISES : GUISES_WITHOUT_KEYS;
    return guises.map((guise) => new PortTarget(role, guise, cluster, material));
  });
}

/** Says that it is the secondary whose credential attackers have. */
function asAttacker({ steps, ...roles }: Conversation): Conversation {
  return {
    ...roles,
    steps: steps.map((step) => {
      const { header } = step;
      const registers = typeof header === "object" && header !== null && "type" in header && header.type === "register";
      return registers ? { ...step, header: { ...header, number: ATTACKING_NUMBER } } : step;
    }),
  };
}
