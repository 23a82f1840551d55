import { isLoopback, isWildcard } from "../../../../src/net/address/address.ts";
import { BLOCKED, type EndFault, Impairments, Strengths } from "./impairments.ts";
import type { Interference } from "./interference/interference.ts";

/** A machine as the network sees it. */
export class SimHost {
  readonly inbound = new Impairments();
  readonly outbound = new Impairments();
  /** A firewall refuses new connections to it. */
  readonly refusals = new Strengths();
  /** Its processes have no descriptors left for connections. */
  readonly exhaustions = new Strengths();
  /** Milliseconds from when bytes have come until a process reads some of them. */
  readonly readPauses = new Strengths();
  /** Ends of connections that its kernel knows. */
  readonly sockets = new Set<{ forget(): void }>();
  /** Ways in which it is not honest on new connections. */
  readonly interferences = new Set<Interference>();
  private off = false;

  constructor(readonly name: string) {}

  /** Whether it has no power. */
  get isOff(): boolean {
    return this.off;
  }

  /** Loses its power: nobody is told of the end of its connections. Its processes are to be killed afterwards. */
  powerOff(): EndFault {
    this.off = true;
    const ends = [this.inbound.add(BLOCKED), this.outbound.add(BLOCKED)];
    for (const socket of [...this.sockets]) socket.forget();
    return () => {
      this.off = false;
      for (const end of ends) end();
    };
  }

  isOwn(host: string): boolean {
    return host === this.name || isLoopback(host) || isWildcard(host);
  }
}
