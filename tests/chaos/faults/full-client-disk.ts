import type { Fault } from "./fault.ts";

/** The disk that downloads go to is filled to the last byte. */
export const fullClientDisk: Fault<null> = {
  name: "full-client-disk",
  weight: 1,
  draw: () => null,
  target: () => "disk of clients",
  async begin({ world: { clientDisk } }) {
    clientDisk.fill();
    return () => clientDisk.makeRoom();
  },
};
