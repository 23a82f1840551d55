import { join } from "node:path";
import { DiskError } from "../../platform/disk/disk.ts";
import { type Random, uniqueId } from "../../platform/random.ts";
import { CHANGED, type Obstacle, obstacleIn } from "../folder/obstacle.ts";
import type { CopyOrder } from "./copy-queue.ts";
import type { AdmittedLocally } from "./local/local-copy.ts";
import { type DiskSpace, diskFull } from "./placement/disk-space.ts";
import type { Placement } from "./placement/placement-finder.ts";
import type { AdmittedOrders } from "./small-files-copy.ts";

export interface CopyAdmissionDeps {
  readonly random: Random;
  readonly space: DiskSpace;
  /** Where files of these names are to be staged, or what keeps each from getting its name. Does not reject. */
  findPlacements(names: readonly string[]): Promise<Placement[]>;
  /** An order that cannot be carried out. */
  reject(order: CopyOrder, obstacle: Obstacle): void;
  /** An order that must be carried out with others, which are staged where it is. */
  requeue(order: CopyOrder): void;
}

/** Decides which of several files may be copied together now: they can be put into place, and the disk has room. */
export class CopyAdmission {
  constructor(private readonly deps: CopyAdmissionDeps) {}

  /** Small files to be fetched. Does not reject. */
  async admit(orders: readonly CopyOrder[]): Promise<AdmittedOrders> {
    const { staging, orders: fit } = await this.selectByStaging(orders);
    const folder = join(staging, `small-${uniqueId(this.deps.random)}`);
    return { folder, ...(await this.reserveSpace(staging, [...fit])) };
  }

  /**
   * Copies of what is here: where the disk has no room for them they may still share the blocks of what is here. `left`:
   * the bytes to come of each. Does not reject.
   */
  async admitLocal(orders: readonly CopyOrder[], left: (order: CopyOrder) => number): Promise<AdmittedLocally> {
    const sorted = await this.selectByStaging(orders);
    const bytes = () => sorted.orders.reduce((sum, order) => sum + left(order), 0);
    const reserved = sorted.orders.length > 0 ? this.deps.space.reserve(sorted.staging, bytes) : null;
    return { ...sorted, reservation: (await reserved?.catch(() => null)) ?? null };
  }

  /** Those that can be put into place and are staged where the first of them is. */
  private async selectByStaging(
    orders: readonly CopyOrder[],
  ): Promise<{ orders: readonly CopyOrder[]; staging: string }> {
    const { findPlacements: targets, reject: giveBack, requeue: regroup } = this.deps;
    const found = await targets(orders.map(({ name }) => name));
    let staging: string | null = null;
    const fit: CopyOrder[] = [];
    for (const [index, order] of orders.entries()) {
      const target = found[index] ?? CHANGED;
      if (!("staging" in target)) {
        giveBack(order, target);
        continue;
      }
      staging ??= target.staging;
      if (target.staging === staging) fit.push(order);
      else regroup({ ...order, staging: target.staging });
    }
    return { orders: fit, staging: staging ?? "" };
  }

  /** Those that the disk has room for. */
  private async reserveSpace(
    staging: string,
    fit: CopyOrder[],
  ): Promise<Pick<AdmittedOrders, "orders" | "reservation">> {
    for (;;) {
      const bytes = fit.reduce((sum, { size }) => sum + size, 0);
      try {
        return { orders: fit, reservation: await this.deps.space.reserve(staging, () => bytes) };
      } catch (error) {
        // Half of them may fit where not all do.
        for (const order of fit.splice(Math.floor(fit.length / 2))) {
          this.deps.reject(order, diskObstacle(error, staging, order));
        }
      }
    }
  }
}

/** What keeps a file from a disk that has refused something; that it is full is said in words that stay the same. */
export function diskObstacle(error: unknown, folder: string, { size }: Pick<CopyOrder, "size">): Obstacle {
  const full = error instanceof DiskError && error.failure === "full";
  return obstacleIn(full ? diskFull(folder, size) : error);
}
