import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { DownloadJobFixture, NAME } from "./download-job-fixture.ts";

let fixture: DownloadJobFixture;

beforeEach(() => {
  fixture = new DownloadJobFixture();
});

afterEach(() => {
  fixture.stop();
});

describe("a download whose central restarts", () => {
  test("says that it goes on while it reads what is there, and keeps its admission so", async () => {
    const reading = Promise.withResolvers<void>();
    fixture.hashing = reading.promise;
    fixture.putFile(fixture.file.bytes);
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
    reading.resolve();
    const { result, failure } = await fixture.end(job);
    expect([result.event, failure]).toEqual(["done", null]);
  });
});
