import pMap from "p-map";
import type { BatchDisk } from "../../../platform/disk/batch-disk.ts";
import type { FileIndex } from "../../file-index.ts";
import { type Obstacle, ObstacleError, obstacleIn } from "../../folder/obstacle.ts";
import type { StagingFolders } from "./staging-folders.ts";

/** Names that are checked at once if they need more than one question to the disk; each such question waits for a thread. */
const MAX_CONCURRENT_CHECKS = 16;

/** The folder in which a file is staged, or what keeps it from getting its name. */
export type Placement = { readonly staging: string } | Obstacle;

export interface PlacementFinderDeps {
  readonly index: Pick<FileIndex, "root" | "obstacleTo" | "nearestFolder">;
  readonly batches: Pick<BatchDisk, "areFree">;
  readonly staging: StagingFolders;
  /** Rejects when the shared folder is not there. */
  demand(): Promise<void>;
}

/** Finds out where files can be put, before any of their bytes are fetched. */
export class PlacementFinder {
  constructor(private readonly deps: PlacementFinderDeps) {}

  /** One placement for each name. Does not reject. For free names in an ordinary folder it needs one message to a thread. */
  async find(names: readonly string[]): Promise<Placement[]> {
    try {
      await this.deps.demand();
    } catch (error) {
      return names.map(() => obstacleIn(error));
    }
    const found = await this.findFreeNames(names).catch((): (Placement | null)[] => names.map(() => null));
    if (!found.includes(null)) return found.filter((placement) => placement !== null);
    return pMap(names, (name, position) => found[position] ?? this.findOne(name), {
      concurrency: MAX_CONCURRENT_CHECKS,
    });
  }

  private async findOne(name: string): Promise<Placement> {
    const { index, staging } = this.deps;
    try {
      const obstacle = await index.obstacleTo(name);
      if (obstacle) return obstacle;
      const folder = await staging.folderFor(await index.nearestFolder(name));
      await staging.probeName(folder, name);
      return { staging: folder };
    } catch (error) {
      return obstacleIn(error);
    }
  }

  /** The placements of names that are free in an ordinary folder; null for the others. */
  private async findFreeNames(names: readonly string[]): Promise<(Placement | null)[]> {
    const { index, batches, staging } = this.deps;
    if (!(await staging.isPlain())) return names.map(() => null);
    const areFree = await batches.areFree(index.root, names);
    const ordinary: Placement = { staging: staging.main };
    return names.map((name, position) => (areFree[position] && staging.acceptsName(name) ? ordinary : null));
  }
}

/** The staging folder of a placement. Throws ObstacleError when there is none. */
export function stagingOf(placement: Placement): string {
  if ("staging" in placement) return placement.staging;
  throw new ObstacleError(placement);
}
