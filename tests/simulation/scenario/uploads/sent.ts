import { pieceLength } from "../../../../src/protocol/versions/version.ts";
import { STAGING_FOLDER } from "../../../../src/secondary/folder/marker.ts";
import type { PutCommand, RunningPut } from "../../cluster/clients/uploads/client-uploads.ts";
import { UPLOAD_PART } from "../../cluster/people/shared-paths.ts";
import { SHARED_FOLDER, type SimSecondary } from "../../cluster/servers/sim-secondary.ts";
import type { Hand, SimCluster } from "../../cluster/sim-cluster.ts";
import { attempt } from "../../world/disk/errors.ts";
import type { UserFiles } from "../../world/disk/machine/user-files.ts";
import type { SeededRandom } from "../../world/random.ts";
import type { ClusterShape, Plan } from "../action.ts";
import { drawLargeSize, drawName, drawSize } from "../draws.ts";
import { HANDS, workFilesIn } from "../faults/machines/touch-work-file.ts";
import { pollWithin } from "../poll-within.ts";

const MIB = 1024 * 1024;
/** At the end of a piece. */
const LAST_BYTES = 8;
const POLLING = { intervalMs: 2, patienceMs: 6000 } as const;
/** Names that no file has at first. */
const NEW_NAMES = ["sent.mkv", "films/sent.iso", "sent/e"] as const;

/** Bytes a second that are sent at most; 0: any. */
const RATES = [0, 0, 0, 0, 30_000, 300_000] as const;

/** What all that send a file have in common. */
export type Sent = {
  /** Of the machine. */
  client: number;
  name: string;
  size: number;
  /** The secondary that it is to go to; 0: any. */
  to: number;
  rate: number;
};

export function drawSent(random: SeededRandom, shape: ClusterShape): Sent {
  return {
    client: 1 + random.below(shape.clients),
    name: random.chance(0.7) ? drawName(random) : random.pick(NEW_NAMES),
    size: drawSentSize(random),
    to: random.chance(0.3) ? 1 + random.below(shape.secondaries) : 0,
    rate: random.pick(RATES),
  };
}

/** Bytes: one in four has several pieces. */
export function drawSentSize(random: SeededRandom): number {
  return random.chance(0.25) ? drawLargeSize(random, 1.5 * MIB) : drawSize(random);
}

export function commandOf({ name, to, rate }: Sent, source: PutCommand["source"]): PutCommand {
  return { name, source, at: to === 0 ? null : to, waitMs: 30_000, rate, rights: "write" };
}

/** What is done then; `at`: who takes files from clients, if somebody does. */
type Sending = (at: SimSecondary | null) => void;

/** Does something once a secondary has begun to take files from clients, or after some seconds. */
export function onceSent(cluster: SimCluster, plan: Plan, put: RunningPut, then: Sending): void {
  once(isReceiving, cluster, plan, put, then);
}

/** Does something once a secondary has the first piece of a file of several, or after some seconds. */
export function onceFirstPiece(cluster: SimCluster, plan: Plan, put: RunningPut, then: Sending): void {
  once(hasFirstPiece, cluster, plan, put, then);
}

function once(isSo: (at: SimSecondary) => boolean, cluster: SimCluster, plan: Plan, put: RunningPut, then: Sending) {
  const receiving = () => cluster.secondaries.find(isSo) ?? null;
  const isDue = () => put.upload.state !== "running" || receiving() !== null;
  pollWithin(cluster, plan, POLLING, isDue, () => then(receiving()));
}

/** Somebody lays hands on what has come of the files that clients send to a secondary. */
export function layHandsOnParts({ hands, sim, users }: SimCluster, { machine }: SimSecondary, hand: Hand): void {
  const { user } = machine.disk;
  for (const path of partsOf(user)) {
    attempt(() => HANDS[hand](user, path));
    // It may have got its name by now, or get it in this very moment: then it is an edit like any other.
    users.contents.learn(user.read(path) ?? new Uint8Array(0), false);
    hands.push({ at: sim.now, host: machine.host, path, hand });
  }
}

/** Files that come from clients, unfinished. */
function partsOf(user: UserFiles): string[] {
  return workFilesIn(user, `${SHARED_FOLDER}/${STAGING_FOLDER}`).filter((path) => UPLOAD_PART.test(path));
}

/** Whether the end of a first piece is there: what people put is never zero in all of that place. */
function hasFirstPiece({ machine }: SimSecondary): boolean {
  const { user } = machine.disk;
  return partsOf(user).some((path) => {
    const content = user.file(path)?.content;
    const end = pieceLength(content?.size ?? 0, 0);
    return content?.slice(end - LAST_BYTES, LAST_BYTES).some((byte) => byte !== 0);
  });
}

/** Whether a file that a client sends is open there. */
function isReceiving({ server }: SimSecondary): boolean {
  const paths = server.ports?.files.openPaths ?? [];
  return paths.some((path) => path.startsWith(SHARED_FOLDER) && UPLOAD_PART.test(path));
}
