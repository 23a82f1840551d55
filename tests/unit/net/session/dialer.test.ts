import { describe, expect, test } from "bun:test";
import { Channel, type CloseReason } from "../../../../src/net/session/channel.ts";
import { Dialer } from "../../../../src/net/session/dialer.ts";
import type { Message } from "../../../../src/protocol/messages/messages.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { FakeNetwork } from "../../../support/fake-network.ts";

const PLACE = { host: "central", port: 1 };
const HEARTBEAT = { pingAfterMs: 1000, deadAfterMs: 4000 };

/** A dialer, and a server that can come and go. */
class Scene {
  readonly clock = new FakeClock();
  readonly network = new FakeNetwork(this.clock);
  readonly accepted: Channel[] = [];
  readonly heard: Message[] = [];
  readonly downs: { at: number; reason: CloseReason }[] = [];
  ups = 0;
  readonly dialer = new Dialer(
    { clock: this.clock, network: this.network, random: { fraction: () => 0.5, bytes: () => new Uint8Array() } },
    { address: PLACE, role: "client", heartbeat: HEARTBEAT },
    {
      up: () => {
        this.ups += 1;
      },
      message: (message) => void this.heard.push(message),
      down: (reason) => void this.downs.push({ at: this.clock.now(), reason }),
    },
  );

  serve(): () => void {
    const { clock } = this;
    const listener = this.network.listen(PLACE, (socket) => {
      const channel = new Channel(
        socket,
        { clock, role: "central", side: "accepts", heartbeat: HEARTBEAT },
        { greeted() {}, message: (message) => void this.heard.push(message), closed() {} },
      );
      this.accepted.push(channel);
      return channel;
    });
    return listener.stop;
  }

  /** Lets time pass in steps, and promises settle in between. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 10) {
      this.clock.advance(10);
      await Promise.resolve();
      await Promise.resolve();
      await Promise.resolve();
    }
  }
}

describe("a dialer", () => {
  test("connects, and carries messages both ways", async () => {
    const scene = new Scene();
    scene.serve();
    scene.dialer.start();
    expect(scene.dialer.send({ type: "enter", name: "ana" })).toBe(false);
    await scene.pass(50);
    expect(scene.ups).toBe(1);
    expect(scene.dialer.send({ type: "enter", name: "ana" })).toBe(true);
    await scene.pass(20);
    scene.accepted[0]?.send({ type: "entered", synchronized: true, missing: "" });
    await scene.pass(20);
    expect(scene.heard.map(({ type }) => type)).toEqual(["enter", "entered"]);
  });

  test("tries again for ever, at growing intervals, until somebody answers", async () => {
    const scene = new Scene();
    scene.dialer.start();
    await scene.pass(20_000);
    const times = scene.downs.map(({ at }) => at);
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    for (const [index, wait] of waits.slice(1).entries()) expect(wait).toBeGreaterThanOrEqual((waits[index] ?? 0) - 20);
    expect(waits.at(-1)).toBeLessThanOrEqual(2050);
    expect(scene.downs[0]?.reason.cause).toBe("lost");
    scene.serve();
    await scene.pass(2100);
    expect(scene.ups).toBe(1);
  });

  test("comes back after a loss, at once where the session had settled", async () => {
    const scene = new Scene();
    const stop = scene.serve();
    scene.dialer.start();
    await scene.pass(50);
    stop();
    scene.network.connections[0]?.break();
    await scene.pass(5000);
    expect(scene.downs.length).toBeGreaterThan(2);
    scene.serve();
    await scene.pass(2100);
    expect(scene.ups).toBe(2);
    scene.dialer.settled();
    scene.network.connections.at(-1)?.break();
    await scene.pass(150);
    expect(scene.ups).toBe(3);
  });

  test("does not wait for ever for one who takes the connection and says nothing", async () => {
    const scene = new Scene();
    scene.network.listen(PLACE, () => ({ data() {}, drained() {}, closed() {} }));
    scene.dialer.start();
    await scene.pass(5200);
    expect(scene.downs.map(({ reason }) => reason.cause)).toEqual(["silent"]);
  });

  test("stops for good, whatever it is doing", async () => {
    const waiting = new Scene();
    waiting.dialer.start();
    await waiting.pass(30);
    waiting.dialer.stop();
    const calling = new Scene();
    calling.network.door(PLACE, "black hole");
    calling.dialer.start();
    calling.dialer.stop();
    const late = new Scene();
    late.serve();
    late.dialer.start();
    late.dialer.stop();
    const up = new Scene();
    up.serve();
    up.dialer.start();
    await up.pass(50);
    up.dialer.stop();
    up.dialer.stop();
    for (const scene of [waiting, calling, late, up]) {
      const downs = scene.downs.length;
      await scene.pass(10_000);
      expect(scene.downs.length).toBe(downs);
      expect(scene.dialer.send({ type: "enter", name: "x" })).toBe(false);
      expect(scene.accepted.every(({ state }) => state === "closed")).toBe(true);
    }
    expect(late.ups).toBe(0);
  });
});
