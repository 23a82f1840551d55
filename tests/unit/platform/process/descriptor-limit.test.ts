import { expect, test } from "bun:test";
import {
  centralShares,
  checkDescriptors,
  clientShares,
  httpConnections,
  secondaryShares,
} from "../../../../src/cli/server/descriptor-shares.ts";
import { descriptorLimit, parseDescriptorLimit } from "../../../../src/platform/process/descriptor-limit.ts";
import type { DescriptorShares } from "../../../../src/secondary/descriptor-shares.ts";

const limits = (soft: string) =>
  `Limit                     Soft Limit           Hard Limit           Units\n` +
  `Max processes             7                    8                    processes\n` +
  `Max open files            ${soft.padEnd(20)} 4096                 files\n`;

test("the limit is read from the system", () => {
  expect(parseDescriptorLimit(limits("64"))).toBe(64);
  expect(parseDescriptorLimit(limits("unlimited"))).toBe(1024 * 1024);
  expect(parseDescriptorLimit(limits("1073741816"))).toBe(1024 * 1024);
  expect(parseDescriptorLimit("")).toBe(1024);
  expect(descriptorLimit()).toBeGreaterThan(20);
});

test.each([48, 64, 128, 256, 1024, 4096, 20_000, 1024 * 1024])("%i are shared out, and are enough", (limit) => {
  for (const shares of [secondaryShares(limit), secondaryShares(limit, true)]) checkShares(limit, shares);
  const { threads, downloads } = clientShares(limit);
  expect(24 + 4 * threads + 10 * downloads).toBeLessThanOrEqual(limit);
  expect(centralShares(limit).connections).toBeLessThan(limit - 24);
  if (limit >= 64) expect(centralShares(limit, true).connections + httpConnections(limit)).toBeLessThan(limit - 24);
});

function checkShares(limit: number, shares: DescriptorShares): void {
  const { connections, openFiles: served, batchFiles, largeCopies: copies, httpDownloads, httpFiles } = shares;
  // Four batches of small files, and what is being put under its name; of each copy its work file twice, the journal and a connection.
  const overHttp = httpDownloads === 0 ? 0 : Math.max(httpDownloads, httpConnections(limit));
  const together = connections + served + 4 * batchFiles + 4 * copies + overHttp;
  if (limit >= 64) expect(together).toBeLessThanOrEqual(limit - 24);
  expect(Math.min(connections, served, batchFiles, copies)).toBeGreaterThan(0);
  // Slow programs do not keep clients from being served.
  expect(httpFiles).toBeLessThan(served);
}

test("HTTP takes part only where it is served", () => {
  expect(secondaryShares(64).httpDownloads).toBe(0);
  expect(secondaryShares(64, true)).toMatchObject({ httpDownloads: 3, httpFiles: 1 });
  expect(secondaryShares(20_000, true)).toMatchObject({ httpDownloads: 1000, httpFiles: 128 });
});

test("plenty changes nothing", () => {
  expect(secondaryShares(20_000)).toMatchObject({ openFiles: 256, batchFiles: 384, largeCopies: 8 });
  expect(clientShares(20_000)).toEqual({ threads: 4, downloads: 16, streams: 32 });
});

test("who has too few learns how many are needed", () => {
  expect(() => checkDescriptors("secondary", 32)).toThrow("only 32 files may be open at once");
  expect(() => checkDescriptors("secondary", 48)).not.toThrow();
});
