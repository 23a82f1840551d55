import type { Network } from "../transport/network.ts";
import { PacedConnection, type PacedConnectionDeps } from "./paced-connection.ts";

/** A network on whose connections that are made from here no more is received than is allowed. */
export function pacedNetwork(network: Network, deps: PacedConnectionDeps): Network {
  return {
    listen: (address, attach) => network.listen(address, attach),
    connect: (address, attach, server) =>
      network.connect(address, (socket) => new PacedConnection(socket, attach, deps), server),
  };
}
