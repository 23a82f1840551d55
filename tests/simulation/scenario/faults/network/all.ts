import type { ActionKind } from "../../action.ts";
import { brokenPeer, falseClaims, greedyPeer, liar, silentPeer } from "./dishonest.ts";
import { halfOpen } from "./half-open.ts";
import { isolateMachine } from "./isolate-machine.ts";
import { loseConnections } from "./lose-connections.ts";
import { lossyLink } from "./lossy-link.ts";
import { partition } from "./partition.ts";
import { refuseConnections } from "./refuse-connections.ts";
import { resetConnections } from "./reset-connections.ts";
import { slowLink } from "./slow-link.ts";
import { slowReader } from "./slow-reader.ts";

/** Everything that can go wrong with the network, and with what others say on it. */
export const NETWORK_FAULTS: readonly ActionKind[] = [
  partition,
  isolateMachine,
  lossyLink,
  slowLink,
  slowReader,
  refuseConnections,
  resetConnections,
  loseConnections,
  halfOpen,
  liar,
  falseClaims,
  silentPeer,
  brokenPeer,
  greedyPeer,
];
