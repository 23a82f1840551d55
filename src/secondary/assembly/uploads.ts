import { PlacementFinder } from "../replication/placement/placement-finder.ts";
import type { Replicator } from "../replication/replicator.ts";
import type { SecondaryDeps, SecondaryOptions } from "../secondary-deps.ts";
import type { HalfUploads } from "../uploads/half-uploads.ts";
import { Uploads } from "../uploads/uploads.ts";
import type { Folder } from "./folder.ts";

export interface UploadParts {
  readonly folder: Folder;
  readonly halves: HalfUploads;
  readonly replicator: Pick<Replicator, "space">;
}

/** What takes files from clients. */
export function assembleUploads(
  deps: SecondaryDeps,
  { digests = false }: SecondaryOptions,
  { folder, halves, replicator }: UploadParts,
): Uploads {
  const { guard, index, staging } = folder;
  const placements = new PlacementFinder({ ...deps, index, staging, demand: () => guard.requirePresent() });
  return new Uploads({
    ...deps,
    halves,
    index,
    space: replicator.space,
    hashScope: digests ? "digests" : "whole",
    stagingFolders: () => staging.all(),
    findPlacements: (names) => placements.find(names),
  });
}
