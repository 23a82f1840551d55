import type { Log } from "../../platform/log/log.ts";
import { plural } from "../../platform/units.ts";
import { startThread, type Thread } from "../../platform/workers/threads.ts";
import type { LaneCommand, LaneEvent, LaneHost } from "./messages.ts";
import { Lane, type LaneDeps, type LaneShared, laneShared } from "./piece-connection.ts";
import { BundleLane } from "./small-files-connection.ts";

/** To the thread that runs lanes: a command for lane `lane`; the first one makes it. */
export interface ToLanes {
  readonly lane: number;
  readonly command: LaneCommand;
}

/** Back from it. */
export interface FromLanes {
  readonly lane: number;
  readonly events: readonly LaneEvent[];
}

type AnyLane = Lane | BundleLane;
type Post = (events: readonly LaneEvent[]) => void;

/** Whether these are the last events of a lane. */
const last = (events: readonly LaneEvent[]) => events.at(-1)?.kind === "ended";

/** The lane that a first command asks for; null when it asks for none. */
function createLane(deps: LaneDeps, shared: LaneShared, command: LaneCommand, post: Post): AnyLane | null {
  if (command.kind === "start") return new Lane(deps, shared, post);
  return command.kind === "bundle" ? new BundleLane(deps, (event) => post([event])) : null;
}

/** Runs lanes on this thread. */
export function inlineLanes(deps: LaneDeps): LaneHost {
  const shared = laneShared(deps);
  return {
    open(received) {
      let lane: AnyLane | null = null;
      return {
        send(command) {
          lane ??= createLane(deps, shared, command, received);
          lane?.command(command);
        },
      };
    },
  };
}

/** The far end: runs the lanes that commands name and posts their events. */
export function serveLanes(deps: LaneDeps, post: (message: FromLanes) => void): (message: ToLanes) => void {
  const lanes = new Map<number, AnyLane>();
  const shared = laneShared(deps);
  return ({ lane: number, command }) => {
    let lane = lanes.get(number);
    if (!lane) {
      const made = createLane(deps, shared, command, (events) => {
        if (last(events)) lanes.delete(number);
        post({ lane: number, events });
      });
      if (!made) return;
      lane = made;
      lanes.set(number, lane);
    }
    lane.command(command);
  };
}

interface Member {
  readonly thread: Thread<ToLanes, FromLanes>;
  readonly receivers: Map<number, Post>;
}

/** Runs lanes on up to `size` threads, which are started when they are first needed. */
export class LanePool implements LaneHost {
  private readonly members: Member[] = [];
  private opened = 0;

  constructor(
    private readonly size: number,
    private readonly log: Log,
    private readonly start = () => startThread<ToLanes, FromLanes>("lanes"),
  ) {}

  open(received: Post): { send(command: LaneCommand): void } {
    const member = this.member();
    this.opened += 1;
    const lane = this.opened;
    member.receivers.set(lane, received);
    return { send: (command) => member.thread.post({ lane, command }) };
  }

  /**
   * Ends all threads. Lanes should have ended before: a thread that still has some is left to the end of the process, for
   * the disk may still read from its memory.
   */
  stop(): void {
    for (const { thread, receivers } of this.members) if (receivers.size === 0) thread.stop();
    this.members.length = 0;
  }

  /** The thread with the fewest lanes, or a new one. */
  private member(): Member {
    const idle = this.members.reduce<Member | null>(
      (best, next) => (best === null || next.receivers.size < best.receivers.size ? next : best),
      null,
    );
    if (idle && (idle.receivers.size === 0 || this.members.length >= this.size)) return idle;
    const member: Member = { thread: this.start(), receivers: new Map() };
    member.thread.listen(
      ({ lane, events }) => {
        const receiver = member.receivers.get(lane);
        if (last(events)) member.receivers.delete(lane);
        receiver?.(events);
      },
      (error) => this.lose(member, error),
    );
    this.members.push(member);
    return member;
  }

  private lose(member: Member, error: Error): void {
    const place = this.members.indexOf(member);
    if (place >= 0) this.members.splice(place, 1);
    member.thread.stop();
    const lanes = plural(member.receivers.size, "connection");
    this.log.error("lanes-failed", `a thread that receives pieces failed: ${error.message}; ${lanes} are made again`);
    for (const receiver of [...member.receivers.values()]) {
      receiver([{ kind: "ended", end: { cause: "source", message: `a thread broke: ${error.message}`, fault: null } }]);
    }
    member.receivers.clear();
  }
}
