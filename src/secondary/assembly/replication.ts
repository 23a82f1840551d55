import type { CentralLink } from "../central/central-link.ts";
import { AMPLE_SHARES } from "../descriptor-shares.ts";
import type { FolderSummary } from "../folder-summary.ts";
import type { Repairs } from "../repair/repairs.ts";
import { copyCentral } from "../replication/copy-central.ts";
import { localContentOf } from "../replication/local/local-content.ts";
import { PlacementFinder } from "../replication/placement/placement-finder.ts";
import { Replicator } from "../replication/replicator.ts";
import type { SecondaryDeps, SecondaryOptions } from "../secondary-deps.ts";
import type { PartialFiles } from "../serving/partial-files.ts";
import type { HalfUploads } from "../uploads/half-uploads.ts";
import type { Folder } from "./folder.ts";

export interface ReplicationParts {
  readonly folder: Folder;
  readonly summary: FolderSummary;
  readonly repairs: Repairs;
  readonly link: CentralLink;
  /** What is verified of a copy is served from here while the copy goes on. */
  readonly partialFiles: PartialFiles;
  /** What clients have sent in part gives way to copies. */
  readonly halves: HalfUploads;
}

/** What copies files into the shared folder. */
export function assembleReplication(
  deps: SecondaryDeps,
  { number, shares = AMPLE_SHARES }: SecondaryOptions,
  { folder, summary, repairs, link, partialFiles, halves }: ReplicationParts,
): Replicator {
  const { guard, index, kept, staging } = folder;
  const { limits } = deps;
  const placements = new PlacementFinder({ ...deps, index, staging, demand: () => guard.requirePresent() });
  return new Replicator({
    ...deps,
    number,
    shares,
    partialFiles,
    hasher: deps.hashing,
    content: localContentOf({ index, kept, repairs }),
    folder: {
      findPlacements: (names) => placements.find(names),
      freeSpace: async (path, bytes) => {
        await halves.removeAllIn(path);
        return kept.freeSpace(bytes, path);
      },
      freeableBytes: async (path) => (await halves.bytesIn(path)) + (await kept.bytesIn(path)),
      install: (files, logCopied) => summary.duringInstall(files, logCopied, () => index.install(files)),
      reach: () => guard.reach(),
      isPartNeeded: (id) => repairs.isPartNeeded(id),
    },
    central: copyCentral(link, guard),
    serving: partialFiles,
    ...(limits && { isLimited: () => limits.download.holdsBack() }),
  });
}
