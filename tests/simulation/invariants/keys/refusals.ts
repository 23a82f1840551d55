import type { KeyMaterial } from "../../../../src/keys/key-material.ts";
import type { Download } from "../../cluster/clients/downloads.ts";
import type { SimCluster } from "../../cluster/sim-cluster.ts";
import { parsed } from "../../world/network/tls/chain.ts";
import { EPOCH_MS } from "../../world/sim-process.ts";
import { EndedDownloads } from "../downloads/ended-downloads.ts";
import type { Invariant } from "../invariant.ts";

/** What is wrong with a key, in the eyes of one end. */
type Fault = "foreign" | "ended" | "early";

/** Why a client says that it is refused, and of which fault that is true. */
const REASONS: readonly { readonly says: RegExp; isTrue(refusal: Judged): boolean }[] = [
  { says: /the key is of another cluster$/, isTrue: ({ faults, own }) => !own && faults.has("foreign") },
  { says: /credential has expired/, isTrue: ({ faults }) => faults.has("ended") },
  { says: /the key was revoked$/, isTrue: ({ isRevoked }) => isRevoked },
  { says: /is not valid (yet|before )/, isTrue: ({ faults }) => faults.has("early") },
  { says: /speaks TLS: .* one is needed here \(--key-file\)$/, isTrue: ({ shown }) => shown === null },
  {
    says: /it is the key of .*, not of a client$/,
    isTrue: ({ shown }) => shown !== null && shown.identity.role !== "client",
  },
];

interface Judged {
  readonly shown: KeyMaterial | null;
  /** Whether it is the key that the client was rightly given. */
  readonly own: boolean;
  readonly faults: ReadonlySet<Fault>;
  /** Whether somebody has asked for that, be it done or not. */
  readonly isRevoked: boolean;
}

/** Milliseconds in which a refusal comes to a client, over a slow way too: the central may have other keys and another clock by then. */
const REFUSAL_MS = 20_000;

/** What the central refuses by. */
interface Grounds {
  readonly keys: KeyMaterial;
  /** As in WallOffset. */
  readonly ahead: number;
}

/** What the central has refused by lately. */
class LateGrounds {
  private readonly all: { readonly grounds: Grounds; until: number }[] = [];

  add(keys: KeyMaterial, ahead: number, now: number): void {
    const last = this.all.at(-1);
    if (last?.grounds.keys === keys && last.grounds.ahead === ahead) last.until = now;
    else this.all.push({ grounds: { keys, ahead }, until: now });
  }

  since(time: number): readonly Grounds[] {
    return this.all.filter(({ until }) => until >= time).map(({ grounds }) => grounds);
  }
}

/** A client that is refused because of its key is told what is wrong with it. One whose key is right is not refused. */
export const refusalsAreTrue: Invariant = {
  name: "refusals are told truly",
  watch(cluster, broken) {
    if (!cluster.keys) return {};
    const endings = new EndedDownloads(cluster.downloads);
    const late = new LateGrounds();
    return {
      afterEvent: () => {
        const { ports, machine } = cluster.central;
        const keys = ports?.keys?.current;
        if (keys) late.add(keys, machine.wall.ahead, cluster.sim.now);
        for (const download of endings.take()) {
          const { number, name, refusal, key } = download;
          // Of a central that is gone nobody knows what it has seen.
          if (refusal && keys && !isTrue(download, cluster, late.since(cluster.sim.now - REFUSAL_MS))) {
            broken(
              `download ${number} of ${name} with ${key === "its own" ? "its own key" : `key "${key}"`} is refused: ${refusal.reason}`,
            );
          }
        }
      },
    };
  },
};

/** `grounds`: what the central may have refused by. */
function isTrue({ refusal, client, key }: Download, cluster: SimCluster, grounds: readonly Grounds[]): boolean {
  const { reason = "", shown = null } = refusal ?? {};
  const place = cluster.machines.findIndex(({ host }) => host === client);
  const real = EPOCH_MS + cluster.sim.now;
  const here = real + (cluster.machines[place]?.wall.ahead ?? 0);
  const files = cluster.keys?.holder(place).keyFiles ?? [];
  const faults = new Set([
    ...grounds.flatMap(({ keys, ahead }) =>
      shown ? [...faultsOf(shown, keys, real + ahead), ...faultsOf(keys, shown, here)] : [],
    ),
    ...files.flatMap(({ contents }) => (contents.kind === "credential" ? timesOf(contents.certificate.pem, here) : [])),
  ]);
  const isRevoked = shown !== null && (cluster.keys?.revocations.asked.has(shown.fingerprint) ?? false);
  const judged = { shown, own: key === "its own", faults, isRevoked };
  return REASONS.some(({ says, isTrue }) => says.test(reason) && isTrue(judged));
}

/** What is wrong with `shown` for who believes what `believer` has, and whose clock shows `now`. */
function faultsOf(shown: KeyMaterial, { authorities }: KeyMaterial, now: number): readonly Fault[] {
  const { issuer } = parsed(shown.certificate);
  const isForeign = !authorities.some((pem) => parsed(pem).subject === issuer);
  return [...(isForeign ? (["foreign"] as const) : []), ...timesOf(shown.certificate, now)];
}

function timesOf(pem: string, now: number): readonly Fault[] {
  const { validFrom, validTo } = parsed(pem);
  if (now < Date.parse(validFrom)) return ["early"];
  return now > Date.parse(validTo) ? ["ended"] : [];
}
