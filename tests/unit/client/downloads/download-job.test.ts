import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import fs from "node:fs";
import type { DownloadJob } from "../../../../src/client/downloads/download-job.ts";
import { DOWNLOAD_JOB_TRANSITIONS, type DownloadJobState } from "../../../../src/client/downloads/download-job-spec.ts";
import { MIB } from "../../../../src/platform/units.ts";
import { content } from "../../transfer/content.ts";
import { DownloadJobFixture, NAME } from "./download-job-fixture.ts";

let fixture: DownloadJobFixture;

beforeEach(() => {
  fixture = new DownloadJobFixture();
});

afterEach(() => {
  fixture.stop();
});

/** A job that has all bytes and whose report nobody has taken. */
async function reporting(): Promise<DownloadJob> {
  fixture.source();
  const job = await fixture.startUntil("transferring", { giveUpAfterMs: 60_000 });
  fixture.sendSources();
  await fixture.until("it reports", () => job.state === "reporting");
  return job;
}

function lastReport(): unknown {
  return fixture.central.all("finish").at(-1)?.report;
}

describe("the states of a download", () => {
  test("follow each other as the table says", () => {
    const states = Object.keys(DOWNLOAD_JOB_TRANSITIONS) as DownloadJobState[];
    expect(states.flatMap((from) => DOWNLOAD_JOB_TRANSITIONS[from].map((to) => `${from} → ${to}`))).toEqual([
      "requesting → opening",
      "requesting → over",
      "opening → transferring",
      "opening → reporting",
      "transferring → reporting",
      "reporting → over",
    ]);
  });

  test("from the request to the end, with a word for people in each", async () => {
    fixture.source();
    fixture.central.start();
    fixture.clock.advance(500_000);
    const job = fixture.start();
    expect([job.state, job.note(), job.size, job.stats()]).toEqual([
      "requesting",
      "connecting to the central",
      null,
      null,
    ]);
    await fixture.until("it has asked", () => fixture.central.all("download").length > 0);
    expect(fixture.central.all("download")).toEqual([
      { type: "download", download: job.id, name: NAME, running: null },
    ]);
    expect(job.note()).toBe("asking the central");
    fixture.queue(job, 3);
    expect(job.waits).toBe(false);
    await fixture.until("it is queued", () => job.note() === "waiting, place 3");
    expect(job.waits).toBe(true);
    const releaseDisk = fixture.holdDisk();
    fixture.grant(job);
    await fixture.until("it is opening", () => job.state === "opening");
    expect([job.note(), job.size]).toEqual(["checking what is there", fixture.file.version.size]);
    releaseDisk();
    await fixture.until("it transfers", () => job.state === "transferring");
    expect(job.note()).toBe("connecting to the secondaries");
    const { id } = fixture.file.version;
    await fixture.until("it watches", () => fixture.central.all("watch").length > 0);
    expect(fixture.central.all("watch")).toEqual([{ type: "watch", name: NAME, id }]);
    const releaseFile = fixture.holdDisk();
    fixture.sendSources();
    await fixture.until("all pieces are there", () => job.note() === "finishing");
    expect(job.state).toBe("transferring");
    releaseFile();
    await fixture.until("it reports", () => job.state === "reporting");
    expect(job.note()).toBe("reporting to the central");
    await fixture.until("the central has the report", () => fixture.central.all("finish").length > 0);
    expect(fixture.central.all("unwatch")).toEqual([{ type: "unwatch", name: NAME, id }]);
    expect(lastReport()).toEqual({ download: job.id, client: "ana", name: NAME, id, outcome: "done", sources: [1] });
    fixture.central.send({ type: "counted", download: job.id });
    const { result, failure, partFile } = await fixture.end(job);
    expect([job.state, job.note()]).toEqual(["over", "over"]);
    expect([failure, partFile]).toEqual([null, null]);
    const { size } = fixture.file.version;
    expect(result).toMatchObject({
      event: "done",
      name: NAME,
      path: fixture.path,
      size,
      id,
      hash: id,
      receivedBytes: size,
    });
    expect(result.error).toBeUndefined();
    expect(result.seconds).toBeGreaterThan(0);
    expect(result.seconds).toBeLessThan(60);
    expect(fixture.names).toEqual([NAME]);
    expect(fs.readFileSync(fixture.path).equals(fixture.file.bytes)).toBe(true);
  });
});

