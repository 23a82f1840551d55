import { afterEach, beforeEach, expect, test } from "bun:test";
import { UploadJob } from "../../../../src/client/uploads/upload-job.ts";
import { RateLimiter } from "../../../../src/platform/pacing/rate-limiter.ts";
import { TokenBucket } from "../../../../src/platform/pacing/token-bucket.ts";
import { PieceServer } from "../../../../src/secondary/serving/piece-server.ts";
import { driveThrough } from "../../../support/drive.ts";
import { SECONDARY } from "../../secondary/uploads/upload-fixture.ts";
import { FILE, UploadJobFixture } from "./upload-job-fixture.ts";

let setup: UploadJobFixture;

beforeEach(() => {
  setup = new UploadJobFixture();
});

afterEach(() => setup.stop());

test("a secondary takes a file no faster than its limit, and a client that waits for that for minutes is not cut off", async () => {
  const { clock } = setup.secondary.index;
  const limiter = () => new RateLimiter({ clock, now: () => clock.now() }, new TokenBucket());
  const limits = { upload: limiter(), copies: limiter(), download: limiter() };
  const RATE = 6 * 1024;
  limits.download.setRate(RATE);
  const limited = new PieceServer(setup.secondary.network, { ...setup.secondary.serverDeps, limits }, 10);
  await setup.secondary.start();
  setup.secondary.server.stop();
  await driveThrough(clock, limited.start(SECONDARY));
  const began = clock.now();
  const one = setup.job();
  const done = await driveThrough(clock, one.ended, 200);
  limited.stop();
  expect(done.result).toMatchObject({ event: "done", sentBytes: FILE.version.size, resumedBytes: 0 });
  expect(setup.asked).toHaveLength(1);
  const seconds = (clock.now() - began) / 1000;
  expect(seconds).toBeGreaterThan(FILE.version.size / RATE - 0.1);
  expect(seconds).toBeLessThan((1.1 * FILE.version.size) / RATE);
});

test("a client that its own limit holds back for minutes keeps its place at the secondary", async () => {
  await setup.secondary.start();
  const { clock } = setup.secondary.index;
  const sending = new RateLimiter({ clock, now: () => clock.now() }, new TokenBucket());
  sending.setRate(100 * 1024);
  // As if others were to be sent before it.
  sending.consume(200 * 100 * 1024);
  const done = await driveThrough(clock, new UploadJob({ ...setup.deps, sending }, setup.options).ended, 200);
  expect(done.result).toMatchObject({ event: "done", sentBytes: FILE.version.size, resumedBytes: 0 });
  expect(setup.asked).toHaveLength(1);
});
