import type { Address } from "../../../src/net/address/address.ts";
import type { Socket, SocketEvents } from "../../../src/net/transport/network.ts";
import { SeededRandom } from "../../simulation/world/random.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeNetwork } from "../../support/fake-network.ts";
import { knownPeer } from "../../support/known-peer.ts";
import type { Part, Sender } from "../inputs/input.ts";

export const CENTRAL: Address = { host: "central", port: 50_000 };
export const SOURCE: Address = { host: "127.0.0.1", port: 50_001 };

/** Milliseconds of the fake clock that a part waits for what should come before it. */
const PATIENCE_MS = 40;
/** Milliseconds between two looks at work that goes on outside of the clock. */
const STEP_MS = 50;
/** Real milliseconds that the disk of a machine with much else to do takes for a few small files. */
const DISK_MS = 20_000;

/** The surroundings of one run: time and a network of its own. */
export class World {
  readonly clock = new FakeClock();
  readonly network = new FakeNetwork(this.clock);

  /** The same numbers for everybody who asks with the same name. */
  random(seed: number): SeededRandom {
    return new SeededRandom(seed);
  }

  /** Lets time pass, while work on disks and promises goes on. */
  async pass(ms: number, step = STEP_MS): Promise<void> {
    for (let passed = 0; passed < ms; passed += step) {
      this.clock.advance(step);
      await Bun.sleep(0);
    }
  }

  /** Passes time until `done`, at most `ms`, and longer where the real disk takes its time. */
  async until(done: () => boolean, ms: number): Promise<boolean> {
    for (let passed = 0; passed < ms && !done(); passed += STEP_MS) await this.pass(STEP_MS);
    for (const end = performance.now() + DISK_MS; performance.now() < end && !done(); ) {
      this.clock.advance(STEP_MS);
      await Bun.sleep(1);
    }
    return done();
  }

  /** A sender connects to a server. */
  attack(address: Address, sender: Sender): void {
    const { identity } = sender;
    this.network.client = identity && knownPeer(identity);
    void this.network.connect(address, (socket) => new Attacker(this.clock, socket, sender.parts));
    // The network asks who it is when the connection stands.
    this.clock.advance(3);
    this.network.client = null;
  }

  /**
   * Senders wait for connections: the first one gets the first, and the last one all that follow. The function that it gives
   * ends that, and they say nothing more.
   */
  lurk(address: Address, senders: readonly Sender[]): () => void {
    let count = 0;
    const attackers: Attacker[] = [];
    const listener = this.network.listen(address, (socket) => {
      const sender = senders[Math.min(count, senders.length - 1)];
      count += 1;
      const attacker = new Attacker(this.clock, socket, sender?.parts ?? []);
      attackers.push(attacker);
      return attacker;
    });
    return () => {
      listener.stop();
      for (const attacker of attackers) attacker.closed();
    };
  }
}

/** An end that sends what an input says, whatever it hears. */
class Attacker implements SocketEvents {
  private heard = 0;
  private next = 0;
  /** What the network has not taken of the last part. */
  private rest = new Uint8Array(0);
  private over = false;

  constructor(
    private readonly clock: FakeClock,
    private readonly socket: Socket,
    private readonly parts: readonly Part[],
  ) {
    clock.after(0, () => this.send());
    this.losePatience();
  }

  data(bytes: Uint8Array): void {
    this.heard += bytes.length;
    this.send();
  }

  drained(): void {
    this.send();
  }

  closed(): void {
    this.over = true;
  }

  private losePatience(): void {
    const waitsFor = this.next;
    if (this.over || waitsFor >= this.parts.length) return;
    this.clock.after(PATIENCE_MS, () => {
      if (this.next === waitsFor) this.send(true);
      this.losePatience();
    });
  }

  private send(anyway = false): void {
    let may = anyway;
    while (!this.over) {
      if (this.rest.length > 0) {
        this.rest = this.rest.slice(this.socket.write(this.rest));
        if (this.rest.length > 0) return;
      }
      const part = this.parts[this.next];
      if (!part || (part.after > this.heard && !may)) return;
      may = false;
      this.next += 1;
      this.rest = new Uint8Array(part.bytes);
    }
  }
}
