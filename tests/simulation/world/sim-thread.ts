import type { WorkerThread } from "../../../src/platform/workers/worker-thread.ts";
import type { SeededRandom } from "./random.ts";
import type { SimProcess } from "./sim-process.ts";

/** Most milliseconds that a message between two threads takes. */
const MESSAGE_MS = 0.2;

/** Time of a thread that blocks: its calls return at once, and what it does afterwards is that much later. */
export class ThreadTime {
  private busyUntil = 0;

  constructor(readonly process: SimProcess) {}

  /** A call took so many milliseconds. */
  spend(ms: number): void {
    this.busyUntil = Math.max(this.busyUntil, this.process.sim.now) + ms;
  }

  /** Milliseconds from now until the thread has done all that it began. */
  get behind(): number {
    return Math.max(0, this.busyUntil - this.process.sim.now);
  }
}

/**
 * A thread of a process. `serve` makes its far end, with the function that posts to the near end; messages are structured
 * clones, come in order, and take a moment. What `serve` throws is the thread's death.
 */
export function simThread<In, Out>(
  time: ThreadTime,
  random: SeededRandom,
  serve: (post: (message: Out) => void) => (message: In) => void,
): WorkerThread<In, Out> & { die(reason: string): void } {
  const { process } = time;
  let received: (message: Out) => void = () => {};
  let died: (error: Error) => void = () => {};
  let over = false;
  /** When the last message in each direction arrives: none overtakes another. */
  const last = { to: 0, from: 0 };
  const later = (way: "to" | "from", least: number, run: () => void) => {
    const { now } = process.sim;
    last[way] = Math.max(last[way], now + least + random.between(0, MESSAGE_MS));
    process.deliver(last[way] - now, () => {
      if (!over) run();
    });
  };
  const die = (reason: string) => {
    if (over) return;
    over = true;
    process.deliver(0, () => died(new Error(reason)));
  };
  const handle = serve((message) => later("from", time.behind, () => received(structuredClone(message))));
  return {
    post(message) {
      const copy = structuredClone(message);
      later("to", time.behind, () => {
        try {
          handle(copy);
        } catch (error) {
          die(error instanceof Error ? error.message : String(error));
        }
      });
    },
    listen(receive, dead) {
      received = receive;
      died = dead;
    },
    stop() {
      over = true;
    },
    die,
  };
}
