import type { Network } from "../../net/transport/network.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import type { Random } from "../../platform/random.ts";
import type { Transitions } from "../../platform/state-machine.ts";
import type { ConnectionHost } from "../../transfer/connection/messages.ts";
import type { NearConnections } from "../../transfer/connection/near-connections.ts";
import type { CentralSession } from "../central-session.ts";
import type { Destination, DestinationDeps, ReadFile } from "./destination.ts";

/** `requesting` admission; `opening` the destination; `transferring`; `reporting` the end; `over`. */
export type DownloadJobState = "requesting" | "opening" | "transferring" | "reporting" | "over";

export const DOWNLOAD_JOB_TRANSITIONS: Transitions<DownloadJobState> = {
  requesting: ["opening", "over"],
  opening: ["transferring", "reporting"],
  transferring: ["reporting"],
  reporting: ["over"],
  over: [],
};

/** What the user wants a job to do, in every state of the job. */
export type DesiredState = "run" | "pause" | "cancel";

export const DESIRED_STATE_TRANSITIONS: Transitions<DesiredState> = {
  run: ["pause", "cancel"],
  pause: ["run", "cancel"],
  cancel: [],
};

export interface DownloadJobDeps extends DestinationDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly network: Network;
  readonly connections: ConnectionHost;
  /** For small files, in the place of `connections`. Absent: this thread has other things to do. */
  readonly near?: Pick<NearConnections, "admit">;
  readonly session: CentralSession;
  /** Whether a limit of this client holds its downloads back now. Absent: there is none. */
  readonly isLimited?: () => boolean;
}

export interface DownloadJobOptions {
  readonly name: string;
  readonly destination: Destination;
  readonly force: boolean;
  /** What is there, where it was read a moment ago and is not the version. */
  readonly read?: ReadFile | null;
  /** Milliseconds without a source, or a central to ask, before giving up. */
  readonly giveUpAfterMs: number;
  /** The bytes of the file as a list had them, for what is shown before it begins; absent where that is not known. */
  readonly size?: number;
}