describe("a download whose file is there already", () => {
  test("is done, and not counted", async () => {
    fixture.putFile(fixture.file.bytes);
    fixture.central.start();
    const job = fixture.start();
    await fixture.until("it has asked", () => fixture.central.all("download").length > 0);
    fixture.grant(job);
    const { result, failure } = await fixture.end(job);
    expect([result.event, result.receivedBytes, failure]).toEqual(["done", 0, null]);
    await fixture.until("the central has the report", () => fixture.central.all("finish").length > 0);
    expect(lastReport()).toMatchObject({ outcome: "cancelled", sources: [] });
    expect(fixture.central.all("watch")).toEqual([]);
  });

  test("with other content fails, unless it may be replaced", async () => {
    fixture.putFile(new Uint8Array(10));
    fixture.central.start();
    const job = fixture.start();
    await fixture.until("it has asked", () => fixture.central.all("download").length > 0);
    fixture.grant(job);
    const { result, failure } = await fixture.end(job);
    expect([result.event, failure]).toEqual(["failed", "failed"]);
    expect(result.error).toContain("exists with other content");
    await fixture.until("the central has the report", () => fixture.central.all("finish").length > 0);
    expect(lastReport()).toMatchObject({ outcome: "failed" });
    const forced = fixture.start({ force: true });
    await fixture.until("it has asked", () => fixture.central.all("download").length > 1);
    fixture.grant(forced);
    await fixture.until("it transfers", () => forced.state === "transferring");
    forced.cancel();
    await fixture.end(forced);
  });
});

describe("a download whose central restarts", () => {
  test("says that it goes on while it reads what is there, and keeps its admission so", async () => {
    fixture.putFile(fixture.file.bytes);
    const releaseDisk = fixture.holdDisk();
    const job = await fixture.startUntil("opening");
    fixture.central.restart();
    await fixture.until("it has entered again", () => fixture.central.all("enter").length > 0);
    await fixture.pass(100);
    const { id } = fixture.file.version;
    expect(fixture.central.all("download")).toEqual([{ type: "download", download: job.id, name: NAME, running: id }]);
    expect(fixture.central.all("watch")).toEqual([]);
    fixture.grant(job);
    await fixture.pass(100);
    expect(job.state).toBe("opening");
    releaseDisk();
    const { result, failure } = await fixture.end(job);
    expect([result.event, failure]).toEqual(["done", null]);
  });

  test("asks again for its place where it had none", async () => {
    fixture.central.start();
    const job = fixture.start();
    await fixture.until("it has asked", () => fixture.central.all("download").length > 0);
    fixture.queue(job, 2, 30);
    await fixture.until("it is queued", () => job.note() === "waiting, place 2  ~30 s");
    fixture.central.restart();
    await fixture.until("it asks", () => fixture.central.all("download").length > 0);
    expect(fixture.central.all("download")).toEqual([
      { type: "download", download: job.id, name: NAME, running: null },
    ]);
    expect(job.note()).toBe("asking the central");
    job.cancel();
    await fixture.end(job);
  });

  test("says that it goes on and watches again while it transfers", async () => {
    const job = await fixture.startUntil("transferring");
    const { id } = fixture.file.version;
    fixture.central.restart();
    await fixture.until("it watches again", () => fixture.central.all("watch").length > 0);
    expect(fixture.central.all("download")).toEqual([{ type: "download", download: job.id, name: NAME, running: id }]);
    expect(fixture.central.all("watch")).toEqual([{ type: "watch", name: NAME, id }]);
    fixture.grant(job);
    await fixture.pass(50);
    expect(job.state).toBe("transferring");
    job.cancel();
    await fixture.end(job);
  });

  test("reports at once when it is back", async () => {
    const job = await reporting();
    fixture.central.stop();
    fixture.sources[0]?.die();
    await fixture.pass(500);
    fixture.central.received.length = 0;
    fixture.central.answer = (message) => {
      if (message.type === "finish") fixture.central.send({ type: "counted", download: job.id });
    };
    fixture.central.start();
    const { failure } = await fixture.end(job);
    expect(failure).toBeNull();
    expect(fixture.central.all("finish")).toHaveLength(1);
    expect(fixture.logged.filter((line) => line.startsWith("unreported"))).toEqual([]);
  });
});

