import type { Address } from "../../address/address.ts";

/** The port of multicast DNS, from which alone its messages come (RFC 6762). */
export const MDNS_PORT = 5353;

/** A network that this machine is on, as far as multicast DNS can use it. */
export interface Link {
  /** The name of its interface. */
  readonly name: string;
  /** Which interface of that name: one that is plugged in again is another; null where the system does not say. */
  readonly index: number | null;
  /** The IPv4 address of this machine that is sent from. */
  readonly address: string;
  /** All its addresses there that others can connect to. */
  readonly addresses: readonly string[];
  readonly loopback: boolean;
  /** Whether an address is on this very network. */
  contains(address: string): boolean;
}

/** A network cannot be used; the message says why. */
export class MulticastError extends Error {}

/** Sends and receives the messages of multicast DNS on one network. */
export interface MulticastSocket {
  /** Sends to all; what is lost is lost. */
  send(bytes: Uint8Array): void;
  close(): void;
}

/** Multicast DNS as it is reached by this process. */
export interface Multicast {
  /** The networks there are now. */
  links(): Link[];
  /** `received`: a message has come. Rejects with {@link MulticastError}. */
  open(link: Link, received: (bytes: Uint8Array, from: Address) => void): Promise<MulticastSocket>;
}
