import type { Connection } from "./connection/connection.ts";
import { BLOCKED, type EndFault } from "./impairments.ts";
import type { Interference } from "./interference/interference.ts";
import type { Link } from "./link.ts";
import type { SimHost } from "./sim-host.ts";

/** What faults are about. Hosts go by their names. */
export interface FaultyNetwork {
  host(name: string): SimHost;
  link(one: string, other: string): Link;
  /** Connections with an end at a host. */
  connectionsOf(host: string): Connection[];
}

/** The faults of networks. They compose: each begins and ends by itself. */
export class NetworkFaults {
  constructor(private readonly network: FaultyNetwork) {}

  /** Neither of two hosts hears the other: connections hang, and new ones time out. */
  partition(one: string, other: string): EndFault {
    return this.network.link(one, other).impair(BLOCKED);
  }

  /** Nothing that one host sends comes to the other; the way back is well. */
  oneWayPartition(from: string, to: string): EndFault {
    const { network } = this;
    return network.link(from, to).pathFrom(network.host(from)).impairments.add(BLOCKED);
  }

  /** Nobody hears a host, and it hears nobody. */
  blackHole(host: string): EndFault {
    return this.blocked(host, "inbound", "outbound");
  }

  /** Nobody hears a host, which hears all. */
  muteHost(host: string): EndFault {
    return this.blocked(host, "outbound");
  }

  /** A part of the packets between two hosts is lost and sent again. */
  lossyLink(one: string, other: string, loss: number): EndFault {
    return this.network.link(one, other).impair({ loss });
  }

  slowLink(one: string, other: string, bytesPerMs: number): EndFault {
    return this.network.link(one, other).impair({ bytesPerMs });
  }

  /** Each packet between two hosts takes longer. */
  delay(one: string, other: string, delayMs: number): EndFault {
    return this.network.link(one, other).impair({ delayMs });
  }

  /** The processes of a host read only a little at a time. */
  slowReader(host: string, pauseMs: number): EndFault {
    return this.network.host(host).readPauses.add(pauseMs);
  }

  /** New connections to a host are refused; those that there are stay. */
  refuse(host: string): EndFault {
    return this.network.host(host).refusals.add(1);
  }

  /** The processes of a host have no descriptors left for connections: new ones fail at both ends. */
  exhaustDescriptors(host: string): EndFault {
    return this.network.host(host).exhaustions.add(1);
  }

  /** All connections between two hosts break, and both ends are told. */
  resetConnections(one: string, other: string): void {
    for (const connection of this.between(one, other)) connection.reset();
  }

  /** A router forgets all connections between two hosts: each end believes that the other one is still there. */
  loseConnections(one: string, other: string): void {
    for (const connection of this.between(one, other)) connection.lose();
  }

  /** The connections of a host break there, and no other end is told. */
  halfOpen(host: string): void {
    for (const connection of this.network.connectionsOf(host)) connection.breakAt(host);
  }

  /**
   * A host is not honest. Its connections break when that begins and when it ends, as if its program were another one:
   * what was said and kept back in between would never be said again.
   */
  interfere(host: string, interference: Interference): EndFault {
    const { interferences } = this.network.host(host);
    const breakAll = () => {
      for (const connection of this.network.connectionsOf(host)) connection.reset();
    };
    // A copy: the same may be there twice.
    const one = { ...interference };
    interferences.add(one);
    breakAll();
    return () => {
      if (interferences.delete(one) && !interference.staysInConnections) breakAll();
    };
  }

  private between(one: string, other: string): Connection[] {
    return this.network.connectionsOf(one).filter((connection) => connection.isOf(other));
  }

  private blocked(host: string, ...ways: readonly ("inbound" | "outbound")[]): EndFault {
    const found = this.network.host(host);
    const ends = ways.map((way) => found[way].add(BLOCKED));
    return () => {
      for (const end of ends) end();
    };
  }
}
