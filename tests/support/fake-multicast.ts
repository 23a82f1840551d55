import type { Address } from "../../src/net/address/address.ts";
import {
  type Link,
  type Multicast,
  MulticastError,
  type MulticastSocket,
} from "../../src/net/transport/multicast/multicast.ts";

/** A link with one IPv4 network of 256 addresses, and others that this machine has there. */
export function fakeLink(name: string, address: string, more: readonly string[] = [], index = 2): Link {
  const prefix = address.slice(0, address.lastIndexOf(".") + 1);
  return {
    ...{ name, index, address },
    addresses: [address, ...more],
    loopback: name === "lo",
    contains: (host) => host.startsWith(prefix) || more.includes(host),
  };
}

interface Listener {
  readonly link: Link;
  readonly received: (bytes: Uint8Array, from: Address) => void;
}

/** Local networks, each by the name of the links to it. What is sent comes to all who are there, the sender too. */
export class FakeWire {
  readonly listeners = new Set<Listener>();
  /** Everything that was sent, with the address that it came from. */
  readonly sent: { readonly link: string; readonly from: string; readonly bytes: Uint8Array }[] = [];

  /** A machine that has these links at any time. `broken`: names of those that cannot be used, and why. */
  machine(links: () => Link[], broken: Readonly<Record<string, string>> = {}): Multicast {
    return {
      links,
      open: async (link, received) => {
        const fault = broken[link.name];
        if (fault !== undefined) throw new MulticastError(fault);
        return this.join({ link, received });
      },
    };
  }

  /** A message from somebody who has no socket here. */
  deliver(link: string, bytes: Uint8Array, from: Address): void {
    for (const listener of [...this.listeners]) if (listener.link.name === link) listener.received(bytes, from);
  }

  private join(listener: Listener): MulticastSocket {
    this.listeners.add(listener);
    const { name, address } = listener.link;
    return {
      send: (bytes) => {
        this.sent.push({ link: name, from: address, bytes });
        this.deliver(name, bytes, { host: address, port: 5353 });
      },
      close: () => this.listeners.delete(listener),
    };
  }
}
