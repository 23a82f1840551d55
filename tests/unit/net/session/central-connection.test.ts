import { describe, expect, test } from "bun:test";
import { CentralConnection, type Disconnection } from "../../../../src/net/session/central-connection.ts";
import type { Channel, CloseReason } from "../../../../src/net/session/channel.ts";
import { openChannel } from "../../../../src/net/session/open-channel.ts";
import type { Log } from "../../../../src/platform/log/log.ts";
import type { Message } from "../../../../src/protocol/messages/messages.ts";
import { CENTRAL_HEARTBEAT } from "../../../../src/protocol/timing.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { FakeNetwork } from "../../../support/fake-network.ts";

const CENTRAL = { host: "central", port: 1 };
const QUESTION: Message = { type: "status", request: 1 };

/** What a central does with a client that asks to enter. */
type Welcome = "accepts" | "says nothing" | "is busy" | "refuses for good";

/** A client's connection, and a central that can come and go. */
class ConnectionFixture {
  readonly clock = new FakeClock();
  readonly network = new FakeNetwork(this.clock);
  readonly accepted: Channel[] = [];
  /** What the central was sent. */
  readonly received: Message[] = [];
  /** What the central has sent in joined sessions. */
  readonly answers: Message[] = [];
  /** For each time the central has accepted: when, and whether a loss was logged before. */
  /** Why sessions ended, at the central. */
  readonly ends: CloseReason[] = [];
  readonly joins: { at: number; lossWasLogged: boolean }[] = [];
  readonly disconnections: (Disconnection & { at: number })[] = [];
  readonly logged: string[] = [];
  readonly connection: CentralConnection;

  constructor(stopsWhenRefused = true, farewell?: string) {
    const note = (event: string, text: string) => void this.logged.push(`${event}: ${text}`);
    const log: Log = { info: note, warn: note, error: note };
    const random = { fraction: () => 0.5, bytes: () => new Uint8Array() };
    const { clock, network } = this;
    this.connection = new CentralConnection(
      { clock, network, random, log },
      { central: CENTRAL, role: "client", stopsWhenRefused, ...(farewell && { farewell }) },
      {
        joinRequest: () => ({ type: "enter", name: "ana" }),
        joined: (_answer, lossWasLogged) => void this.joins.push({ at: clock.passed, lossWasLogged }),
        message: (message) => void this.answers.push(message),
        disconnected: (disconnection) => void this.disconnections.push({ ...disconnection, at: clock.passed }),
      },
    );
  }

  /** Lets a central listen; the result stops it. Its sessions go on. */
  serve(welcome: Welcome = "accepts"): () => void {
    const { clock } = this;
    const listener = this.network.listen(CENTRAL, (socket) => {
      const channel: Channel = openChannel(
        socket,
        { clock, role: "central", side: "accepts", heartbeat: CENTRAL_HEARTBEAT },
        {
          greeted() {},
          message: (message) => {
            this.received.push(message);
            if (message.type === "enter") this.answerEntry(channel, welcome);
          },
          closed: (reason) => void this.ends.push(reason),
        },
      );
      this.accepted.push(channel);
      return channel.socketEvents;
    });
    return listener.stop;
  }

