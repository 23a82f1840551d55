import type { CentralLink } from "../central/central-link.ts";
import { DiskRoom } from "../figures/disk-room.ts";
import type { CountedFigures } from "../figures/figures-meter.ts";
import { FiguresTeller } from "../figures/figures-teller.ts";
import type { FileLeases } from "../http/file-leases.ts";
import type { KeptStorage } from "../kept/kept-storage.ts";
import type { Repairs } from "../repair/repairs.ts";
import type { Replicator } from "../replication/replicator.ts";
import type { SecondaryDeps, SecondaryOptions } from "../secondary-deps.ts";
import type { PieceServer } from "../serving/piece-server.ts";
import type { Uploads } from "../uploads/uploads.ts";

export interface FiguresParts {
  readonly link: CentralLink;
  /** Who counts what was sent. */
  readonly served: {
    readonly server: Pick<PieceServer, "sent">;
    readonly httpSources: { readonly leases: Pick<FileLeases, "sentBytes"> };
  };
  readonly replicator: Pick<Replicator, "counts" | "progress">;
  readonly uploads: Pick<Uploads, "receivedBytes">;
  readonly kept: Pick<KeptStorage, "bytes">;
  readonly repairs: Pick<Repairs, "counts" | "pieces" | "waiting">;
  /** Why the shared folder is not shared now; null when it is. */
  missing(): string | null;
}

/** How the secondary is in numbers. */
export interface Figures {
  readonly room: DiskRoom;
  /** Tells the central of them. */
  readonly teller: FiguresTeller;
}

export function assembleFigures(deps: SecondaryDeps, { folder }: SecondaryOptions, parts: FiguresParts): Figures {
  const room = new DiskRoom({ ...deps, folder, missing: parts.missing });
  return { room, teller: new FiguresTeller({ ...deps, ...parts, room, counted: () => count(parts) }) };
}

function count({ served, replicator, repairs, uploads, kept }: FiguresParts): CountedFigures {
  const { client, secondary } = served.server.sent;
  const { damaged, unrepairable, repaired } = repairs.counts;
  return {
    traffic: {
      toClients: client,
      toSecondaries: secondary,
      overHttp: served.httpSources.leases.sentBytes,
      received: replicator.counts.receivedBytes + uploads.receivedBytes,
    },
    kept: kept.bytes,
    copied: replicator.progress().reduce((sum, { doneBytes }) => sum + doneBytes, 0),
    repairs: {
      wrongPieces: repairs.pieces.wrong,
      repairedPieces: repairs.pieces.repaired,
      damaged: damaged + unrepairable,
      repaired,
      waiting: repairs.waiting,
    },
  };
}
