import { afterEach, expect, test } from "bun:test";
import type { ConnectionHost } from "../../../../src/transfer/connection/messages.ts";
import { content } from "../../transfer/content.ts";
import { DownloadJobFixture } from "./download-job-fixture.ts";

const SIZE = 5000;
const fixtures: DownloadJobFixture[] = [];

afterEach(() => {
  for (const fixture of fixtures.splice(0)) fixture.stop();
});

/** A download, whole, of a client whose own thread takes files of so many bytes: where its connections were. */
async function places(near: number | null): Promise<{ asked: number[]; opened: string[] }> {
  const fixture = new DownloadJobFixture(content(SIZE));
  fixtures.push(fixture);
  const [asked, opened]: [number[], string[]] = [[], []];
  const { connections } = fixture.deps;
  const host = (place: string): ConnectionHost => ({
    open(received) {
      opened.push(place);
      return connections.open(received);
    },
  });
  const admit = (bytes: number) => {
    asked.push(bytes);
    return bytes <= (near ?? 0) ? host("near") : null;
  };
  Object.assign(fixture.deps, { connections: host("threads"), ...(near === null ? {} : { near: { admit } }) });
  fixture.source();
  const job = await fixture.startUntil("transferring");
  fixture.sendSources();
  await fixture.until("it reports", () => job.state === "reporting");
  return { asked, opened };
}

test("the connections of a file that this thread admits run here", async () => {
  expect(await places(SIZE)).toEqual({ asked: [SIZE], opened: ["near"] });
});

test("those of others run where they do without one that admits files", async () => {
  expect(await places(SIZE - 1)).toEqual({ asked: [SIZE], opened: ["threads"] });
  expect(await places(null)).toEqual({ asked: [], opened: ["threads"] });
});