describe("a download that is cancelled", () => {
  test("before it is granted ends at once, and gives its place back", async () => {
    fixture.central.start();
    const job = fixture.start();
    await fixture.until("it has asked", () => fixture.central.all("download").length > 0);
    fixture.queue(job, 1);
    await fixture.until("it is queued", () => job.note().startsWith("waiting, place"));
    job.cancel();
    expect(job.state).toBe("over");
    job.cancel();
    const { result, failure } = await fixture.end(job);
    expect([result.error, failure, result.id]).toEqual(["it was cancelled", "failed", null]);
    await fixture.until("the central hears of it", () => fixture.central.all("finish").length > 0);
    expect(lastReport()).toMatchObject({ download: job.id, outcome: "cancelled", id: "0".repeat(64) });
  });

  test("without a central ends at once", async () => {
    const job = fixture.start();
    job.cancel();
    const { result } = await fixture.end(job);
    expect(result.error).toBe("it was cancelled");
  });

  test("while its destination is opened ends when it is open, and leaves nothing", async () => {
    const releaseDisk = fixture.holdDisk();
    const job = await fixture.startUntil("opening");
    job.cancel();
    expect(job.state).toBe("opening");
    releaseDisk();
    const { result, failure } = await fixture.end(job);
    expect([result.error, failure]).toEqual(["it was cancelled", "failed"]);
    await fixture.until("the central hears of it", () => fixture.central.all("finish").length > 0);
    expect(lastReport()).toMatchObject({ outcome: "cancelled", id: fixture.file.version.id });
    expect(fixture.central.all("watch")).toEqual([]);
    expect(fs.existsSync(fixture.path)).toBe(false);
  });

  test("while what is there is hashed says so, also when that is broken off", async () => {
    fs.writeFileSync(fixture.path, new Uint8Array(fixture.file.bytes.length));
    const releaseDisk = fixture.holdDisk();
    const job = await fixture.startUntil("opening");
    job.cancel();
    fixture.hashFailure = new Error("the hasher is stopped");
    releaseDisk();
    expect((await fixture.end(job)).result.error).toBe("it was cancelled");
  });

  test("while it transfers keeps what came, and says where", async () => {
    fixture.stop();
    fixture = new DownloadJobFixture(content(3 * MIB));
    fixture.source();
    const job = await fixture.startUntil("transferring");
    fixture.sendSources();
    await fixture.until("something came", () => (job.stats()?.doneBytes ?? 0) > 0);
    expect(job.note()).toBe("1 source");
    job.cancel();
    const { result, failure, partFile } = await fixture.end(job);
    expect([result.error, failure]).toEqual(["it was cancelled", "failed"]);
    expect(partFile === null ? false : fs.existsSync(partFile)).toBe(true);
    await fixture.until("the central hears of it", () => fixture.central.all("finish").length > 0);
    expect(lastReport()).toMatchObject({ outcome: "cancelled", sources: [1] });
  });

  test("while it reports is done, and is not tried to be reported for ever", async () => {
    const job = await reporting();
    fixture.central.stop();
    fixture.sources[0]?.die();
    const before = fixture.clock.now();
    job.cancel();
    const { failure } = await fixture.end(job);
    expect(failure).toBeNull();
    expect(fixture.clock.now() - before).toBeLessThan(5000);
    expect(fixture.logged.filter((line) => line.startsWith("unreported"))).toHaveLength(1);
  });
});

