import type { X509Certificate } from "node:crypto";
import type { KeyMaterial } from "../../../../../src/keys/key-material.ts";
import type { KeyRing } from "../../../../../src/keys/key-ring.ts";
import { KnownSockets } from "../../../../../src/net/transport/known-sockets.ts";
import {
  ConnectError,
  type Listener,
  type Network,
  type Socket,
  type SocketEvents,
} from "../../../../../src/net/transport/network.ts";
import { renewedListener } from "../../../../../src/net/transport/renewed-listener.ts";
import type { Clock } from "../../../../../src/platform/clock.ts";
import type { Log } from "../../../../../src/platform/log/log.ts";
import { AcceptingEnd } from "./accepting-end.ts";
import { ConnectingEnd } from "./connecting-end.ts";
import type { WriteWatcher } from "./secured-end.ts";

/** A connection of which the program is told after its handshake. */
export interface Meeting {
  readonly side: "accepts" | "connects";
  readonly own: KeyMaterial;
  /** Milliseconds since 1970, by the program's clock. */
  readonly now: number;
  /** What the other end has shown; null: nothing. */
  readonly certificate: X509Certificate | null;
  readonly remoteHost: string;
  /** Of a connection of a thread: until when it has heard all that its process has told it. Absent: a process knows at once. */
  readonly heardUntil?: () => number;
}

/** Sees each of them. What it gives sees what the program writes to the other end; null: nobody wants to see that. */
export type Doorkeeper = (meeting: Meeting) => WriteWatcher | null;

/** What a process, or a thread of one, has for TLS. */
export interface SecuredBy {
  readonly clock: Clock;
  readonly keys: KeyRing;
  /** Null in threads, which listen nowhere. */
  readonly log: Log | null;
  readonly doorkeeper: Doorkeeper;
}

/**
 * A network whose connections are mutual TLS in what comes of them: each end has shown its certificate to the other, which
 * has judged it as the program judges what TLS says. Nothing is encrypted: nobody but the two ends reads what is sent.
 */
export function securedNetwork(plain: Network, by: SecuredBy): Network {
  const { clock, keys, log, doorkeeper } = by;
  const known = new KnownSockets(keys.revocations);
  return {
    listen(address, attach): Listener {
      const begin = (port: number) => {
        // A listener keeps what it began with.
        const { current: own, trust } = keys;
        return plain.listen({ host: address.host, port }, (socket) => {
          return new AcceptingEnd(socket, { clock, own, trust, known, attach, doorkeeper });
        });
      };
      return renewedListener({ clock, keys, log }, begin, address.port);
    },
    async connect(address, attach, server) {
      const connect = () =>
        new Promise<void>((resolve, reject) => {
          const { current: own, trust } = keys;
          const to = { address, server, own, trust, known, clock, doorkeeper };
          const made = (socket: Socket): SocketEvents => new ConnectingEnd(socket, to, attach, { resolve, reject });
          plain.connect(address, made, server).catch(reject);
        });
      try {
        await connect();
      } catch (error) {
        if (!(error instanceof ConnectError) || error.failure !== "reset") throw error;
        // As src/net/transport/tcp.ts does it: a server that begins anew with other keys resets who was not accepted yet.
        await connect();
      }
    },
  };
}
