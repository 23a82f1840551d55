import type { RealCluster } from "./real-cluster.ts";

/** MiB by which a server may have grown when it has been attacked for long: its runtime keeps some for later. */
const MAX_GROWTH_MIB = 150;
/** An honest download may take so much longer beside attackers, who have the same processors as the servers. */
const MAX_SLOWDOWN = 6;

/** Honest clients that download again and again while a real cluster is attacked. */
export class Siege {
  private readonly times: number[] = [];
  private readonly faults: string[] = [];
  private running: Promise<void> = Promise.resolve();
  private over = false;

  private constructor(
    readonly cluster: RealCluster,
    /** Milliseconds that a download takes in peace. */
    private readonly inPeace: number,
    private readonly memory: readonly number[],
  ) {}

  static async begin(cluster: RealCluster): Promise<Siege> {
    // The first one loads what all others find loaded.
    await cluster.download();
    const siege = new Siege(cluster, await cluster.download(), cluster.memory());
    siege.running = siege.download();
    return siege;
  }

  /**
   * Ends it. Gives what is wrong, and what there is to tell. `patience`: milliseconds that every download may take, where
   * others use the machine as well.
   */
  async end(patience = 0): Promise<{ readonly what: readonly string[]; readonly summary: string }> {
    const { cluster, faults, inPeace, memory } = this;
    this.over = true;
    await this.running;
    const what = [...faults, ...cluster.problems(), ...(await cluster.refusals())];
    const sorted = this.times.toSorted((a, b) => a - b);
    const median = sorted[sorted.length >> 1] ?? 0;
    if (median > Math.max(patience, inPeace * MAX_SLOWDOWN)) {
      what.push(`a download takes ${ms(median)} in place of ${ms(inPeace)}`);
    }
    const now = cluster.memory();
    for (const [index, before] of memory.entries()) {
      const after = now[index] ?? 0;
      if (after > before + MAX_GROWTH_MIB) what.push(`server ${index} has grown from ${before} to ${after} MiB`);
    }
    const count = `${this.times.length} honest downloads took ${ms(median)}, ${ms(inPeace)} in peace`;
    const keys = cluster.keyed ? "with keys" : "without keys";
    return { what, summary: `ports ${keys}: ${count}; memory of the servers ${memory} MiB before, ${now} MiB after` };
  }

  private async download(): Promise<void> {
    do {
      try {
        this.times.push(await this.cluster.download());
      } catch (error) {
        this.faults.push(error instanceof Error ? error.message : String(error));
        return;
      }
    } while (!this.over);
  }
}

const ms = (time: number) => `${Math.round(time)} ms`;
