import type { FileSlice, Socket, SocketEvents } from "../../../../src/net/transport/network.ts";
import type { SeededRandom } from "../random.ts";
import type { Simulation } from "../simulation.ts";
import { Flow, type FlowOptions } from "./flow.ts";
import type { Path } from "./path.ts";
import type { ProcessSockets } from "./process-sockets.ts";
import { Segmenter } from "./segmenter.ts";
import type { SimHost } from "./sim-host.ts";
import { SimSocket, type SocketPlace } from "./sim-socket.ts";

/** Who has an end of a connection. */
export interface Party {
  readonly owner: ProcessSockets;
  readonly readSlice: (slice: FileSlice) => Uint8Array;
  /** Milliseconds for which the thread that has it is busy. */
  readonly busyMs: () => number;
  /** Null: it has given up already and only ends the connection. */
  readonly attach: ((socket: Socket) => SocketEvents) | null;
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
  private readonly flows: readonly [Flow, Flow];

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
    const out = new Flow(
      sim,
      there,
      back,
      drawBuffers(random),
      new Segmenter(random),
      flowEnds(this.caller, this.accepter),
    );
    const home = new Flow(
      sim,
      back,
      there,
      drawBuffers(random),
      new Segmenter(random),
      flowEnds(this.accepter, this.caller),
    );
    this.flows = [out, home];
    this.caller.join(out, home);
    this.accepter.join(home, out);
  }

  /** Whether it is between these two hosts. */
  isBetween(one: SimHost, other: SimHost): boolean {
    const { from, to } = this.there;
    return (from === one && to === other) || (from === other && to === one);
  }

  /** The caller is told that it is connected; the other end learns of it with the next packet. */
  open(): void {
    this.flows[0].signal("open");
    if (this.near.attach === null) this.caller.destroy();
    else this.caller.attach(this.near.attach);
  }

  /** Both ends hear that it broke. */
  reset(): void {
    this.caller.resetByPeer();
    this.accepter.resetByPeer();
  }

  /** A router on the way forgets it: nothing gets through any more, and nobody is told. */
  lose(): void {
    for (const flow of this.flows) flow.lose();
  }

  /** The end at a host is told that the connection is gone; the other end hears nothing any more. */
  breakAt(host: SimHost): void {
    const { from, to } = this.there;
    if (from !== host && to !== host) return;
    this.lose();
    if (from === host) this.caller.gaveUp();
    else this.accepter.gaveUp();
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
        if (!path.loses()) network.sim.after(path.travelMs(), () => path.blocked || peer().resetByPeer());
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

function drawBuffers(random: SeededRandom): FlowOptions {
  return { sendBuffer: drawBuffer(random), receiveBuffer: drawBuffer(random) };
}

/** Mostly as Linux has them; sometimes far too small, so that everything takes many steps. */
function drawBuffer(random: SeededRandom): number {
  return random.chance(0.04) ? 1024 + random.below(16 * 1024) : random.pick([64 * 1024, 256 * 1024, 2 * 1024 * 1024]);
}
