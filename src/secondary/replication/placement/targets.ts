import pMap from "p-map";
import type { BatchDisk } from "../../../platform/disk/batch-disk.ts";
import { type Obstacle, ObstacleError, obstacleIn } from "../../folder/obstacle.ts";
import type { Library } from "../../index/index.ts";
import type { Staging } from "./staging.ts";

/** Names looked at at once, of those that are not plain. */
const CONCURRENCY = 16;

/** Where a file is to be staged, or what keeps it from getting its name. */
export type Target = { readonly staging: string } | Obstacle;

export interface TargetsDeps {
  readonly library: Pick<Library, "root" | "obstacleTo" | "nearestFolder">;
  readonly batches: Pick<BatchDisk, "free">;
  readonly staging: Staging;
  /** Rejects when the shared folder is not there. */
  demand(): Promise<void>;
}

/** Finds out where files can be put, before anything of them is fetched. */
export class Targets {
  constructor(private readonly deps: TargetsDeps) {}

  /** Does not reject. Of names that are free in an ordinary folder it needs one message to another thread. */
  async ofAll(names: readonly string[]): Promise<Target[]> {
    try {
      await this.deps.demand();
    } catch (error) {
      return names.map(() => obstacleIn(error));
    }
    const plain = await this.plain(names).catch(() => []);
    const targetOf = (name: string, index: number) => {
      const staging = plain[index] ?? null;
      return staging === null ? this.of(name) : { staging };
    };
    return pMap(names, targetOf, { concurrency: CONCURRENCY });
  }

  private async of(name: string): Promise<Target> {
    const { library, staging } = this.deps;
    try {
      const obstacle = await library.obstacleTo(name);
      if (obstacle) return obstacle;
      const folder = await staging.folderFor(await library.nearestFolder(name));
      await staging.tryName(folder, name);
      return { staging: folder };
    } catch (error) {
      return obstacleIn(error);
    }
  }

  /** The staging folders of those that are free in an ordinary folder; null for the others. */
  private async plain(names: readonly string[]): Promise<(string | null)[]> {
    const { library, batches, staging } = this.deps;
    if (!(await staging.isSingle())) return [];
    const free = await batches.free(library.root, names);
    return free.map((is, index) => (is && staging.takes(names[index] ?? "") ? staging.main : null));
  }
}

/** The staging folder of a target. Throws ObstacleError when there is none. */
export function stagingOf(target: Target): string {
  if ("staging" in target) return target.staging;
  throw new ObstacleError(target);
}
