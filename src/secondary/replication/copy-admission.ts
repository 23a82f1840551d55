import { DiskError } from "../../platform/disk/disk.ts";
import { CHANGED, type Obstacle, obstacleIn } from "../folder/obstacle.ts";
import type { CopyOrder } from "./copy-order.ts";
import { type DiskSpace, diskFull, type SpaceReservation } from "./placement/disk-space.ts";
import type { CopierEvents, CopyDestination } from "./ports.ts";

export interface CopyAdmissionDeps {
  readonly space: DiskSpace;
  readonly folder: Pick<CopyDestination, "findPlacements">;
  readonly events: CopierEvents;
}

/** Orders that may be carried out together: they can get their names, and are staged in one folder. */
export interface AdmittedOrders<Reservation> {
  readonly orders: readonly CopyOrder[];
  readonly staging: string;
  readonly reservation: Reservation;
}

/** Decides which of several files may be copied together now. The orders of the others are rejected or returned. */
export class CopyAdmission {
  constructor(private readonly deps: CopyAdmissionDeps) {}

  /** Files that come from other secondaries: the disk must have space for all their bytes. Does not reject. */
  async admitRemote(orders: readonly CopyOrder[]): Promise<AdmittedOrders<SpaceReservation>> {
    const { staging, orders: placed } = await this.selectByStaging(orders);
    const admitted = [...placed];
    for (;;) {
      const bytes = admitted.reduce((sum, { size }) => sum + size, 0);
      try {
        return { orders: admitted, staging, reservation: await this.deps.space.reserve(staging, () => bytes) };
      } catch (error) {
        // Half of the files may have space where not all do.
        for (const order of admitted.splice(Math.floor(admitted.length / 2))) {
          this.deps.events.rejected(order, diskObstacle(error, staging, order));
        }
      }
    }
  }

  /**
   * Files that are copied within this disk. Without space (reservation null) they may still share the blocks of the file
   * that they are copied from. `remaining`: the bytes that an order still needs. Does not reject.
   */
  async admitLocal(
    orders: readonly CopyOrder[],
    remaining: (order: CopyOrder) => number,
  ): Promise<AdmittedOrders<SpaceReservation | null>> {
    const selected = await this.selectByStaging(orders);
    const bytes = () => selected.orders.reduce((sum, order) => sum + remaining(order), 0);
    const reserving = selected.orders.length > 0 ? this.deps.space.reserve(selected.staging, bytes) : null;
    return { ...selected, reservation: (await reserving?.catch(() => null)) ?? null };
  }

  /** The orders that can be put into place and are staged where the first of them is. */
  private async selectByStaging(
    orders: readonly CopyOrder[],
  ): Promise<{ orders: readonly CopyOrder[]; staging: string }> {
    const { folder, events } = this.deps;
    const placements = await folder.findPlacements(orders.map(({ name }) => name));
    let staging: string | null = null;
    const selected: CopyOrder[] = [];
    for (const [index, order] of orders.entries()) {
      const placement = placements[index] ?? CHANGED;
      if (!("staging" in placement)) {
        events.rejected(order, placement);
        continue;
      }
      staging ??= placement.staging;
      if (placement.staging === staging) selected.push(order);
      else events.returned({ ...order, staging: placement.staging });
    }
    return { orders: selected, staging: staging ?? "" };
  }
}

/** The obstacle in an error of the disk. A full disk has a text that does not change, so that it is logged once. */
export function diskObstacle(error: unknown, staging: string, { size }: Pick<CopyOrder, "size">): Obstacle {
  const isFull = error instanceof DiskError && error.failure === "full";
  return obstacleIn(isFull ? diskFull(staging, size) : error);
}
