import type { ReportRelay } from "../central/report-relay.ts";
import { AMPLE_SHARES } from "../descriptor-shares.ts";
import type { FileLeases } from "../http/file-leases.ts";
import type { Replicator } from "../replication/replicator.ts";
import type { SecondaryDeps, SecondaryOptions } from "../secondary-deps.ts";
import type { DescriptorCache } from "../serving/descriptor-cache.ts";
import { LocalPieceStore } from "../serving/local-piece-store.ts";
import type { PartialFiles } from "../serving/partial-files.ts";
import { PieceServer } from "../serving/piece-server.ts";
import { smallFilesOf } from "../serving/small-files.ts";
import type { StoreFailures } from "../store-failures.ts";
import type { Uploads } from "../uploads/uploads.ts";
import type { Folder } from "./folder.ts";

export interface ServingParts {
  readonly folder: Folder;
  /** Open files of the shared folder. */
  readonly descriptors: DescriptorCache;
  /** Copies in progress. */
  readonly partialFiles: PartialFiles;
  readonly replicator: Replicator;
  readonly reports: ReportRelay;
  readonly storeFailures: StoreFailures;
  /** Who counts what was sent over HTTP. */
  readonly served: { readonly httpSources: { readonly leases: Pick<FileLeases, "sentBytes"> } };
  readonly uploads: Uploads;
}

/** What serves pieces to clients and other secondaries. */
export function assembleServing(
  deps: SecondaryDeps,
  { shares = AMPLE_SHARES }: SecondaryOptions,
  { folder, descriptors, partialFiles, replicator, reports, storeFailures, served, uploads }: ServingParts,
): PieceServer {
  const { guard, index } = folder;
  const expects = (id: string) => replicator.isExpecting(id);
  const server = new PieceServer(
    deps.network,
    {
      ...deps,
      pieces: new LocalPieceStore({ guard, descriptors, partialFiles, expects }),
      smallFiles: smallFilesOf(index, deps.batches, guard),
      served: (download, name) => storeFailures.log(deps.store.countServed(download, name)),
      uploads,
      storeReport: (report) => reports.accept(report),
      sentOverHttp: () => served.httpSources.leases.sentBytes,
    },
    shares.connections,
  );
  partialFiles.listen(server);
  return server;
}
