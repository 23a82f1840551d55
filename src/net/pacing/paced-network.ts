import { type Cancel, type Clock, every } from "../../platform/clock.ts";
import type { Allowance } from "../../platform/pacing/allowance.ts";
import type { GatheringReceiver, Network, Socket, SocketEvents } from "../transport/network.ts";

/** Milliseconds after which whoever is not read for long is said to be held back, again. */
const HELD_BACK_INTERVAL_MS = 1000;

export interface PacedNetworkDeps {
  readonly clock: Clock;
  /** What may be read. */
  allowance(): Allowance;
}

/**
 * A network on whose connections that are made from here no more is read than is allowed: what was read is paid for before
 * anything else is. The other end sends no faster for long, since nobody takes its bytes.
 */
export function pacedNetwork(network: Network, deps: PacedNetworkDeps): Network {
  return {
    listen: (address, attach) => network.listen(address, attach),
    connect: (address, attach, server) =>
      network.connect(address, (socket) => new PacedReceiver(socket, attach(socket), deps), server),
  };
}

/** What receives the bytes of one connection. */
class PacedReceiver implements SocketEvents {
  readonly gather?: GatheringReceiver;
  /** Null: it is read. */
  private cancelWait: Cancel | null = null;
  private cancelNotices: Cancel | null = null;
  private over = false;

  constructor(
    private readonly socket: Pick<Socket, "pause" | "resume">,
    private readonly events: SocketEvents,
    private readonly deps: PacedNetworkDeps,
  ) {
    const { gather } = events;
    if (!gather) return;
    this.gather = {
      nextBuffer: () => this.part(gather.nextBuffer()),
      bufferFilled: (count) => {
        gather.bufferFilled(count);
        this.pay(count);
      },
    };
  }

  data(bytes: Uint8Array): void {
    const { length } = bytes;
    this.events.data(bytes);
    this.pay(length);
  }

  drained(): void {
    this.events.drained();
  }

  refused(reason: string): void {
    this.events.refused?.(reason);
  }

  closed(error: Error | null): void {
    this.over = true;
    this.cancelWait?.();
    this.cancelNotices?.();
    this.events.closed(error);
  }

  private part(buffer: Uint8Array | null): Uint8Array | null {
    const { quantum } = this.deps.allowance();
    return buffer && quantum !== null && buffer.length > quantum ? buffer.subarray(0, quantum) : buffer;
  }

  private pay(bytes: number): void {
    if (this.over) return;
    const wait = this.deps.allowance().take(bytes);
    if (!wait) return;
    // What had been read already when reading stopped comes all the same.
    this.cancelWait?.();
    this.socket.pause();
    this.cancelWait = wait(() => this.readAgain());
    if (this.cancelNotices) return;
    this.events.heldBack?.();
    this.cancelNotices = every(this.deps.clock, HELD_BACK_INTERVAL_MS, () => this.notice());
  }

  private readAgain(): void {
    this.cancelWait = null;
    this.socket.resume();
  }

  /** One timer serves many waits. */
  private notice(): void {
    if (this.cancelWait) return this.events.heldBack?.();
    this.cancelNotices?.();
    this.cancelNotices = null;
  }
}