describe("a download that is paused", () => {
  test("before it is granted does not fetch until it is resumed", async () => {
    const source = fixture.source();
    fixture.central.start();
    const job = fixture.start();
    job.pause();
    job.pause();
    expect(job.note()).toBe("paused");
    await fixture.until("it has asked", () => fixture.central.all("download").length > 0);
    fixture.grant(job);
    await fixture.until("it transfers", () => job.state === "transferring");
    fixture.sendSources();
    await fixture.pass(500);
    expect([source.greetings, job.note(), job.stats()?.state]).toEqual([0, "paused", "paused"]);
    job.resume();
    expect(job.note()).not.toBe("paused");
    job.resume();
    await fixture.until("it reports", () => job.state === "reporting");
    fixture.central.send({ type: "counted", download: job.id });
    await fixture.end(job);
  });

  test("and resumed before it is granted fetches at once", async () => {
    fixture.source();
    fixture.central.start();
    const job = fixture.start();
    job.pause();
    job.resume();
    await fixture.until("it has asked", () => fixture.central.all("download").length > 0);
    fixture.grant(job);
    await fixture.until("it transfers", () => job.state === "transferring");
    fixture.sendSources();
    await fixture.until("it reports", () => job.state === "reporting");
    fixture.central.send({ type: "counted", download: job.id });
    await fixture.end(job);
  });

  test("and cancelled ends, and cannot be resumed", async () => {
    const job = await fixture.startUntil("transferring");
    job.pause();
    job.cancel();
    job.resume();
    const { result } = await fixture.end(job);
    expect(result.error).toBe("it was cancelled");
  });
});

