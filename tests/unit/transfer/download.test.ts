import { describe, expect, spyOn, test } from "bun:test";
import fs from "node:fs";
import { MIB } from "../../../src/platform/units.ts";
import { Bitmap } from "../../../src/protocol/versions/bitmap.ts";
import type { Sink, SinkListener } from "../../../src/transfer/sinks/sink.ts";
import { drive, driveThrough } from "../../support/drive.ts";
import { inEnglish } from "../../support/in-english.ts";
import { type Content, content, contentOf } from "./content.ts";
import { changedSink, DownloadFixture, FILE, PIECES, RATE } from "./download-fixture.ts";
import type { Behaviour, Script } from "./scripted-source.ts";

const always =
  (behaviour: Behaviour): Script =>
  () =>
    behaviour;
/** The behaviour for the pieces asked first, then honesty. */
const first =
  (behaviour: Behaviour, times = 1): Script =>
  (_piece, count) =>
    count < times ? behaviour : "honest";

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
    const fixture = new DownloadFixture(sparse);
    const source = fixture.source();
    const download = await fixture.download();
    expect(await fixture.run(download)).toEqual({ kind: "done" });
    fixture.expectWholeFile();
    expect([...new Set(source.asked)].sort((left, right) => left - right)).toEqual([3, 40, 41, 42, 50, 64]);
    const received = 5 * MIB + 777;
    expect(download.stats()).toMatchObject({ doneBytes: sparse.bytes.length, resumedBytes: 0, duplicateBytes: 0 });
    expect(download.stats().receivedBytes).toBe(received);
    expect(fs.statSync(fixture.path).blocks * 512).toBeLessThan(4.5 * MIB);
  });

  test("is resumed with its zeros, which count as done and not as resumed", async () => {
    const fixture = new DownloadFixture(sparse);
    fixture.source({ have: [40] });
    const first = await fixture.download(100);
    expect((await fixture.run(first)).kind).toBe("failed");
    fixture.source();
    const second = await fixture.download();
    expect(await fixture.run(second)).toEqual({ kind: "done" });
    fixture.expectWholeFile();
    expect(second.stats()).toMatchObject({ doneBytes: sparse.bytes.length, resumedBytes: MIB, duplicateBytes: 0 });
    expect(second.stats().receivedBytes).toBe(4 * MIB + 777);
    expect(fs.statSync(fixture.path).blocks * 512).toBeLessThan(5.5 * MIB);
  });

  test("of zeros alone takes nothing from anybody", async () => {
    const fixture = new DownloadFixture(contentOf(Buffer.alloc(20 * MIB + 1)));
    const source = fixture.source();
    const download = await fixture.download();
    expect(await fixture.run(download)).toEqual({ kind: "done" });
    fixture.expectWholeFile();
    expect(source.asked).toEqual([]);
    expect(fs.statSync(fixture.path).blocks).toBe(0);
    fixture.expectNothingRunning();
  });
});

