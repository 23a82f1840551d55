import { isLoopback, isWildcard } from "../../../../src/net/address/address.ts";
import { Impairments } from "./impairments.ts";

/** A machine as the network sees it. */
export class SimHost {
  readonly inbound = new Impairments();
  readonly outbound = new Impairments();
  /** Faults that refuse every new connection. */
  private refusals = 0;
  /** Whether the machine has no power. */
  private off = false;
  /** Ends of connections that its kernel knows. */
  readonly sockets = new Set<{ forget(): void }>();

  constructor(readonly name: string) {}

  get isOff(): boolean {
    return this.off;
  }

  /** Loses its power: nobody is told of the end of its connections. Its processes are to be killed afterwards. */
  powerOff(): () => void {
    this.off = true;
    const ends = [this.inbound.add({ blocked: true }), this.outbound.add({ blocked: true })];
    for (const socket of [...this.sockets]) socket.forget();
    return () => {
      this.off = false;
      for (const end of ends) end();
    };
  }

  /** A firewall refuses new connections, until what is returned is called. */
  refuse(): () => void {
    this.refusals += 1;
    let refusing = true;
    return () => {
      if (refusing) this.refusals -= 1;
      refusing = false;
    };
  }

  isOwn(host: string): boolean {
    return host === this.name || isLoopback(host) || isWildcard(host);
  }

  get refusesConnections(): boolean {
    return this.refusals > 0;
  }
}
