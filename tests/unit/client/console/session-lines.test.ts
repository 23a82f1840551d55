import { beforeEach, expect, test } from "bun:test";
import { CentralUnreachable } from "../../../../src/client/central-errors.ts";
import type { CentralSession } from "../../../../src/client/central-session.ts";
import { SessionLines, withoutSessionLines } from "../../../../src/client/console/session-lines.ts";
import type { SecondaryStatus } from "../../../../src/protocol/messages/client.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

let said: string[];
let downloads: { count: number };
let secondaries: Pick<SecondaryStatus, "state" | "files">[] | null;
/** Why the central does not serve; empty where it does. */
let missing: string;
let clock: FakeClock;

const note = (event: string, text: string) => void said.push(`${event}: ${text}`);
const log = { info: note, warn: note, error: note };

beforeEach(() => {
  said = [];
  downloads = { count: 0 };
  secondaries = [];
  missing = "";
  clock = new FakeClock();
});

function lines(): SessionLines {
  const state = async () => {
    if (secondaries === null) throw new CentralUnreachable("away again");
    return { secondaries, missing, synchronized: missing === "" } as unknown as Awaited<
      ReturnType<CentralSession["state"]>
    >;
  };
  return new SessionLines({ clock, log, session: { state, address: "10.0.0.1:50000" }, downloads });
}

async function connected(awayMs: number | null): Promise<string[]> {
  lines().connected(awayMs);
  await Bun.sleep(0);
  return said;
}

test("a connection is told with the address, the secondaries and the files", async () => {
  secondaries = [
    { state: "copying", files: 3 },
    { state: "in step", files: 12 },
    { state: "lost", files: 12 },
  ];
  expect(await connected(null)).toEqual([
    "connected: connected to the central 10.0.0.1:50000: 2 of 3 secondaries, 12 files",
  ]);
});

test("how many files there are is told by one that has all; of what is not known nothing is told", async () => {
  secondaries = [{ state: "copying", files: 3 }];
  expect(await connected(null)).toEqual(["connected: connected to the central 10.0.0.1:50000: 1 of 1 secondary"]);
});

test("a central that was away at first, and has no secondary, is not said to be there again", async () => {
  expect(await connected(22_000)).toEqual([
    "connected: connected to the central 10.0.0.1:50000: no secondary has registered yet",
  ]);
});

test("a connection that comes back is told with how long it was away, and how many downloads go on", async () => {
  downloads.count = 2;
  secondaries = [{ state: "in step", files: 1 }];
  const told = lines();
  told.connected(null);
  await Bun.sleep(0);
  said = [];
  told.connected(72_000);
  await Bun.sleep(0);
  expect(said).toEqual([
    "connected: connected again to the central 10.0.0.1:50000 after 1 min 12 s: 1 of 1 secondary, 1 file; 2 downloads go on",
  ]);
});

test("nothing is told of a central that is away again before it has answered", async () => {
  secondaries = null;
  expect(await connected(null)).toEqual([]);
});

/** Some time passes, and what waits for it goes on. */
async function pass(ms: number): Promise<void> {
  clock.advance(ms);
  await Bun.sleep(0);
}

test("a central that does not serve yet is told with what is missing, and when it begins to", async () => {
  missing = "1 of 2 secondaries registered, 1 missing";
  secondaries = [{ state: "copying", files: 3 }];
  await connected(null);
  const first = ["connected: connected to the central 10.0.0.1:50000: 1 of 1 secondary"];
  first.push(
    "not-synchronized: the central 10.0.0.1:50000 does not serve yet: 1 of 2 secondaries registered, 1 missing",
  );
  expect(said).toEqual(first);
  await pass(60_000);
  expect(said).toEqual(first);
  missing = "";
  secondaries = [1, 2].map(() => ({ state: "in step", files: 3 }));
  await pass(2000);
  const serves = "synchronized: the central 10.0.0.1:50000 serves now: 2 of 2 secondaries, 3 files";
  expect(said).toEqual([...first, serves]);
  await pass(60_000);
  expect(said).toEqual([...first, serves]);
});

test("one that is lost before it serves tells of that once, in the session of then", async () => {
  missing = "secondary 2 is missing";
  const told = lines();
  told.connected(null);
  await Bun.sleep(0);
  told.lost("the peer closed");
  told.connected(1000);
  await Bun.sleep(0);
  missing = "";
  await pass(2000);
  await pass(2000);
  expect(said.filter((line) => line.startsWith("synchronized"))).toHaveLength(1);
  expect(said).toHaveLength(6);
});

test("a loss is told with its reason and what goes on", () => {
  lines().lost("the peer closed");
  downloads.count = 1;
  lines().lost("the peer closed");
  lines().unreachable("nobody listens there");
  const lost = "central-lost: the central 10.0.0.1:50000 is lost (the peer closed); trying again until it is back";
  expect(said).toEqual([
    ...[lost, `${lost}; 1 download goes on with the secondaries that are known`],
    "waiting: waiting for the central: nobody listens there",
  ]);
});

test("what these lines say the log does not say too", () => {
  const quiet = withoutSessionLines(log);
  quiet.warn("central-lost", "a");
  quiet.warn("waiting", "b");
  quiet.warn("not-synchronized", "b");
  quiet.warn("stranded", "c");
  quiet.info("connected", "d");
  quiet.error("fault", "e");
  expect(said).toEqual(["stranded: c", "connected: d", "fault: e"]);
});
