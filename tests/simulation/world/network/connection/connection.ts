import type { FileSlice } from "../../../../../src/net/transport/network.ts";
import type { SeededRandom } from "../../random.ts";
import type { Simulation } from "../../simulation.ts";
import { TamperedFlow } from "../interference/tampered-flow.ts";
import type { Path } from "../path.ts";
import { Flow, type FlowOptions } from "./flow.ts";
import type { Outgoing } from "./outgoing.ts";
import type { ProcessSockets } from "./process-sockets.ts";
import { Segmenter } from "./segmenter.ts";
import { type Accept, SimSocket, type SocketPlace } from "./sim-socket.ts";

/** Who has an end of a connection. */
export interface Party {
  readonly owner: ProcessSockets;
  readonly readSlice: (slice: FileSlice) => Uint8Array;
  /** Milliseconds for which the thread that has it is busy. */
  readonly busyMs: () => number;
  readonly attach: Accept;
}

/** What a connection tells the network. */
export interface ConnectionOwner {
  readonly sim: Simulation;
  handlerFailed(error: unknown): void;
  over(connection: Connection): void;
}

/** A TCP connection: two ends, and a flow of bytes in each direction. */
export class Connection {
  readonly caller: SimSocket;
  readonly accepter: SimSocket;
  /** Simulated milliseconds. */
  readonly madeAt: number;
  private readonly flows: readonly [Flow, Flow];
  /** Whether a router on the way has forgotten it. */
  private lost = false;

  constructor(
    private readonly network: ConnectionOwner,
    random: SeededRandom,
    private readonly near: Party,
    far: Party,
    private readonly there: Path,
    back: Path,
  ) {
    const gathers = random.chance(0.5);
    this.caller = new SimSocket(
      this.placeOf(near, there, gathers, () => this.accepter),
      null,
    );
    this.accepter = new SimSocket(
      this.placeOf(far, back, gathers, () => this.caller),
      far.attach,
    );
    const { sim } = network;
    this.madeAt = sim.now;
    const flow = (path: Path, back: Path, sender: SimSocket, receiver: SimSocket) =>
      new Flow(sim, path, back, drawBuffers(random, path, back), new Segmenter(random), flowEnds(sender, receiver));
    const out = flow(there, back, this.caller, this.accepter);
    const home = flow(back, there, this.accepter, this.caller);
    this.flows = [out, home];
    this.caller.join(this.tampered(out, near, far, random), home);
    this.accepter.join(this.tampered(home, far, near, random), out);
  }

  /** The host of the caller. */
  get from(): string {
    return this.there.from.name;
  }

  /** The host of who was called. */
  get to(): string {
    return this.there.to.name;
  }

  /** Whether it has an end at a host. */
  isOf(host: string): boolean {
    return this.from === host || this.to === host;
  }

  /** The caller is told that it is connected; the other end learns of it with the next packet. */
  open(): void {
    this.flows[0].signal("open");
    this.caller.attach(this.near.attach);
  }

  /** Both ends hear that it broke. */
  reset(): void {
    this.caller.resetByPeer();
    this.accepter.resetByPeer();
  }

  /** A router on the way forgets it: nothing gets through any more, and nobody is told. */
  lose(): void {
    this.lost = true;
    for (const flow of this.flows) flow.lose();
  }

  /** The end at a host is told that the connection is gone; the other end hears nothing any more. */
  breakAt(host: string): void {
    this.lose();
    if (this.from === host) this.caller.gaveUp();
    else this.accepter.gaveUp();
  }

  /** What `sender` writes to: who is not honest at either end changes it on the way. */
  private tampered(flow: Flow, sender: Party, receiver: Party, random: SeededRandom): Outgoing {
    const { sim } = this.network;
    let outgoing: Outgoing = flow;
    for (const { understands } of receiver.owner.host.interferences)
      if (understands) outgoing = new TamperedFlow(sim, random, outgoing, understands());
    for (const { says } of sender.owner.host.interferences)
      if (says) outgoing = new TamperedFlow(sim, random, outgoing, says());
    return outgoing;
  }

  private placeOf(
    { owner, readSlice, busyMs }: Party,
    path: Path,
    gathers: boolean,
    peer: () => SimSocket,
  ): SocketPlace {
    const { network } = this;
    return {
      owner,
      remoteHost: path.to.name,
      readSlice,
      untilRead: () => busyMs() + owner.host.readPauses.total,
      gathers,
      answerReset: () => {
        if (this.lost || path.loses()) return;
        network.sim.after(path.travelMs(), () => {
          if (!this.lost && !path.blocked) peer().resetByPeer();
        });
      },
      handlerFailed: (error) => network.handlerFailed(error),
      over: () => {
        if (this.caller.isOver && this.accepter.isOver) network.over(this);
      },
    };
  }
}

function flowEnds(sender: SimSocket, receiver: SimSocket) {
  return {
    readable: () => receiver.readable(),
    writable: () => sender.writable(),
    gaveUp: () => sender.gaveUp(),
  };
}

/**
 * Bytes in a millisecond that buffers let through where nothing is wrong: the largest file of a plan, 5 MiB, comes in the
 * minute that copies have while a cluster comes to rest.
 */
const LEAST_BYTES_PER_MS = 100;

/** A buffer is filled and emptied once in each round trip, so the least size depends on how long that takes. */
function drawBuffers(random: SeededRandom, path: Path, back: Path): FlowOptions {
  const least = Math.ceil(LEAST_BYTES_PER_MS * (path.usualTravelMs + back.usualTravelMs));
  return { sendBuffer: drawBuffer(random, least), receiveBuffer: drawBuffer(random, least) };
}

/** Bytes: mostly as Linux has them; sometimes as few as the way allows, so that everything takes many steps. */
function drawBuffer(random: SeededRandom, least: number): number {
  if (random.chance(0.04)) return Math.max(least, 1024 + random.below(16 * 1024));
  return random.pick([64 * 1024, 256 * 1024, 2 * 1024 * 1024]);
}