describe("while it transfers", () => {
  test("the central learns every two seconds how far it is, and of nothing before and after", async () => {
    fixture.stop();
    fixture = new DownloadJobFixture(content(3 * MIB));
    fixture.source();
    fixture.central.start();
    const job = fixture.start();
    await fixture.pass(5000);
    expect(fixture.central.all("progress")).toEqual([]);
    fixture.grant(job);
    await fixture.until("it transfers", () => job.state === "transferring");
    fixture.sendSources();
    await fixture.until("it reports", () => job.state === "reporting");
    const messages = fixture.central.all("progress");
    expect(messages.length).toBeGreaterThan(0);
    for (const { download } of messages) expect(download).toBe(job.id);
    expect(messages.flatMap(({ sources }) => sources)).toContain(1);
    expect(messages.at(-1)?.bytes).toBeGreaterThan(0);
    await fixture.pass(5000);
    expect(fixture.central.all("progress")).toHaveLength(messages.length);
    fixture.central.send({ type: "counted", download: job.id });
    await fixture.end(job);
  });

  test("that no secondary delivers is logged and shown, until one does", async () => {
    fixture.stop();
    fixture = new DownloadJobFixture(content(3 * MIB));
    const source = fixture.source();
    source.die();
    const job = await fixture.startUntil("transferring", { giveUpAfterMs: 60_000 });
    fixture.sendSources();
    await fixture.until("it has none", () => job.note() === "waiting for secondary 1");
    const stranded = fixture.logged.filter((line) => line.startsWith("stranded"));
    expect(stranded).toHaveLength(1);
    expect(stranded[0]).toContain(`${NAME}: no secondary delivers now; waiting for one to come back (secondary 1`);
    source.listen();
    await fixture.until("a piece has come", () => (job.stats()?.doneBytes ?? 0) > 0);
    expect(job.note()).toBe("1 source");
    source.die();
    await fixture.until("the source is lost", () => job.stats()?.readySources === 0);
    expect(job.note()).toBe("connecting to the secondaries");
    source.listen();
    await fixture.until("it reports", () => job.state === "reporting");
    fixture.central.send({ type: "counted", download: job.id });
    await fixture.end(job);
  });

  test("a secondary that sends a wrong piece is accused", async () => {
    fixture.source({ script: (_piece, count) => (count === 0 ? "wrong bytes" : "honest") });
    const job = await fixture.startUntil("transferring", { giveUpAfterMs: 60_000 });
    fixture.sendSources();
    await fixture.until("it reports", () => job.state === "reporting");
    const { id } = fixture.file.version;
    expect(fixture.central.all("accuse")).toEqual([{ type: "accuse", id, piece: 0, number: 1 }]);
    fixture.central.send({ type: "counted", download: job.id });
    const { result } = await fixture.end(job);
    expect(result.sources).toMatchObject([{ number: 1, faults: 1 }]);
  });

  test("a secondary that sent nothing but garbage is in the result, and not in the report", async () => {
    fixture.stop();
    fixture = new DownloadJobFixture(content(3 * MIB));
    fixture.source();
    fixture.source({ script: () => "garbage" });
    const job = await fixture.startUntil("transferring", { giveUpAfterMs: 60_000 });
    fixture.sendSources();
    await fixture.until("the central has the report", () => fixture.central.all("finish").length > 0);
    expect(lastReport()).toMatchObject({ outcome: "done", sources: [1] });
    fixture.central.send({ type: "counted", download: job.id });
    const { result } = await fixture.end(job);
    expect(result.sources.map(({ number, faults = 0 }) => [number, faults > 0])).toEqual([
      [1, false],
      [2, true],
    ]);
  });

  test("sources of another file or version are not its own", async () => {
    const source = fixture.source();
    const job = await fixture.startUntil("transferring");
    const { id } = fixture.file.version;
    const sources = [{ number: 1, ...source.address, partial: false }];
    fixture.central.send({ type: "sources", name: "other", id, sources, superseded: false });
    fixture.central.send({ type: "sources", name: NAME, id: "f".repeat(64), sources, superseded: false });
    await fixture.pass(500);
    expect(source.greetings).toBe(0);
    job.cancel();
    await fixture.end(job);
  });

  test("it fails when there is no source for as long as it may wait", async () => {
    const job = await fixture.startUntil("transferring", { giveUpAfterMs: 3000 });
    const { result, failure, partFile } = await fixture.end(job);
    expect([result.event, failure, partFile]).toEqual(["failed", "failed", null]);
    await fixture.until("the central hears of it", () => fixture.central.all("finish").length > 0);
    expect(lastReport()).toMatchObject({ outcome: "failed" });
  });
});

describe("the report of a download that is done", () => {
  test("is left with a secondary while the central is away", async () => {
    const job = await reporting();
    fixture.central.stop();
    fixture.sources[0]?.die();
    const kept: string[] = [];
    fixture.keepReports(kept);
    const { failure } = await fixture.end(job);
    expect(failure).toBeNull();
    expect(kept).toEqual([job.id]);
    expect(fixture.logged.filter((line) => line.startsWith("unreported"))).toEqual([]);
  });

  test("is given up with a warning when nobody takes it for as long as it may wait", async () => {
    fixture.source();
    const job = await fixture.startUntil("transferring", { giveUpAfterMs: 5000 });
    fixture.sendSources();
    await fixture.until("it reports", () => job.state === "reporting");
    fixture.central.stop();
    fixture.sources[0]?.die();
    const { result, failure } = await fixture.end(job);
    expect([result.event, failure]).toEqual(["done", null]);
    expect(fixture.logged).toContain(
      `unreported: ${NAME} is whole, but nobody could be told of it: it is missing in the statistics`,
    );
  });
});