describe("a download", () => {
  test("takes each piece from one of its sources, once", async () => {
    const fixture = new DownloadFixture();
    for (let index = 0; index < 3; index++) fixture.source();
    const download = await fixture.download();
    expect(await fixture.run(download)).toEqual({ kind: "done" });
    fixture.expectWholeFile();
    const figures = download.stats();
    expect(figures).toMatchObject({ doneBytes: FILE.bytes.length, resumedBytes: 0, retries: 0, readySources: 0 });
    expect(figures.sources.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(figures.sources.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(figures.receivedBytes);
    expect(figures.receivedBytes - figures.duplicateBytes).toBe(FILE.bytes.length);
    expect(fixture.available.sort((left, right) => left - right)).toEqual(
      Array.from({ length: PIECES }, (_, piece) => piece),
    );
    expect(fixture.faultsFound).toEqual([]);
    fixture.expectNothingRunning();
  });

  test("of an empty file, and of one of a single piece", async () => {
    for (const size of [0, 1, MIB]) {
      const fixture = new DownloadFixture(content(size));
      fixture.source();
      fixture.source();
      expect(await fixture.run(await fixture.download())).toEqual({ kind: "done" });
      fixture.expectWholeFile();
      fixture.expectNothingRunning();
    }
  });

  test("does not ask for what an earlier one may have left until it is known", async () => {
    const fixture = new DownloadFixture();
    const source = fixture.source();
    const unverified = new Bitmap(PIECES);
    unverified.add(3);
    unverified.add(4);
    const listeners: SinkListener[] = [];
    const doubtful = (part: Sink): Sink =>
      changedSink(part, {
        begin: async (hashes, zeros) => ({ have: (await part.begin(hashes, zeros)).have, unverified }),
        setListener(listener) {
          listeners.push(listener);
          part.setListener(listener);
        },
      });
    const download = await fixture.download(10_000, doubtful);
    const outcome = download.run();
    await drive(fixture.clock, "all else is here", () => fixture.available.length === PIECES - 2);
    expect(source.asked).not.toContain(3);
    expect(source.asked).not.toContain(4);
    for (const piece of [3, 4]) listeners[0]?.pieceChecked(piece, false);
    expect(await driveThrough(fixture.clock, outcome)).toEqual({ kind: "done" });
    fixture.expectWholeFile();
  });

  test("blames no source while what is here is still read, and none for the time that it took", async () => {
    const fixture = new DownloadFixture();
    const source = fixture.source();
    const [unverified, listeners]: [Bitmap, SinkListener[]] = [new Bitmap(PIECES), []];
    for (let piece = 0; piece < PIECES; piece++) unverified.add(piece);
    const slow = (part: Sink): Sink =>
      changedSink(part, {
        async begin(hashes, zeros) {
          const { have } = await part.begin(hashes, zeros);
          await new Promise<void>((resolve) => fixture.clock.after(20_000, resolve));
          return { have, unverified };
        },
        setListener(listener) {
          listeners.push(listener);
          part.setListener(listener);
        },
      });
    const outcome = (await fixture.download(10_000, slow)).run();
    const answer = () => {
      for (let piece = 0; piece < PIECES; piece++) listeners[0]?.pieceChecked(piece, false);
    };
    fixture.clock.after(60_000, answer);
    expect(await driveThrough(fixture.clock, outcome)).toEqual({ kind: "done" });
    expect(new Set(source.asked).size).toBe(PIECES);
    fixture.expectWholeFile();
  });

  test("asks partial sources for what they have", async () => {
    const fixture = new DownloadFixture();
    const some = fixture.source({ have: [0, 1, 2] });
    fixture.source({}, { rate: RATE / 4 });
    expect(await fixture.run(await fixture.download())).toEqual({ kind: "done" });
    fixture.expectWholeFile();
    expect(some.asked.every((piece) => piece < 3)).toBe(true);
    expect(some.asked.length).toBeGreaterThan(0);
  });

  test("asks a source that has everything for what a partial one has not announced, first", async () => {
    const fixture = new DownloadFixture();
    const some = fixture.source({ have: [] }, { rate: RATE / 4 });
    const all = fixture.source();
    const run = fixture.run(await fixture.download());
    await drive(fixture.clock, "it asks", () => all.asked.length >= 2, 1);
    some.gain([0, 2, 4, 6]);
    expect(await run).toEqual({ kind: "done" });
    fixture.expectWholeFile();
    const [, , third = -1, fourth = -1] = all.asked;
    expect([third % 2, fourth % 2]).toEqual([1, 1]);
    expect(some.asked.length).toBeGreaterThan(0);
  });
});

describe("a bad source", () => {
  const offences: [Behaviour, RegExp][] = [
    ["wrong bytes", /sent wrong bytes for piece \d/],
    ["another piece", /sent wrong bytes for piece \d/],
    ["too many", /sent more than piece \d holds/],
    ["too few", /sent less than piece \d holds/],
    ["unasked", /sent bytes that nobody had asked for/],
    ["garbage", /sent garbage: a header of 1952999795 bytes/],
  ];
  test.each(offences)("that sends %s is named, and the file is right", async (behaviour, what) => {
    const fixture = new DownloadFixture();
    const bad = fixture.source({ script: always(behaviour) }, { rate: 4 * RATE });
    fixture.source();
    const download = await fixture.download();
    expect(await fixture.run(download)).toEqual({ kind: "done" });
    fixture.expectWholeFile();
    expect(fixture.faultsFound.length).toBeGreaterThan(0);
    expect(fixture.faultsFound.every(({ number }) => number === bad.number)).toBe(true);
    expect(fixture.warnings[0]).toMatch(what);
    expect(fixture.warnings).toHaveLength(fixture.faultsFound.length);
    const { retries, duplicateBytes, sources } = download.stats();
    expect(retries).toBeGreaterThan(0);
    expect(duplicateBytes > 0).toBe(behaviour !== "garbage");
    expect(sources.map(({ number, faults }) => [number, faults])).toEqual([
      [1, fixture.faultsFound.length],
      [2, undefined],
    ]);
    fixture.expectNothingRunning();
  });

  test("that lied is left alone for a while", async () => {
    const fixture = new DownloadFixture(content(40 * MIB));
    const bad = fixture.source({ script: always("wrong bytes") });
    fixture.source();
    expect(await fixture.run(await fixture.download())).toEqual({ kind: "done" });
    // Three are too many, and two were on their way.
    expect(bad.asked.length).toBeLessThanOrEqual(6);
    fixture.expectWholeFile();
  });

  const faults: [Behaviour, number | undefined][] = [
    ["refuse", undefined],
    ["half a frame", 1],
    ["die", 1],
    ["freeze", undefined],
  ];
  test.each(faults)("that does this in the middle: %s, costs nothing but its pieces", async (behaviour, count) => {
    const fixture = new DownloadFixture(content(30 * MIB));
    fixture.source({ script: (_piece, count) => (count === 4 ? behaviour : "honest") });
    fixture.source();
    const download = await fixture.download();
    expect(await fixture.run(download)).toEqual({ kind: "done" });
    fixture.expectWholeFile();
    expect(fixture.faultsFound).toEqual([]);
    expect(download.stats().sources[0]?.faults).toBe(count);
    expect(fixture.warnings).toHaveLength(count ?? 0);
    fixture.expectNothingRunning();
  });

  test("that answers what was answered already disturbs nobody", async () => {
    const fixture = new DownloadFixture();
    fixture.source({ script: always("open twice") });
    expect(await fixture.run(await fixture.download())).toEqual({ kind: "done" });
    fixture.expectWholeFile();
    expect(fixture.faultsFound).toEqual([]);
  });

  test("with wrong piece hashes is named, and others are asked", async () => {
    const fixture = new DownloadFixture();
    const bad = fixture.source({ manifest: "wrong" });
    fixture.source({}, { latency: 60 });
    expect(await fixture.run(await fixture.download())).toEqual({ kind: "done" });
    fixture.expectWholeFile();
    expect(fixture.faultsFound[0]).toEqual({ number: bad.number, piece: null });
  });

  test("that cannot be right about what it has is named", async () => {
    const fixture = new DownloadFixture();
    const bad = fixture.source({ oddBitmap: true });
    fixture.source({}, { latency: 60 });
    expect(await fixture.run(await fixture.download())).toEqual({ kind: "done" });
    expect(bad.asked).toEqual([]);
    expect(fixture.faultsFound[0]?.number).toBe(bad.number);
  });

  test("that is the only one and mends itself is used again", async () => {
    const fixture = new DownloadFixture();
    fixture.source({ script: first("wrong bytes", 2) });
    expect(await fixture.run(await fixture.download())).toEqual({ kind: "done" });
    fixture.expectWholeFile();
    expect(fixture.faultsFound).toHaveLength(2);
  });
});

describe("without a source", () => {
  test.each([60, 300])("nothing is said of it while sources that are %p ms away are connected to", async (latency) => {
    const fixture = new DownloadFixture();
    for (let count = 0; count < 3; count++) fixture.source({}, { latency });
    expect(await fixture.run(await fixture.download())).toEqual({ kind: "done" });
    expect(fixture.noSourcesReasons).toEqual([]);
  });

  test("that can be reached, the log says which ones there are, and why, also at the end", async () => {
    const fixture = new DownloadFixture();
    const [refusing, silent] = [fixture.source(), fixture.source()];
    fixture.network.door(refusing.address, "refusing");
    fixture.network.door(silent.address, "black hole");
    const outcome = await fixture.run(await fixture.download(20_000));
    const { host, port } = refusing.address;
    expect(fixture.noSourcesReasons).toEqual([
      `secondary 1: cannot connect to ${host}:${port}: nobody listens there; secondary 2 at ${silent.address.host}:${silent.address.port}: no answer yet`,
    ]);
    expect(inEnglish(outcome)).toMatchObject({
      kind: "failed",
      message: expect.stringContaining("for 20 s (secondary 1: cannot"),
    });
  });

  test("but something else at its address, it is named once, and no source is accused", async () => {
    const fixture = new DownloadFixture();
    const source = fixture.source();
    source.die();
    fixture.network.listen(source.address, (socket) => ({
      data: () => void socket.write(Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")),
      drained() {},
      closed() {},
    }));
    const outcome = await fixture.run(await fixture.download(20_000));
    expect(inEnglish(outcome)).toMatchObject({ message: expect.stringContaining("an HTTP server answers at") });
    expect(fixture.warnings.filter((warning) => warning.includes("HTTP server"))).toHaveLength(1);
    expect(fixture.faultsFound).toEqual([]);
  });

  test("a download waits, and goes on with what it has when one comes back", async () => {
    const fixture = new DownloadFixture();
    const source = fixture.source({ script: (_piece, count) => (count === 5 ? "die" : "honest") });
    const download = await fixture.download();
    const outcome = download.run();
    await drive(fixture.clock, "it is stranded", () => {
      const { doneBytes, readySources } = download.stats();
      return doneBytes > 0 && readySources === 0 && fixture.noSourcesReasons.length > 0;
    });
    source.listen();
    expect(await driveThrough(fixture.clock, outcome)).toEqual({ kind: "done" });
    fixture.expectWholeFile();
    expect(download.stats().duplicateBytes).toBeLessThan(3 * MIB);
  });

  test("it gives up after its stall timeout, and keeps what arrived for the next try", async () => {
    const fixture = new DownloadFixture();
    const source = fixture.source({ script: (_piece, count) => (count === 5 ? "die" : "honest") });
    const download = await fixture.download(3000);
    const outcome = await fixture.run(download);
    expect(inEnglish(outcome)).toMatchObject({ kind: "failed", message: expect.stringContaining("3 s") });
    const { doneBytes } = download.stats();
    expect(doneBytes).toBeGreaterThanOrEqual(MIB);
    fixture.expectNothingRunning();

    const next = new DownloadFixture(FILE, fixture.folder);
    next.source();
    const again = await next.download();
    expect(await next.run(again)).toEqual({ kind: "done" });
    expect(again.stats().resumedBytes).toBe(doneBytes);
    expect(again.stats().receivedBytes).toBe(FILE.bytes.length - doneBytes);
    next.expectWholeFile();
    expect(source.asked.length).toBeGreaterThan(0);
  });

  test("its stall timeout begins anew when a source may come", async () => {
    const fixture = new DownloadFixture();
    const download = await fixture.download(3000);
    const outcome = fixture.run(download);
    fixture.clock.after(2000, () => download.resetStallTimeout());
    expect(await outcome).toMatchObject({ kind: "failed" });
    expect(fixture.clock.passed).toBeGreaterThanOrEqual(5000);
    expect(fixture.clock.passed).toBeLessThan(5500);
  });

  test("of which all refuse the version, it says so in time", async () => {
    const fixture = new DownloadFixture();
    fixture.source({ manifest: "refused" });
    expect(await fixture.run(await fixture.download(2000))).toMatchObject({ kind: "failed" });
    fixture.expectNothingRunning();
  });

  test("and with a newer version in the catalogue it does not wait for long", async () => {
    const fixture = new DownloadFixture();
    const download = await fixture.download(3_600_000);
    download.updateSources([], true);
    expect(inEnglish(await fixture.run(download))).toMatchObject({
      kind: "failed",
      message: expect.stringContaining("replaced"),
    });
    expect(fixture.clock.passed).toBeLessThan(5000);
  });
});

describe("where a source is", () => {
  test("one that has moved is called at its new place, and not at its old one once more", async () => {
    const fixture = new DownloadFixture();
    const source = fixture.source({ script: (_piece, count) => (count === 5 ? "die" : "honest") });
    const download = await fixture.download();
    const outcome = download.run();
    await drive(
      fixture.clock,
      "it rests",
      () => download.stats().doneBytes > 0 && fixture.noSourcesReasons.length > 0,
      1,
    );
    source.move("elsewhere");
    const connect = spyOn(fixture.network, "connect");
    fixture.updateSources(download);
    expect(await driveThrough(fixture.clock, outcome)).toEqual({ kind: "done" });
    expect(connect.mock.calls.map(([{ host }]) => host)).toEqual(["elsewhere"]);
    fixture.expectNothingRunning();
  });

  test("one that moved while the download was paused is called there when it goes on", async () => {
    const fixture = new DownloadFixture();
    const source = fixture.source();
    const download = await fixture.download();
    const outcome = download.run();
    await drive(fixture.clock, "some of it is there", () => download.stats().doneBytes >= 2 * MIB, 5);
    download.pause();
    await drive(fixture.clock, "all connections have ended", () => download.stats().readySources === 0);
    source.move("elsewhere");
    fixture.updateSources(download);
    download.resume();
    expect(await driveThrough(fixture.clock, outcome)).toEqual({ kind: "done" });
    expect(fixture.network.connections.map(({ address }) => address.host)).toEqual(["s1", "elsewhere"]);
  });

  test("piece hashes that the journal has are asked of nobody, even when sources are known before it runs", async () => {
    const fixture = new DownloadFixture();
    fixture.source({ script: (_piece, count) => (count === 5 ? "die" : "honest") });
    expect(await fixture.run(await fixture.download(3000))).toMatchObject({ kind: "failed" });
    const next = new DownloadFixture(FILE, fixture.folder);
    const sources = [next.source(), next.source()];
    const again = await next.download();
    expect(await next.run(again)).toEqual({ kind: "done" });
    next.expectWholeFile();
    expect(again.stats().resumedBytes).toBeGreaterThan(0);
    expect(sources.map(({ manifests }) => manifests)).toEqual([0, 0]);
  });

  test("one that has the file and never says so is called again after a while", async () => {
    const fixture = new DownloadFixture();
    const source = fixture.source({ mute: true });
    const run = fixture.run(await fixture.download(60_000));
    await drive(fixture.clock, "it is called again", () => source.greetings > 1);
    source.options = {};
    expect(await run).toEqual({ kind: "done" });
    expect(fixture.clock.passed).toBeLessThan(60_000);
  });
});

describe("the user", () => {
  test("can pause and resume, and no piece comes twice for it", async () => {
    const fixture = new DownloadFixture();
    fixture.source();
    fixture.source();
    const download = await fixture.download();
    const outcome = download.run();
    await drive(fixture.clock, "some of it is there", () => download.stats().doneBytes >= 3 * MIB, 5);
    download.pause();
    await drive(fixture.clock, "all connections have ended", () => download.stats().readySources === 0);
    const { doneBytes } = download.stats();
    const connections = fixture.network.connections.length;
    fixture.clock.advance(60_000);
    expect(download.stats()).toMatchObject({ state: "paused", doneBytes });
    // Nothing can come of it later either: all connections are closed, and none was made.
    expect(fixture.sources.flatMap(({ channels }) => channels).every(({ state }) => state === "closed")).toBe(true);
    expect(fixture.network.connections).toHaveLength(connections);
    download.resume();
    expect(await driveThrough(fixture.clock, outcome)).toEqual({ kind: "done" });
    fixture.expectWholeFile();
    expect(download.stats().duplicateBytes).toBeLessThanOrEqual(4 * MIB);
    fixture.expectNothingRunning();
  });

  test("can pause, resume and stop at any moment", async () => {
    for (let moment = 0; moment < 400; moment += 37) {
      const fixture = new DownloadFixture();
      fixture.source();
      fixture.source();
      const download = await fixture.download();
      const outcome = download.run();
      fixture.clock.advance(moment);
      download.pause();
      fixture.clock.advance(moment % 30);
      download.resume();
      // Whatever the file system has answered by now: the test holds for each case.
      await Bun.sleep(0);
      fixture.clock.advance(moment % 50);
      download.stop({ kind: "cancelled" });
      download.resume();
      download.pause();
      expect(await driveThrough(fixture.clock, outcome)).toEqual({ kind: "cancelled" });
      // Where nothing had come there is nothing to keep.
      expect(fs.readdirSync(fixture.folder).sort()).toEqual(
        download.stats().doneBytes > 0 ? fixture.workFileNames : [],
      );
      fixture.expectNothingRunning();
    }
  });

  test("can stop while the sink is being made ready: its descriptors stay open until it is", async () => {
    const fixture = new DownloadFixture();
    fixture.source();
    const began = Promise.withResolvers<void>();
    const barrier = Promise.withResolvers<void>();
    const events: string[] = [];
    const slow = (part: Sink): Sink =>
      changedSink(part, {
        async begin(hashes, zeros) {
          began.resolve();
          await barrier.promise;
          const ready = await part.begin(hashes, zeros);
          events.push("begun");
          return ready;
        },
        abandon() {
          events.push("left");
          return part.abandon();
        },
      });
    const download = await fixture.download(10_000, slow);
    const outcome = download.run();
    await driveThrough(fixture.clock, began.promise);
    download.stop({ kind: "cancelled" });
    await drive(fixture.clock, "all connections have ended", () => download.stats().state === "over");
    // All that follows from that without waiting for anything has happened when the next turn of the event loop begins.
    const nextTurn = Bun.sleep(0).then(() => "still running");
    expect(await Promise.race([outcome, nextTurn])).toBe("still running");
    expect(events).toEqual([]);
    barrier.resolve();
    expect(await driveThrough(fixture.clock, outcome)).toEqual({ kind: "cancelled" });
    expect(events).toEqual(["begun", "left"]);
    expect(fixture.sources[0]?.asked).toEqual([]);
    fixture.expectNothingRunning();
  });
});
