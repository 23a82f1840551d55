import type { Central } from "../../../../src/central/central.ts";
import { DigestWait } from "../../../../src/central/http/digest-wait.ts";
import { type PieceDigest, TORRENT_DIGESTS } from "../../../../src/protocol/digests/piece-digests.ts";
import type { SimServer } from "../servers/sim-server.ts";

/** What the central gave to somebody who asked for a torrent. */
interface GivenDigests {
  readonly id: string;
  readonly of: PieceDigest;
  /** Of each piece, one after the other. */
  readonly pieces: Uint8Array;
}

/** People who ask the central for torrents, and what they were given. */
export class Torrents {
  readonly given: GivenDigests[] = [];

  constructor(private readonly server: SimServer<Central>) {}

  ask(name: string): void {
    const { role, ports, started } = this.server;
    const version = started && role?.registry.catalogue.get(name);
    if (!role || !ports || !version) return;
    ports.process.deliver(0, async () => {
      const found = await new DigestWait(ports.clock, role.digests, role.ended).collect(version, TORRENT_DIGESTS);
      if (found.kind !== "collected") return;
      for (const [place, of] of TORRENT_DIGESTS.entries()) {
        const pieces = found.digests[place]?.pieces;
        if (pieces) this.given.push({ id: version.id, of, pieces });
      }
    });
  }
}
