import { describe, expect, spyOn, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { inlineHashing } from "../../../src/hashing/hasher-client.ts";
import { systemBlockingDisk, systemDisk } from "../../../src/platform/disk/system-disk.ts";
import type { Log } from "../../../src/platform/log/log.ts";
import { MIB } from "../../../src/platform/units.ts";
import { inlineConnections } from "../../../src/transfer/connection/connection-pool.ts";
import { Download, type DownloadOutcome } from "../../../src/transfer/download.ts";
import { PartFile } from "../../../src/transfer/sinks/part-file.ts";
import type { Sink } from "../../../src/transfer/sinks/sink.ts";
import { type WorkFiles, workFilesFor } from "../../../src/transfer/sinks/work-files.ts";
import { drive, driveThrough } from "../../support/drive.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeNetwork, type LineOptions } from "../../support/fake-network.ts";
import { temporaryFolder } from "../../support/folder.ts";
import { type Content, content, contentOf } from "./content.ts";
import { type Deed, type Script, ScriptedSource, type SourceOptions } from "./scripted-source.ts";

const FILE = content(9 * MIB + 4321);
const PIECES = 10;
/** Bytes for each millisecond of a source: 10 MiB/s. */
const RATE = 10_486;

/** A download of one file from scripted sources to a real folder, over a network in memory. */
class Stage {
  readonly clock = new FakeClock();
  readonly network = new FakeNetwork(this.clock);
  readonly sources: ScriptedSource[] = [];
  readonly lies: { number: number; piece: number | null }[] = [];
  readonly gained: number[] = [];
  readonly warnings: string[] = [];
  stranded = 0;
  /** Why there was no source, each time that it was told. */
  readonly whys: string[] = [];

  constructor(
    readonly file: Content = FILE,
    readonly folder = temporaryFolder(),
  ) {}

  get path(): string {
    return path.join(this.folder, "film.mkv");
  }

  get files(): WorkFiles {
    return workFilesFor(this.path);
  }

  /** The work files that there are when it was left. */
  get left(): string[] {
    return [this.files.journal, this.files.part].map((file) => path.basename(file));
  }

  source(options: SourceOptions = {}, line: Partial<LineOptions> = {}): ScriptedSource {
    const source = new ScriptedSource(this.clock, this.network, this.sources.length + 1, this.file, options);
    this.network.shape(source.address, { latency: 5, rate: RATE, buffer: 256 * 1024, chunk: 64 * 1024, ...line });
    this.sources.push(source);
    return source;
  }

  /** `wrap` may put something between the download and its part file. */
  async download(patience = 10_000, wrap = (sink: Sink): Sink => sink): Promise<Download> {
    const { clock, network } = this;
    const warn = (_event: string, message: string) => void this.warnings.push(message);
    const log: Log = { info() {}, warn, error: warn };
    const hasher = inlineHashing(systemBlockingDisk, log);
    const { version } = this.file;
    const options = {
      disk: systemDisk,
      clock,
      hasher,
      log,
      files: this.files,
      name: "film.mkv",
      version,
      modified: 0,
      force: false,
      direct: false,
    };
    const sink = wrap(await PartFile.prepare(options));
    const download = new Download(
      {
        name: "film.mkv",
        version,
        download: "0".repeat(32),
        role: "client",
        stallTimeoutMs: patience,
        copyingSecondary: null,
      },
      {
        clock,
        random: { fraction: () => 0.5, bytes: (length) => new Uint8Array(length) },
        connections: inlineConnections({ clock, network, disk: systemBlockingDisk }),
        log,
        sink,
      },
      {
        faultFound: (number, piece) => void this.lies.push({ number, piece }),
        pieceAvailable: (piece) => void this.gained.push(piece),
        noSources: (why) => {
          this.stranded += 1;
          this.whys.push(why);
        },
      },
    );
    this.offer(download);
    return download;
  }

  offer(download: Download, sources = this.sources): void {
    download.updateSources(
      sources.map(({ number, address, options }) => ({ number, ...address, partial: options.have !== undefined })),
      false,
    );
  }

  /** Runs it to its end. */
  async run(download: Download): Promise<DownloadOutcome> {
    return driveThrough(this.clock, download.run());
  }

  /** Whether the finished file is there and is what it should be, and nothing else is. */
  check(): void {
    expect(fs.readdirSync(this.folder)).toEqual(["film.mkv"]);
    expect(fs.readFileSync(this.path).equals(this.file.bytes)).toBe(true);
  }

  /** After the end nothing may go on: no connection, no timer. */
  quiet(): void {
    this.clock.advance(5000);
    for (const { channels } of this.sources) for (const { state } of channels) expect(state).toBe("closed");
    expect(this.clock.pending).toBe(0);
  }
}

const always =
  (deed: Deed): Script =>
  () =>
    deed;
/** The deed for the pieces asked first, then honesty. */
const first =
  (deed: Deed, times = 1): Script =>
  (_piece, count) =>
    count < times ? deed : "honest";

/** 64 MiB with something in piece 3, from 40 MiB on, in a stretch of piece 50, and in the last bytes. */
function sparseContent(): Content {
  const bytes = Buffer.alloc(64 * MIB + 777);
  const some = content(3 * MIB).bytes;
  some.copy(bytes, 3 * MIB, 0, MIB);
  some.copy(bytes, 40 * MIB);
  some.copy(bytes, 50 * MIB + 300_000, 0, 10_000);
  bytes.write("the end", 64 * MIB + 770);
  return contentOf(bytes);
}

describe("a sparse file", () => {
  const sparse = sparseContent();

  test("stays sparse, and its zeros are neither asked for nor counted as received", async () => {
    const stage = new Stage(sparse);
    const source = stage.source();
    const download = await stage.download();
    expect(await stage.run(download)).toEqual({ kind: "done" });
    stage.check();
    expect([...new Set(source.asked)].sort((left, right) => left - right)).toEqual([3, 40, 41, 42, 50, 64]);
    const received = 5 * MIB + 777;
    expect(download.stats()).toMatchObject({ doneBytes: sparse.bytes.length, resumedBytes: 0, duplicateBytes: 0 });
    expect(download.stats().receivedBytes).toBe(received);
    expect(fs.statSync(stage.path).blocks * 512).toBeLessThan(4.5 * MIB);
  });

  test("is resumed with its zeros, which count as done and not as resumed", async () => {
    const stage = new Stage(sparse);
    stage.source({ have: [40] });
    const first = await stage.download(100);
    expect((await stage.run(first)).kind).toBe("failed");
    stage.source();
    const second = await stage.download();
    expect(await stage.run(second)).toEqual({ kind: "done" });
    stage.check();
    expect(second.stats()).toMatchObject({ doneBytes: sparse.bytes.length, resumedBytes: MIB, duplicateBytes: 0 });
    expect(second.stats().receivedBytes).toBe(4 * MIB + 777);
    expect(fs.statSync(stage.path).blocks * 512).toBeLessThan(5.5 * MIB);
  });

  test("of zeros alone takes nothing from anybody", async () => {
    const stage = new Stage(contentOf(Buffer.alloc(20 * MIB + 1)));
    const source = stage.source();
    const download = await stage.download();
    expect(await stage.run(download)).toEqual({ kind: "done" });
    stage.check();
    expect(source.asked).toEqual([]);
    expect(fs.statSync(stage.path).blocks).toBe(0);
    stage.quiet();
  });
});

describe("a download", () => {
  test("takes each piece from one of its sources, once", async () => {
    const stage = new Stage();
    for (let index = 0; index < 3; index++) stage.source();
    const download = await stage.download();
    expect(await stage.run(download)).toEqual({ kind: "done" });
    stage.check();
    const figures = download.stats();
    expect(figures).toMatchObject({ doneBytes: FILE.bytes.length, resumedBytes: 0, retries: 0, readySources: 0 });
    expect(figures.sources.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(figures.sources.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(figures.receivedBytes);
    expect(figures.receivedBytes - figures.duplicateBytes).toBe(FILE.bytes.length);
    expect(stage.gained.sort((left, right) => left - right)).toEqual(
      Array.from({ length: PIECES }, (_, piece) => piece),
    );
    expect(stage.lies).toEqual([]);
    stage.quiet();
  });

  test("of an empty file, and of one of a single piece", async () => {
    for (const size of [0, 1, MIB]) {
      const stage = new Stage(content(size));
      stage.source();
      stage.source();
      expect(await stage.run(await stage.download())).toEqual({ kind: "done" });
      stage.check();
      stage.quiet();
    }
  });

  test("asks partial sources for what they have", async () => {
    const stage = new Stage();
    const some = stage.source({ have: [0, 1, 2] });
    stage.source({}, { rate: RATE / 4 });
    expect(await stage.run(await stage.download())).toEqual({ kind: "done" });
    stage.check();
    expect(some.asked.every((piece) => piece < 3)).toBe(true);
    expect(some.asked.length).toBeGreaterThan(0);
  });

  test("asks a source that has everything for what a partial one has not announced, first", async () => {
    const stage = new Stage();
    const some = stage.source({ have: [] }, { rate: RATE / 4 });
    const all = stage.source();
    const run = stage.run(await stage.download());
    await drive(stage.clock, "it asks", () => all.asked.length >= 2, 1);
    some.gain([0, 2, 4, 6]);
    expect(await run).toEqual({ kind: "done" });
    stage.check();
    const [, , third = -1, fourth = -1] = all.asked;
    expect([third % 2, fourth % 2]).toEqual([1, 1]);
    expect(some.asked.length).toBeGreaterThan(0);
  });
});

describe("a bad source", () => {
  const lies: [Deed, RegExp][] = [
    ["wrong bytes", /sent wrong bytes for piece \d/],
    ["another piece", /sent wrong bytes for piece \d/],
    ["too many", /sent more than piece \d holds/],
    ["too few", /sent less than piece \d holds/],
    ["unasked", /sent bytes that nobody had asked for/],
    ["garbage", /sent garbage: a header of 1952999795 bytes/],
  ];
  test.each(lies)("that sends %s is named, and the file is right", async (deed, what) => {
    const stage = new Stage();
    const bad = stage.source({ script: always(deed) }, { rate: 4 * RATE });
    stage.source();
    const download = await stage.download();
    expect(await stage.run(download)).toEqual({ kind: "done" });
    stage.check();
    expect(stage.lies.length).toBeGreaterThan(0);
    expect(stage.lies.every(({ number }) => number === bad.number)).toBe(true);
    expect(stage.warnings[0]).toMatch(what);
    expect(stage.warnings).toHaveLength(stage.lies.length);
    const { retries, duplicateBytes, sources } = download.stats();
    expect(retries).toBeGreaterThan(0);
    expect(duplicateBytes > 0).toBe(deed !== "garbage");
    expect(sources.map(({ number, faults }) => [number, faults])).toEqual([
      [1, stage.lies.length],
      [2, undefined],
    ]);
    stage.quiet();
  });

  test("that lied is left alone for a while", async () => {
    const stage = new Stage(content(40 * MIB));
    const bad = stage.source({ script: always("wrong bytes") });
    stage.source();
    expect(await stage.run(await stage.download())).toEqual({ kind: "done" });
    // Three are too many, and two were on their way.
    expect(bad.asked.length).toBeLessThanOrEqual(6);
    stage.check();
  });

  const faults: [Deed, number | undefined][] = [
    ["refuse", undefined],
    ["half a frame", 1],
    ["die", 1],
    ["freeze", undefined],
  ];
  test.each(faults)("that does this in the middle: %s, costs nothing but its pieces", async (deed, count) => {
    const stage = new Stage(content(30 * MIB));
    stage.source({ script: (_piece, count) => (count === 4 ? deed : "honest") });
    stage.source();
    const download = await stage.download();
    expect(await stage.run(download)).toEqual({ kind: "done" });
    stage.check();
    expect(stage.lies).toEqual([]);
    expect(download.stats().sources[0]?.faults).toBe(count);
    expect(stage.warnings).toHaveLength(count ?? 0);
    stage.quiet();
  });

  test("that answers what was answered already disturbs nobody", async () => {
    const stage = new Stage();
    stage.source({ script: always("open twice") });
    expect(await stage.run(await stage.download())).toEqual({ kind: "done" });
    stage.check();
    expect(stage.lies).toEqual([]);
  });

  test("with wrong piece hashes is named, and others are asked", async () => {
    const stage = new Stage();
    const bad = stage.source({ manifest: "wrong" });
    stage.source({}, { latency: 60 });
    expect(await stage.run(await stage.download())).toEqual({ kind: "done" });
    stage.check();
    expect(stage.lies[0]).toEqual({ number: bad.number, piece: null });
  });

  test("that cannot be right about what it has is named", async () => {
    const stage = new Stage();
    const bad = stage.source({ oddBitmap: true });
    stage.source({}, { latency: 60 });
    expect(await stage.run(await stage.download())).toEqual({ kind: "done" });
    expect(bad.asked).toEqual([]);
    expect(stage.lies[0]?.number).toBe(bad.number);
  });

  test("that is the only one and mends itself is used again", async () => {
    const stage = new Stage();
    stage.source({ script: first("wrong bytes", 2) });
    expect(await stage.run(await stage.download())).toEqual({ kind: "done" });
    stage.check();
    expect(stage.lies).toHaveLength(2);
  });
});

describe("without a source", () => {
  test.each([60, 300])("nothing is said of it while sources that are %p ms away are connected to", async (latency) => {
    const stage = new Stage();
    for (let count = 0; count < 3; count++) stage.source({}, { latency });
    expect(await stage.run(await stage.download())).toEqual({ kind: "done" });
    expect(stage.whys).toEqual([]);
  });

  test("that can be reached, it is told which ones there are, and why, also at the end", async () => {
    const stage = new Stage();
    const [refusing, silent] = [stage.source(), stage.source()];
    stage.network.door(refusing.address, "refusing");
    stage.network.door(silent.address, "black hole");
    const outcome = await stage.run(await stage.download(20_000));
    const { host, port } = refusing.address;
    expect(stage.whys).toEqual([
      `secondary 1: cannot connect to ${host}:${port}: nobody listens there; secondary 2 at ${silent.address.host}:${silent.address.port}: no answer yet`,
    ]);
    expect(outcome).toMatchObject({
      kind: "failed",
      message: expect.stringContaining("for 20 s (secondary 1: cannot"),
    });
  });

  test("but something else at its address, it is named once, and no source is accused", async () => {
    const stage = new Stage();
    const source = stage.source();
    source.die();
    stage.network.listen(source.address, (socket) => ({
      data: () => void socket.write(Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")),
      drained() {},
      closed() {},
    }));
    const outcome = await stage.run(await stage.download(20_000));
    expect(outcome).toMatchObject({ message: expect.stringContaining("an HTTP server answers at") });
    expect(stage.warnings.filter((warning) => warning.includes("HTTP server"))).toHaveLength(1);
    expect(stage.lies).toEqual([]);
  });

  test("a download waits, and goes on with what it has when one comes back", async () => {
    const stage = new Stage();
    const source = stage.source({ script: (_piece, count) => (count === 5 ? "die" : "honest") });
    const download = await stage.download();
    const outcome = download.run();
    await drive(stage.clock, "it is stranded", () => {
      const { doneBytes, readySources } = download.stats();
      return doneBytes > 0 && readySources === 0 && stage.stranded > 0;
    });
    source.listen();
    expect(await driveThrough(stage.clock, outcome)).toEqual({ kind: "done" });
    stage.check();
    expect(download.stats().duplicateBytes).toBeLessThan(3 * MIB);
  });

  test("it gives up after its patience, and keeps what arrived for the next try", async () => {
    const stage = new Stage();
    const source = stage.source({ script: (_piece, count) => (count === 5 ? "die" : "honest") });
    const download = await stage.download(3000);
    const outcome = await stage.run(download);
    expect(outcome).toMatchObject({ kind: "failed", message: expect.stringContaining("3 s") });
    const { doneBytes } = download.stats();
    expect(doneBytes).toBeGreaterThanOrEqual(MIB);
    stage.quiet();

    const next = new Stage(FILE, stage.folder);
    next.source();
    const again = await next.download();
    expect(await next.run(again)).toEqual({ kind: "done" });
    expect(again.stats().resumedBytes).toBe(doneBytes);
    expect(again.stats().receivedBytes).toBe(FILE.bytes.length - doneBytes);
    next.check();
    expect(source.asked.length).toBeGreaterThan(0);
  });

  test("its patience begins anew when there is hope", async () => {
    const stage = new Stage();
    const download = await stage.download(3000);
    const outcome = stage.run(download);
    stage.clock.after(2000, () => download.resetStallTimeout());
    expect(await outcome).toMatchObject({ kind: "failed" });
    expect(stage.clock.now()).toBeGreaterThanOrEqual(5000);
    expect(stage.clock.now()).toBeLessThan(5500);
  });

  test("of which all refuse the version, it says so in time", async () => {
    const stage = new Stage();
    stage.source({ manifest: "refused" });
    expect(await stage.run(await stage.download(2000))).toMatchObject({ kind: "failed" });
    stage.quiet();
  });

  test("and with a newer version in the catalogue it does not wait for long", async () => {
    const stage = new Stage();
    const download = await stage.download(3_600_000);
    download.updateSources([], true);
    expect(await stage.run(download)).toMatchObject({ kind: "failed", message: expect.stringContaining("replaced") });
    expect(stage.clock.now()).toBeLessThan(5000);
  });
});

describe("where a source is", () => {
  test("one that has moved is called at its new place, and not at its old one once more", async () => {
    const stage = new Stage();
    const source = stage.source({ script: (_piece, count) => (count === 5 ? "die" : "honest") });
    const download = await stage.download();
    const outcome = download.run();
    await drive(stage.clock, "it rests", () => download.stats().doneBytes > 0 && stage.stranded > 0, 1);
    source.move("elsewhere");
    const connect = spyOn(stage.network, "connect");
    stage.offer(download);
    expect(await driveThrough(stage.clock, outcome)).toEqual({ kind: "done" });
    expect(connect.mock.calls.map(([{ host }]) => host)).toEqual(["elsewhere"]);
    stage.quiet();
  });

  test("one that moved while the download was paused is called there when it goes on", async () => {
    const stage = new Stage();
    const source = stage.source();
    const download = await stage.download();
    const outcome = download.run();
    await drive(stage.clock, "some of it is there", () => download.stats().doneBytes >= 2 * MIB, 5);
    download.pause();
    await drive(stage.clock, "all connections have ended", () => download.stats().readySources === 0);
    source.move("elsewhere");
    stage.offer(download);
    download.resume();
    expect(await driveThrough(stage.clock, outcome)).toEqual({ kind: "done" });
    expect(stage.network.connections.map(({ address }) => address.host)).toEqual(["s1", "elsewhere"]);
  });

  test("piece hashes that the journal has are asked of nobody, even when sources are known before it runs", async () => {
    const stage = new Stage();
    stage.source({ script: (_piece, count) => (count === 5 ? "die" : "honest") });
    expect(await stage.run(await stage.download(3000))).toMatchObject({ kind: "failed" });
    const next = new Stage(FILE, stage.folder);
    const sources = [next.source(), next.source()];
    const again = await next.download();
    expect(await next.run(again)).toEqual({ kind: "done" });
    next.check();
    expect(again.stats().resumedBytes).toBeGreaterThan(0);
    expect(sources.map(({ manifests }) => manifests)).toEqual([0, 0]);
  });

  test("one that has the file and never says so is called again after a while", async () => {
    const stage = new Stage();
    const source = stage.source({ mute: true });
    const run = stage.run(await stage.download(60_000));
    await drive(stage.clock, "it is called again", () => source.greetings > 1);
    source.options = {};
    expect(await run).toEqual({ kind: "done" });
    expect(stage.clock.now()).toBeLessThan(60_000);
  });
});

describe("the user", () => {
  test("can pause and resume, and no piece comes twice for it", async () => {
    const stage = new Stage();
    stage.source();
    stage.source();
    const download = await stage.download();
    const outcome = download.run();
    await drive(stage.clock, "some of it is there", () => download.stats().doneBytes >= 3 * MIB, 5);
    download.pause();
    await drive(stage.clock, "all connections have ended", () => download.stats().readySources === 0);
    const { doneBytes } = download.stats();
    stage.clock.advance(60_000);
    await Bun.sleep(1);
    expect(download.stats()).toMatchObject({ state: "paused", doneBytes });
    download.resume();
    expect(await driveThrough(stage.clock, outcome)).toEqual({ kind: "done" });
    stage.check();
    expect(download.stats().duplicateBytes).toBeLessThanOrEqual(4 * MIB);
    stage.quiet();
  });

  test("can pause, resume and stop at any moment", async () => {
    for (let moment = 0; moment < 400; moment += 37) {
      const stage = new Stage();
      stage.source();
      stage.source();
      const download = await stage.download();
      const outcome = download.run();
      stage.clock.advance(moment);
      download.pause();
      stage.clock.advance(moment % 30);
      download.resume();
      await Bun.sleep(0);
      stage.clock.advance(moment % 50);
      download.stop({ kind: "cancelled" });
      download.resume();
      download.pause();
      expect(await driveThrough(stage.clock, outcome)).toEqual({ kind: "cancelled" });
      // Where nothing had come there is nothing to keep.
      expect(fs.readdirSync(stage.folder).sort()).toEqual(download.stats().doneBytes > 0 ? stage.left : []);
      stage.quiet();
    }
  });

  test("can stop while the sink is being made ready: its descriptors stay open until it is", async () => {
    const stage = new Stage();
    stage.source();
    const began = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const events: string[] = [];
    const slow = (part: Sink): Sink => ({
      file: part.file,
      direct: part.direct,
      journal: part.journal,
      hashes: null,
      resumablePath: null,
      fresh: part.fresh,
      windowPieces: null,
      async begin(hashes, zeros) {
        began.resolve();
        await gate.promise;
        const ready = await part.begin(hashes, zeros);
        events.push("begun");
        return ready;
      },
      verifyUnread: () => part.verifyUnread?.(),
      position: (piece) => part.position(piece),
      markPosition: (piece) => part.markPosition(piece),
      setListener: (user) => part.setListener(user),
      pieceWritten: (piece) => part.pieceWritten(piece),
      finish: () => part.finish(),
      abandon() {
        events.push("left");
        return part.abandon();
      },
    });
    const download = await stage.download(10_000, slow);
    const outcome = download.run();
    await driveThrough(stage.clock, began.promise);
    download.stop({ kind: "cancelled" });
    stage.clock.advance(3000);
    await Bun.sleep(0);
    expect(events).toEqual([]);
    gate.resolve();
    expect(await driveThrough(stage.clock, outcome)).toEqual({ kind: "cancelled" });
    expect(events).toEqual(["begun", "left"]);
    expect(stage.sources[0]?.asked).toEqual([]);
    stage.quiet();
  });
});
