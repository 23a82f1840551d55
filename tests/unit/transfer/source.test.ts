import { describe, expect, test } from "bun:test";
import type { ConnectionCommand, ConnectionEnd, ConnectionEvent } from "../../../src/transfer/connection/messages.ts";
import { Source } from "../../../src/transfer/source.ts";
import { FakeClock } from "../../support/fake-clock.ts";

const PLACE = { number: 1, host: "s1", port: 50_001, partial: false };
const ELSEWHERE = { ...PLACE, host: "s2", port: 1 };

/** A source whose connections do what the test says. */
class SourceFixture {
  readonly clock = new FakeClock();
  readonly commands: ConnectionCommand["kind"][] = [];
  readonly events: string[] = [];
  readonly ends: ConnectionEnd["cause"][] = [];
  /** The hosts that connections were to be made to. */
  readonly hosts: string[] = [];
  readonly source: Source;
  private postEvents: (events: readonly ConnectionEvent[]) => void = () => {};

  constructor() {
    const connections = {
      open: (received: (events: readonly ConnectionEvent[]) => void) => {
        this.postEvents = received;
        return { send: (command: ConnectionCommand) => this.sent(command) };
      },
    };
    const random = { fraction: () => 1, bytes: () => new Uint8Array() };
    const spec = {
      role: "client",
      id: "",
      name: "",
      manifest: false,
      download: null,
      file: 0,
      direct: null,
      journal: null,
    } as const;
    this.source = new Source({ clock: this.clock, random, connections }, PLACE, (source) => ({ ...spec, ...source }), {
      event: (_source, event) => void this.events.push(event.kind),
      batchHandled() {},
      ended: (_source, end) => void this.ends.push(end.cause),
    });
  }

  private sent(command: ConnectionCommand): void {
    this.commands.push(command.kind);
    if (command.kind === "start") this.hosts.push(command.spec.address.host);
  }

  post(event: ConnectionEvent): void {
    this.postEvents([event]);
  }

  /** Connected, and ready to deliver. */
  ready(): void {
    this.source.start();
    this.post({ kind: "ready", have: null, roundTrip: 1 });
  }

  loseConnection(): void {
    this.post({ kind: "ended", end: { cause: "source", message: "gone", fault: null } });
  }
}

describe("a source", () => {
  test("that was told to stop still delivers what had arrived, and nothing else", () => {
    const fixture = new SourceFixture();
    fixture.ready();
    fixture.source.stop();
    fixture.post({ kind: "bytes", piece: 1, bytes: 5 });
    fixture.post({ kind: "piece", piece: 1 });
    fixture.post({ kind: "refused", piece: 2, code: "busy", message: "" });
    fixture.post({ kind: "ended", end: { cause: "stopped" } });
    expect(fixture.events).toEqual(["ready", "bytes", "piece"]);
    expect(fixture.source.state).toBe("stopped");
    expect(fixture.ends).toEqual(["stopped"]);
  });

  test("that is lost is tried again, after growing waits, and at once when its address is reported", () => {
    const fixture = new SourceFixture();
    fixture.source.start();
    const waits: number[] = [];
    for (let turn = 0; turn < 7; turn++) {
      fixture.loseConnection();
      const before = fixture.clock.now();
      while (fixture.source.state === "waiting") fixture.clock.advance(10);
      waits.push(fixture.clock.now() - before);
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 2000, 2000, 2000]);
    fixture.loseConnection();
    fixture.source.addressReported(PLACE);
    expect(fixture.source.state).toBe("connecting");
    fixture.post({ kind: "ready", have: null, roundTrip: 1 });
    fixture.post({ kind: "piece", piece: 0 });
    fixture.loseConnection();
    fixture.clock.advance(250);
    expect(fixture.source.state).toBe("connecting");
  });

  test("that connects each time and gives nothing is tried again after growing waits all the same", () => {
    const fixture = new SourceFixture();
    fixture.ready();
    for (const wait of [250, 500, 1000]) {
      fixture.loseConnection();
      fixture.clock.advance(wait - 1);
      expect(fixture.source.state).toBe("waiting");
      fixture.clock.advance(1);
      fixture.post({ kind: "ready", have: null, roundTrip: 1 });
    }
  });

  test("that sent three wrong pieces waits for long, even when its address is reported", () => {
    const fixture = new SourceFixture();
    fixture.ready();
    for (let count = 0; count < 3; count++) fixture.source.wrongPieceReceived();
    expect(fixture.commands.at(-1)).toBe("stop");
    fixture.post({ kind: "ended", end: { cause: "stopped" } });
    fixture.source.addressReported(PLACE);
    fixture.clock.advance(29_900);
    expect(fixture.source.state).toBe("waiting");
    fixture.clock.advance(200);
    expect(fixture.source.state).toBe("connecting");
  });

  test("that has moved is tried at its new place at once, and not at its old one", () => {
    const fixture = new SourceFixture();
    fixture.source.start();
    fixture.loseConnection();
    fixture.source.addressReported(ELSEWHERE);
    expect(fixture.source.state).toBe("connecting");
    expect(fixture.hosts).toEqual(["s1", "s2"]);
    expect(fixture.source.address).toBe("s2:1");
  });

  test("that is called, and reported where it is called, or that has moved while it is in use, keeps its connection", () => {
    const fixture = new SourceFixture();
    fixture.source.start();
    fixture.source.addressReported(PLACE);
    expect([fixture.source.state, fixture.commands]).toEqual(["connecting", ["start"]]);
    fixture.post({ kind: "ready", have: null, roundTrip: 1 });
    fixture.source.addressReported(ELSEWHERE);
    expect([fixture.source.state, fixture.commands]).toEqual(["ready", ["start"]]);
  });

  test("that moves while it is called at its old place is hosts at the new one", () => {
    const fixture = new SourceFixture();
    fixture.source.start();
    fixture.source.addressReported(ELSEWHERE);
    expect(fixture.commands).toEqual(["start", "stop"]);
    fixture.post({ kind: "ended", end: { cause: "stopped" } });
    expect(fixture.source.state).toBe("connecting");
    expect(fixture.hosts).toEqual(["s1", "s2"]);
  });

  test("that has the whole file and does not say so in time is overdue, and one that copies it is not", () => {
    const fixture = new SourceFixture();
    fixture.source.start();
    fixture.clock.advance(19_999);
    expect(fixture.source.openTimedOut(fixture.clock.now())).toBe(false);
    fixture.clock.advance(1);
    expect(fixture.source.openTimedOut(fixture.clock.now())).toBe(true);
    fixture.source.addressReported({ ...PLACE, partial: true });
    expect(fixture.source.openTimedOut(fixture.clock.now())).toBe(false);
  });

  test("that a limit of our own holds back is not overdue", () => {
    const fixture = new SourceFixture();
    fixture.source.start();
    for (let second = 0; second < 60; second++) {
      fixture.clock.advance(1000);
      fixture.post({ kind: "held-back", by: "us" });
    }
    expect(fixture.source.openTimedOut(fixture.clock.now())).toBe(false);
    fixture.clock.advance(20_000);
    expect(fixture.source.openTimedOut(fixture.clock.now())).toBe(true);
  });

  test("that waits when it is stopped leaves no timer", () => {
    const fixture = new SourceFixture();
    fixture.source.start();
    fixture.loseConnection();
    fixture.source.stop();
    expect(fixture.source.state).toBe("stopped");
    expect(fixture.clock.pending).toBe(0);
  });
});
