import { describe, expect, test } from "bun:test";
import type { Log } from "../../../src/platform/log/log.ts";
import { MIB } from "../../../src/platform/units.ts";
import { Bitmap } from "../../../src/protocol/versions/bitmap.ts";
import type { ConnectionCommand, ConnectionEvent, ConnectionHost } from "../../../src/transfer/connection/messages.ts";
import { Download } from "../../../src/transfer/download.ts";
import type { InitialPieces, Sink, SinkListener } from "../../../src/transfer/sinks/sink.ts";
import { drive } from "../../support/drive.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { content } from "./content.ts";

const FILE = content(6 * MIB);
const PIECES = 6;
const WINDOW = 2;

/** A connection that the test plays: the commands that it got, and its events. */
class ScriptedConnection {
  readonly commands: ConnectionCommand[] = [];

  constructor(private readonly received: (events: readonly ConnectionEvent[]) => void) {}

  post(event: ConnectionEvent): void {
    this.received([event]);
  }

  was(kind: "fetch" | "cancel", piece: number): boolean {
    return this.commands.some((command) => {
      if (command.kind === "fetch") return kind === "fetch" && command.fetches.some((fetch) => fetch.piece === piece);
      return command.kind === kind && command.piece === piece;
    });
  }

  deliver(piece: number): void {
    this.post({ kind: "bytes", piece, bytes: MIB });
    this.post({ kind: "piece", piece });
  }
}

/** Pieces in order with two places, and a reader who takes each at once. */
class TwoPlaceSink implements Sink {
  readonly file = 0;
  readonly direct = null;
  readonly journal = null;
  readonly hashes = FILE.hashes;
  readonly resumablePath = null;
  readonly fresh = false;
  readonly windowPieces = WINDOW;
  private readonly here = new Set<number>();
  private taken = 0;
  private user: SinkListener | null = null;

  async begin(): Promise<InitialPieces> {
    return { have: new Bitmap(PIECES), unverified: new Bitmap(PIECES) };
  }

  position(piece: number): number {
    return (piece % WINDOW) * MIB;
  }

  markPosition(): number {
    return 0;
  }

  setListener(user: SinkListener): void {
    this.user = user;
  }

  pieceWritten(piece: number): void {
    this.here.add(piece);
    while (this.here.has(this.taken)) this.taken += 1;
    queueMicrotask(() => this.user?.consumed(this.taken));
  }

  async finish(): Promise<void> {}
  async abandon(): Promise<void> {}
}

/** Of two sources one hangs with piece 0, the other has delivered it instead and all else that had a place. */
async function withTwoCancelledPieces() {
  const clock = new FakeClock();
  const connections: ScriptedConnection[] = [];
  const host: ConnectionHost = {
    open(received) {
      const connection = new ScriptedConnection(received);
      connections.push(connection);
      return { send: (command) => void connection.commands.push(command) };
    },
  };
  const log: Log = { info() {}, warn() {}, error() {} };
  const random = { fraction: () => 0.5, bytes: (length: number) => new Uint8Array(length) };
  const download = new Download(
    {
      name: "a",
      version: FILE.version,
      download: null,
      role: "client",
      stallTimeoutMs: 60_000,
      copyingSecondary: null,
    },
    { clock, random, connections: host, log, sink: new TwoPlaceSink() },
    { faultFound() {}, pieceAvailable() {}, noSources() {} },
  );
  download.updateSources(
    [1, 2].map((number) => ({ number, host: `s${number}`, port: 1, partial: false })),
    false,
  );
  void download.run();
  await drive(clock, "connections are started", () => connections.length === 2);
  const [hanging, other] = connections as [ScriptedConnection, ScriptedConnection];
  hanging.post({ kind: "ready", have: null, roundTrip: 5 });
  await drive(clock, "it is asked for piece 0", () => hanging.was("fetch", 0));
  // It has the first two pieces; only when it is seen to be silent is the other one asked as well.
  other.post({ kind: "ready", have: null, roundTrip: 5 });
  await drive(clock, "the other is asked for piece 0", () => other.was("fetch", 0));
  other.deliver(0);
  await drive(clock, "the other is asked for piece 1", () => other.was("fetch", 1));
  other.deliver(1);
  expect(hanging.was("cancel", 0)).toBe(true);
  expect(hanging.was("cancel", 1)).toBe(true);
  for (let turn = 0; turn < 10; turn++) {
    clock.advance(200);
    await Bun.sleep(0);
  }
  const asked = (piece: number) => hanging.was("fetch", piece) || other.was("fetch", piece);
  return { clock, hanging, asked };
}

describe("the place of a piece that was cancelled", () => {
  test("is not used again while its connection may still write to it", async () => {
    const { clock, hanging, asked } = await withTwoCancelledPieces();
    expect(asked(2)).toBe(false);
    hanging.post({ kind: "cancelled", piece: 0 });
    await drive(clock, "the first place is used again", () => asked(2));
    expect(asked(3)).toBe(false);
    hanging.post({ kind: "cancelled", piece: 1 });
    await drive(clock, "the second place is used again", () => asked(3));
  });

  test("is free once its connection has delivered it after all", async () => {
    const { clock, hanging, asked } = await withTwoCancelledPieces();
    hanging.post({ kind: "piece", piece: 0 });
    hanging.post({ kind: "piece", piece: 1 });
    await drive(clock, "both places are used again", () => asked(3));
  });

  test("is free once its connection has ended", async () => {
    const { clock, hanging, asked } = await withTwoCancelledPieces();
    hanging.post({ kind: "ended", end: { cause: "source", message: "gone", fault: null } });
    await drive(clock, "both places are used again", () => asked(3));
  });
});
