import type { WorkerThread } from "../../../src/platform/workers/worker-thread.ts";
import { cloneMessage } from "./clone-message.ts";
import type { SeededRandom } from "./random.ts";
import type { SimProcess } from "./sim-process.ts";

/** Most milliseconds that a message between two threads takes. */
const MESSAGE_MS = 0.2;

/** Time of a thread that blocks: its calls return at once, and what it does afterwards is that much later. */
export class ThreadTime {
  private busyUntil = 0;
  /** When each message was posted that is on its way to the thread, oldest first. */
  private readonly onTheWay: number[] = [];

  constructor(readonly process: SimProcess) {}

  /** A call took so many milliseconds. */
  spend(ms: number): void {
    this.busyUntil = Math.max(this.busyUntil, this.process.sim.now) + ms;
  }

  /** Milliseconds from now until the thread has done all that it began. */
  get behind(): number {
    return Math.max(0, this.busyUntil - this.process.sim.now);
  }

  /** Simulated milliseconds: whatever was posted to the thread before has arrived. */
  get heardUntil(): number {
    return this.onTheWay[0] ?? this.process.sim.now;
  }

  posted(): void {
    this.onTheWay.push(this.process.sim.now);
  }

  arrived(): void {
    this.onTheWay.shift();
  }
}

/**
 * A thread of the process `near`, which lives in `time.process`. `serve` makes its far end, with the function that posts
 * to the near end; messages are structured clones, come in order, and take a moment. What nothing in the thread catches
 * is its death.
 */
export function simThread<In, Out>(
  near: SimProcess,
  time: ThreadTime,
  random: SeededRandom,
  serve: (post: (message: Out) => void) => (message: In) => void,
): WorkerThread<In, Out> & { die(reason: string): void } {
  const far = time.process;
  const { sim } = near;
  let received: (message: Out) => void = () => {};
  let died: (error: Error) => void = () => {};
  let over = false;
  /** When the last message in each direction arrives: none overtakes another. */
  let [lastTo, lastFrom] = [0, 0];
  const tellDeath = (reason: string) => {
    if (over) return;
    over = true;
    near.deliver(0, () => died(new Error(reason)));
  };
  far.crashed = (error) => tellDeath(error instanceof Error ? error.message : String(error));
  const handle = serve((message) => {
    const copy = cloneMessage(message);
    lastFrom = Math.max(lastFrom, sim.now + time.behind + random.between(0, MESSAGE_MS));
    near.deliver(lastFrom - sim.now, () => {
      if (!over) received(copy);
    });
  });
  return {
    post(message) {
      const copy = cloneMessage(message);
      lastTo = Math.max(lastTo, sim.now + time.behind + random.between(0, MESSAGE_MS));
      time.posted();
      far.deliver(lastTo - sim.now, () => {
        time.arrived();
        handle(copy);
      });
    },
    listen(receive, dead) {
      received = receive;
      died = dead;
    },
    stop() {
      over = true;
      far.kill();
    },
    die(reason) {
      far.kill();
      tellDeath(reason);
    },
  };
}
