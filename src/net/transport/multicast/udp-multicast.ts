import dgram from "node:dgram";
import { BlockList } from "node:net";
import { type NetworkInterfaceInfo, networkInterfaces } from "node:os";
import { isLinkLocal } from "../../address/address.ts";
import { interfaceIndex } from "./interface-index.ts";
import { type Link, MDNS_PORT, type Multicast, MulticastError, type MulticastSocket } from "./multicast.ts";

/** The group of multicast DNS (RFC 6762). */
const GROUP = "224.0.0.251";
/** Hops, as the standard wants them; routers do not pass on what goes to that group. */
const TTL = 255;
/** Networks that are used: a machine with containers has many. */
const MAX_LINKS = 32;

/** Multicast DNS over IPv4, by the sockets of the system. */
export const udpMulticast: Multicast = {
  links() {
    const found = Object.entries(networkInterfaces()).flatMap(([name, infos = []]) => linkOf(name, infos));
    return found.slice(0, MAX_LINKS);
  },
  open(link, received) {
    return new Promise((resolve, reject) => {
      const failed = (error: Error) => reject(new MulticastError(reasonOf(error)));
      // Other programs of this machine are there too.
      const socket = dgram.createSocket({ type: "udp4", reuseAddr: true });
      socket.once("error", failed);
      socket.bind(MDNS_PORT, "0.0.0.0", () => {
        try {
          socket.addMembership(GROUP, link.address);
          socket.setMulticastInterface(link.address);
          socket.setMulticastTTL(TTL);
          // For the others on this machine.
          socket.setMulticastLoopback(true);
        } catch (error) {
          socket.close();
          return failed(error as Error);
        }
        // From here on errors are those of single messages: a network that is down, say.
        socket.off("error", failed);
        socket.on("error", () => {});
        socket.on("message", (bytes, { address, port }) => received(bytes, { host: address, port }));
        resolve(wrapped(socket));
      });
    });
  },
};

/** What was sent before it is closed still leaves. */
function wrapped(socket: dgram.Socket): MulticastSocket {
  let state: "open" | "closing" = "open";
  let leaving = 0;
  const closeWhenSent = () => {
    if (state === "closing" && leaving === 0) socket.close();
  };
  return {
    send(bytes) {
      if (state !== "open") return;
      leaving += 1;
      socket.send(bytes, MDNS_PORT, GROUP, () => {
        leaving -= 1;
        closeWhenSent();
      });
    },
    close() {
      if (state !== "open") return;
      state = "closing";
      closeWhenSent();
    },
  };
}

function linkOf(name: string, infos: readonly NetworkInterfaceInfo[]): Link[] {
  const own = infos.find(({ family }) => family === "IPv4");
  if (!own) return [];
  const networks = new BlockList();
  for (const { address, cidr, family } of infos) {
    const length = Number(cidr?.split("/")[1] ?? Number.NaN);
    if (Number.isInteger(length)) networks.addSubnet(address, length, family === "IPv6" ? "ipv6" : "ipv4");
  }
  return [
    {
      ...{ name, index: interfaceIndex(name) },
      address: own.address,
      addresses: infos.map(({ address }) => address).filter((address) => !isLinkLocal(address)),
      loopback: own.internal,
      contains: (address) => networks.check(address, address.includes(":") ? "ipv6" : "ipv4"),
    },
  ];
}

function reasonOf(error: Error): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return `another program has the port ${MDNS_PORT} of UDP for itself`;
    case "EACCES":
    case "EPERM":
      return "permission denied";
    case "ENODEV":
    case "EADDRNOTAVAIL":
      return "it is gone";
    default:
      return error.message;
  }
}
