import pMap from "p-map";
import type { BatchDisk } from "../../../platform/disk/batch-disk.ts";
import { type Obstacle, ObstacleError, obstacleIn } from "../../folder/obstacle.ts";
import type { FileIndex } from "../../index/file-index.ts";
import type { StagingFolders } from "./staging-folders.ts";

/** Names looked at at once, of those that are not plain. */
const MAX_CONCURRENT_CHECKS = 16;

/** Where a file is to be staged, or what keeps it from getting its name. */
export type Placement = { readonly staging: string } | Obstacle;

export interface PlacementFinderDeps {
  readonly index: Pick<FileIndex, "root" | "obstacleTo" | "nearestFolder">;
  readonly batches: Pick<BatchDisk, "areFree">;
  readonly staging: StagingFolders;
  /** Rejects when the shared folder is not there. */
  demand(): Promise<void>;
}

/** Finds out where files can be put, before anything of them is fetched. */
export class PlacementFinder {
  constructor(private readonly deps: PlacementFinderDeps) {}

  /** Does not reject. Of names that are free in an ordinary folder it needs one message to another thread. */
  async find(names: readonly string[]): Promise<Placement[]> {
    try {
      await this.deps.demand();
    } catch (error) {
      return names.map(() => obstacleIn(error));
    }
    const free = await this.findFreeNames(names).catch(() => []);
    const placementOf = (name: string, index: number) => {
      const staging = free[index] ?? null;
      return staging === null ? this.findOne(name) : { staging };
    };
    return pMap(names, placementOf, { concurrency: MAX_CONCURRENT_CHECKS });
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

  /** The staging folders of those that are free in an ordinary folder; null for the others. */
  private async findFreeNames(names: readonly string[]): Promise<(string | null)[]> {
    const { index, batches, staging } = this.deps;
    if (!(await staging.isSingle())) return [];
    const free = await batches.areFree(index.root, names);
    return free.map((is, index) => (is && staging.acceptsName(names[index] ?? "") ? staging.main : null));
  }
}

/** The staging folder of a target. Throws ObstacleError when there is none. */
export function stagingOf(target: Placement): string {
  if ("staging" in target) return target.staging;
  throw new ObstacleError(target);
}