  /** Lets something else listen, which answers whatever it is sent. */
  serveSsh(): () => void {
    return this.network.listen(CENTRAL, (socket) => {
      return { data: () => void socket.write(Buffer.from("SSH-2.0-x\r\n")), drained() {}, closed() {} };
    }).stop;
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

  breakLast(): void {
    this.network.connections.at(-1)?.break();
  }

  /** Milliseconds between two disconnections in a row. */
  waits(): number[] {
    const times = this.disconnections.map(({ at }) => at);
    return times.slice(1).map((time, index) => time - (times[index] ?? 0));
  }

  private answerEntry(channel: Channel, welcome: Welcome): void {
    if (welcome === "is busy") return channel.fail("busy", "too many");
    if (welcome === "refuses for good") return channel.fail("protocol", "not you");
    if (welcome === "says nothing") return;
    channel.markJoined();
    channel.send({ type: "entered", synchronized: true, missing: "" });
  }
}

describe("a connection to the central", () => {
  test("joins, and carries messages both ways from then on", async () => {
    const fixture = new ConnectionFixture();
    fixture.serve();
    fixture.connection.start();
    expect(fixture.connection.joined).toBe(false);
    expect(fixture.connection.remoteHost).toBeNull();
    expect(fixture.connection.send(QUESTION)).toBe(false);
    await fixture.pass(50);
    expect(fixture.joins).toHaveLength(1);
    expect(fixture.connection.joined).toBe(true);
    expect(fixture.connection.remoteHost).toBe("central");
    expect(fixture.connection.send(QUESTION)).toBe(true);
    await fixture.pass(20);
    fixture.accepted[0]?.send({ type: "counted", download: "1".repeat(32) });
    await fixture.pass(20);
    expect(fixture.received.map(({ type }) => type)).toEqual(["enter", "status"]);
    expect(fixture.answers.map(({ type }) => type)).toEqual(["counted"]);
  });

  test("sends nothing before it has joined", async () => {
    const fixture = new ConnectionFixture();
    fixture.serve("says nothing");
    fixture.connection.start();
    await fixture.pass(50);
    expect(fixture.connection.joined).toBe(false);
    expect(fixture.connection.send(QUESTION)).toBe(false);
    await fixture.pass(50);
    expect(fixture.received.map(({ type }) => type)).toEqual(["enter"]);
  });

  test("joins once in a session: a second answer to a new name is a message like others", async () => {
    const fixture = new ConnectionFixture();
    fixture.serve();
    fixture.connection.start();
    await fixture.pass(50);
    fixture.connection.send({ type: "enter", name: "eva" });
    await fixture.pass(50);
    expect(fixture.joins).toHaveLength(1);
    expect(fixture.answers.map(({ type }) => type)).toEqual(["entered"]);
  });

  test("is tried again for ever, at growing intervals, until somebody answers", async () => {
    const fixture = new ConnectionFixture();
    fixture.connection.start();
    await fixture.pass(20_000);
    const waits = fixture.waits();
    for (const [index, wait] of waits.slice(1).entries()) expect(wait).toBeGreaterThanOrEqual((waits[index] ?? 0) - 20);
    expect(waits[0]).toBeLessThanOrEqual(100);
    expect(waits.at(-1)).toBeGreaterThan(1400);
    expect(waits.at(-1)).toBeLessThanOrEqual(2050);
    expect(fixture.disconnections[0]?.reason.cause).toBe("lost");
    expect(fixture.disconnections[0]?.wasJoined).toBe(false);
    fixture.serve();
    await fixture.pass(2100);
    expect(fixture.joins).toHaveLength(1);
  });

  test("comes back at once after the loss of a session that had joined", async () => {
    const fixture = new ConnectionFixture();
    const stop = fixture.serve();
    fixture.connection.start();
    await fixture.pass(50);
    stop();
    fixture.breakLast();
    await fixture.pass(5000);
    expect(fixture.disconnections.length).toBeGreaterThan(2);
    expect(fixture.disconnections.map(({ wasJoined }) => wasJoined).slice(0, 2)).toEqual([true, false]);
    fixture.serve();
    await fixture.pass(2100);
    expect(fixture.joins).toHaveLength(2);
    fixture.breakLast();
    await fixture.pass(150);
    expect(fixture.joins).toHaveLength(3);
  });

  test("comes back ever later while sessions end before they have joined", async () => {
    const fixture = new ConnectionFixture();
    fixture.serve("is busy");
    fixture.connection.start();
    await fixture.pass(10_000);
    expect(fixture.waits().at(-1)).toBeGreaterThan(1400);
    expect(fixture.disconnections.every(({ wasJoined, refused }) => !wasJoined && !refused)).toBe(true);
  });

  test("does not wait for ever for one who takes the connection and says nothing", async () => {
    const fixture = new ConnectionFixture();
    fixture.network.listen(CENTRAL, () => ({ data() {}, drained() {}, closed() {} }));
    fixture.connection.start();
    await fixture.pass(5200);
    expect(fixture.disconnections.map(({ reason }) => reason.cause)).toEqual(["silent"]);
  });

  test("stops for good, whatever it is doing", async () => {
    const idle = new ConnectionFixture();
    idle.connection.stop();
    idle.connection.start();
    const waiting = new ConnectionFixture();
    waiting.connection.start();
    await waiting.pass(30);
    waiting.connection.stop();
    const dialing = new ConnectionFixture();
    dialing.network.door(CENTRAL, "black hole");
    dialing.connection.start();
    dialing.connection.stop();
    const connectedAfterStop = new ConnectionFixture();
    connectedAfterStop.serve();
    connectedAfterStop.connection.start();
    connectedAfterStop.connection.stop();
    const joining = new ConnectionFixture();
    joining.serve("says nothing");
    joining.connection.start();
    await joining.pass(50);
    joining.connection.stop();
    const joined = new ConnectionFixture();
    joined.serve();
    joined.connection.start();
    await joined.pass(50);
    joined.connection.stop();
    joined.connection.stop();
    for (const fixture of [idle, waiting, dialing, connectedAfterStop, joining, joined]) {
      const before = fixture.disconnections.length;
      await fixture.pass(10_000);
      expect(fixture.disconnections.length).toBe(before);
      expect(fixture.connection.joined).toBe(false);
      expect(fixture.connection.send(QUESTION)).toBe(false);
      expect(fixture.accepted.every(({ state }) => state === "closed")).toBe(true);
    }
    expect(connectedAfterStop.joins).toEqual([]);
    expect(idle.network.connections).toEqual([]);
  });
});

test("says goodbye where it has something to say, so that the central knows that it is no loss", async () => {
  const fixtures = [new ConnectionFixture(), new ConnectionFixture(true, "this one stops")];
  for (const fixture of fixtures) {
    fixture.serve();
    fixture.connection.start();
    await fixture.pass(50);
    fixture.connection.stop();
    await fixture.pass(50);
    expect(fixture.connection.joined).toBe(false);
  }
  const [silent, polite] = fixtures.map(({ ends }) => ends);
  expect(silent).toMatchObject([{ cause: "lost" }]);
  expect(polite).toMatchObject([{ cause: "theirs", message: "this one stops", error: { code: "stopping" } }]);
});

describe("of why there is no session", () => {
  test("nothing is logged in the first second of a central that is not there yet", async () => {
    const fixture = new ConnectionFixture();
    fixture.connection.start();
    await fixture.pass(900);
    expect(fixture.logged).toEqual([]);
    fixture.serve();
    await fixture.pass(500);
    expect(fixture.joins.map(({ lossWasLogged }) => lossWasLogged)).toEqual([false]);
  });

  test("the reason is logged once, and again after a session", async () => {
    const fixture = new ConnectionFixture();
    fixture.connection.start();
    await fixture.pass(10_000);
    const waiting = "waiting: waiting for the central: cannot connect to central:1: nobody listens there";
    expect(fixture.logged).toEqual([waiting]);
    const stop = fixture.serve();
    await fixture.pass(2100);
    expect(fixture.joins.map(({ lossWasLogged }) => lossWasLogged)).toEqual([true]);
    stop();
    fixture.breakLast();
    await fixture.pass(10_000);
    const lost =
      "central-lost: the central central:1 is lost (the connection broke: connection reset by peer); trying again until it is back";
    expect(fixture.logged).toEqual([waiting, lost, waiting]);
  });

  test("that a central is there and its connection breaks is logged also in the first second", async () => {
    const fixture = new ConnectionFixture();
    fixture.serve("says nothing");
    fixture.connection.start();
    await fixture.pass(100);
    fixture.breakLast();
    await fixture.pass(10);
    expect(fixture.logged).toEqual([
      "waiting: waiting for the central: the connection broke: connection reset by peer",
    ]);
  });

  test("what a central says that has no place is logged also in the first second", async () => {
    const fixture = new ConnectionFixture();
    fixture.serve("is busy");
    fixture.connection.start();
    await fixture.pass(100);
    expect(fixture.logged).toEqual(["waiting: waiting for the central: too many"]);
  });
});

describe("a refusal", () => {
  test("for good ends a connection that stops when it is refused", async () => {
    const fixture = new ConnectionFixture();
    fixture.serve("refuses for good");
    fixture.connection.start();
    await fixture.pass(10_000);
    expect(fixture.disconnections.map(({ refused, reason }) => [refused, reason.error?.code])).toEqual([
      [true, "protocol"],
    ]);
    expect(fixture.network.connections).toHaveLength(1);
    expect(fixture.logged).toEqual([]);
  });

  test("does not end one that tries for ever", async () => {
    const fixture = new ConnectionFixture(false);
    fixture.serve("refuses for good");
    fixture.connection.start();
    await fixture.pass(10_000);
    expect(fixture.disconnections.some(({ refused }) => refused)).toBe(false);
    expect(fixture.network.connections.length).toBeGreaterThan(3);
    expect(fixture.logged).toEqual(["waiting: waiting for the central: not you"]);
  });

  test("is also that something else answers, unless a central was there before", async () => {
    const first = new ConnectionFixture();
    first.serveSsh();
    first.connection.start();
    await first.pass(10_000);
    expect(first.disconnections.map(({ refused, reason }) => [refused, reason.cause])).toEqual([[true, "stranger"]]);
    const later = new ConnectionFixture();
    const stop = later.serve();
    later.connection.start();
    await later.pass(50);
    stop();
    later.serveSsh();
    later.breakLast();
    await later.pass(10_000);
    expect(later.disconnections.some(({ refused }) => refused)).toBe(false);
    expect(later.network.connections.length).toBeGreaterThan(3);
  });
});
