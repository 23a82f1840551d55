import { describe, expect, test } from "bun:test";
import type { ConnectionCommand, ConnectionEnd, ConnectionEvent } from "../../../src/transfer/connection/messages.ts";
import { Source } from "../../../src/transfer/source.ts";
import { FakeClock } from "../../support/fake-clock.ts";

const PLACE = { number: 1, host: "s1", port: 50_001, partial: false };
const ELSEWHERE = { ...PLACE, host: "s2", port: 1 };

/** A source whose connections do what the test says. */
class Scene {
  readonly clock = new FakeClock();
  readonly commands: ConnectionCommand["kind"][] = [];
  readonly events: string[] = [];
  readonly ends: ConnectionEnd["cause"][] = [];
  /** Where connections were told to connect to. */
  readonly called: string[] = [];
  readonly source: Source;
  private post: (events: readonly ConnectionEvent[]) => void = () => {};

  constructor() {
    const connections = {
      open: (received: (events: readonly ConnectionEvent[]) => void) => {
        this.post = received;
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
    this.source = new Source({ clock: this.clock, random, connections }, PLACE, (address) => ({ ...spec, address }), {
      event: (_source, event) => void this.events.push(event.kind),
      batchHandled() {},
      ended: (_source, end) => void this.ends.push(end.cause),
    });
  }

  private sent(command: ConnectionCommand): void {
    this.commands.push(command.kind);
    if (command.kind === "start") this.called.push(command.spec.address.host);
  }

  tell(event: ConnectionEvent): void {
    this.post([event]);
  }

  /** Connected, and ready to deliver. */
  ready(): void {
    this.source.start();
    this.tell({ kind: "ready", have: null, roundTrip: 1 });
  }

  lose(): void {
    this.tell({ kind: "ended", end: { cause: "source", message: "gone", fault: null } });
  }
}

describe("a source", () => {
  test("that was told to stop still delivers what had arrived, and nothing else", () => {
    const scene = new Scene();
    scene.ready();
    scene.source.stop();
    scene.tell({ kind: "bytes", piece: 1, bytes: 5 });
    scene.tell({ kind: "piece", piece: 1 });
    scene.tell({ kind: "refused", piece: 2, code: "busy", message: "" });
    scene.tell({ kind: "ended", end: { cause: "stopped" } });
    expect(scene.events).toEqual(["ready", "bytes", "piece"]);
    expect(scene.source.state).toBe("stopped");
    expect(scene.ends).toEqual(["stopped"]);
  });

  test("that is lost is tried again, after growing rests, and at once when it is seen alive", () => {
    const scene = new Scene();
    scene.source.start();
    const rests: number[] = [];
    for (let turn = 0; turn < 7; turn++) {
      scene.lose();
      const before = scene.clock.now();
      while (scene.source.state === "waiting") scene.clock.advance(10);
      rests.push(scene.clock.now() - before);
    }
    expect(rests).toEqual([250, 500, 1000, 2000, 2000, 2000, 2000]);
    scene.lose();
    scene.source.addressReported(PLACE);
    expect(scene.source.state).toBe("connecting");
    scene.tell({ kind: "ready", have: null, roundTrip: 1 });
    scene.tell({ kind: "piece", piece: 0 });
    scene.lose();
    scene.clock.advance(250);
    expect(scene.source.state).toBe("connecting");
  });

  test("that lied three times rests for long, even when it is seen alive", () => {
    const scene = new Scene();
    scene.ready();
    for (let lie = 0; lie < 3; lie++) scene.source.wrongPieceReceived();
    expect(scene.commands.at(-1)).toBe("stop");
    scene.tell({ kind: "ended", end: { cause: "stopped" } });
    scene.source.addressReported(PLACE);
    scene.clock.advance(29_900);
    expect(scene.source.state).toBe("waiting");
    scene.clock.advance(200);
    expect(scene.source.state).toBe("connecting");
  });

  test("that has moved is tried at its new place at once, and not at its old one", () => {
    const scene = new Scene();
    scene.source.start();
    scene.lose();
    scene.source.addressReported(ELSEWHERE);
    expect(scene.source.state).toBe("connecting");
    expect(scene.called).toEqual(["s1", "s2"]);
    expect(scene.source.address).toBe("s2:1");
  });

  test("that moves while it is called at its old place is called at the new one", () => {
    const scene = new Scene();
    scene.source.start();
    scene.source.addressReported(ELSEWHERE);
    expect(scene.commands).toEqual(["start", "stop"]);
    scene.tell({ kind: "ended", end: { cause: "stopped" } });
    expect(scene.source.state).toBe("connecting");
    expect(scene.called).toEqual(["s1", "s2"]);
  });

  test("that has the whole file and does not say so in time is overdue, and one that copies it is not", () => {
    const scene = new Scene();
    scene.source.start();
    scene.clock.advance(19_999);
    expect(scene.source.openTimedOut(scene.clock.now())).toBe(false);
    scene.clock.advance(1);
    expect(scene.source.openTimedOut(scene.clock.now())).toBe(true);
    scene.source.addressReported({ ...PLACE, partial: true });
    expect(scene.source.openTimedOut(scene.clock.now())).toBe(false);
  });

  test("that rests when it is stopped leaves no timer", () => {
    const scene = new Scene();
    scene.source.start();
    scene.lose();
    scene.source.stop();
    expect(scene.source.state).toBe("stopped");
    expect(scene.clock.pending).toBe(0);
  });
});
