import { type Fault, SERVERS } from "./fault.ts";

/** The disk of a running server's database is filled to the last byte. */
export const fullDataDisk: Fault<{ server: number }> = {
  name: "full-data-disk",
  weight: 2,
  draw: (random) => ({ server: random.pick(SERVERS) }),
  // No server can start without room for its database, so nothing else strikes this one meanwhile.
  target: ({ server }) => `server ${server}`,
  async begin({ world }, { server }) {
    const disk = world.dataDisk(server);
    disk.fill();
    return () => disk.makeRoom();
  },
};
