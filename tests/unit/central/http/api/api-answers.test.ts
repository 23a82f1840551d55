import { afterEach, beforeEach, expect, test } from "bun:test";
import * as v from "valibot";
import type { Central } from "../../../../../src/central/central.ts";
import { SAMPLE_MS } from "../../../../../src/central/figures/throughput.ts";
import {
  CentralApiAnswers,
  MAX_KEPT_QUESTIONS,
  type ShownCentral,
} from "../../../../../src/central/http/api/api-answers.ts";
import { filesQuery, folderQuery, statisticsQuery } from "../../../../../src/http/api/central-queries.ts";
import type { NotDone } from "../../../../../src/http/api/operation.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";
import { inEnglish } from "../../../../support/in-english.ts";
import { CentralAtRest } from "../../central-at-rest.ts";
import { held, id, join, newRegistry } from "../../fixtures.ts";
import { joinWithHttp, webAddress } from "../fixture.ts";

const NO_REPAIRS = { wrongPieces: 0, repairedPieces: 0, damaged: 0, repaired: 0, waiting: 0 };
const NO_FLOW = { toClients: 0, toSecondaries: 0, overHttp: 0, received: 0 };

let fixture: CentralAtRest;
let central: Central;
let api: CentralApiAnswers;

beforeEach(() => {
  fixture = new CentralAtRest();
  ({ central } = fixture);
  api = new CentralApiAnswers(central, "1.2");
});

afterEach(() => fixture.stop());

/** A secondary tells that it has received and sent to clients so many bytes in two seconds. */
function tell(number: number, bytes: number): void {
  const traffic = { ...NO_FLOW, milliseconds: 2000, toClients: bytes, received: bytes };
  const room = { total: 100, free: 40 };
  central.figures.told(number, { type: "figures", room, traffic, copied: 0, repairs: NO_REPAIRS });
}

test("the cluster in a few numbers", async () => {
  const { registry, admission } = central;
  expect(await api.status()).toMatchObject({ serving: false, missing: expect.any(String), files: 0 });
  join(registry, 1, [held("f", "1"), held("g", "2")]);
  expect(await api.status()).toMatchObject({ serving: true, missing: null });
  join(registry, 2);
  join(registry, 3);
  registry.secondaryLost(3, 0);
  registry.advance(0);
  tell(2, 4);
  for (const download of ["a", "b"]) fixture.ask(download);
  admission.setLimit(2);
  fixture.ask("c");
  expect(await api.status()).toEqual({
    ...{ role: "central", version: "1.2", serving: false, files: 2, bytes: 20 },
    missing: "2 copies of files still to be made",
    lacks: { kind: "copies", count: 2 },
    ...{ secondaries: { known: 3, present: 2 }, sessions: { clients: 0, secondaries: 0 } },
    rates: { ...NO_FLOW, toClients: 2, received: 2 },
    copies: { pending: 2, bytes: 20, seconds: 10 },
    downloads: { active: 2, waiting: 1, limit: 2 },
  });
  admission.setLimit(0);
  expect(await api.status()).toMatchObject({ downloads: { limit: null } });
});

test("each secondary, in the order of their numbers, with what it has told", async () => {
  const { registry } = central;
  joinWithHttp(registry, 2, [held("f", "1")]);
  join(registry, 1);
  registry.advance(0);
  registry.accuse(2);
  tell(2, 10);
  const { secondaries } = await api.secondaries();
  expect(secondaries).toEqual([
    {
      ...{ number: 1, address: "h:1", http: null, state: "copying", reason: null, files: 0, accusations: 0 },
      copies: { pending: 1, bytes: 10, seconds: null, obstructed: 0, obstacle: null },
      ...{ room: null, rates: null, repairs: null },
    },
    {
      ...{ number: 2, address: "h:2", http: webAddress(2), state: "in step", reason: null, files: 1, accusations: 1 },
      copies: { pending: 0, bytes: 0, seconds: 0, obstructed: 0, obstacle: null },
      ...{ room: { total: 100, free: 40 }, rates: { ...NO_FLOW, toClients: 5, received: 5 }, repairs: NO_REPAIRS },
    },
  ]);
});

test("what is sent and received is a sample every ten seconds, from the start on", async () => {
  join(central.registry, 1);
  expect(await api.throughput({ samples: 9 })).toEqual({ interval: 10, until: null, secondaries: [] });
  const cancel = api.sampleThroughput();
  tell(1, 1000);
  fixture.clock.advance(SAMPLE_MS);
  tell(1, 3000);
  fixture.clock.advance(SAMPLE_MS);
  cancel();
  fixture.clock.advance(SAMPLE_MS);
  expect(await api.throughput({ samples: 9 })).toEqual({
    interval: 10,
    until: fixture.clock.wall() - SAMPLE_MS,
    secondaries: [{ number: 1, sent: [100, 300], received: [100, 300] }],
  });
});

test("one file with all that is known of it, and one that is not there", async () => {
  const { registry } = central;
  for (const number of [3, 1]) join(registry, number, [held("f", "1", { sha256: id("5") })]);
  join(registry, 2);
  expect(await api.file("f")).toEqual({
    ...{ name: "f", size: 10, modified: 5, id: id("1"), blake3: null, sha256: id("5"), holders: 2, heldBy: [1, 3] },
    ...{ version: 1, pieceSize: 1024 * 1024, pieces: 1 },
    sources: expect.arrayContaining([1, 3].map((number) => ({ number, partial: false }))),
  });
  expect(await api.file("g")).toBeNull();
});

test("of a file that very many hold the first are named, and all are counted", async () => {
  for (let number = 40; number > 0; number--) join(central.registry, number, [held("f", "1")]);
  const heldBy = Array.from({ length: 32 }, (_, index) => index + 1);
  expect(await api.file("f")).toMatchObject({ holders: 40, heldBy });
});

test("downloads that run and those that wait, with their places, as many as are asked for", async () => {
  fixture.ask("a");
  central.admission.setLimit(1);
  for (const download of ["b", "c"]) fixture.ask(download);
  fixture.clock.advance(2000);
  central.admission.progress("a", 50, [2], fixture.clock.now());
  const common = { client: "ana", name: "f", id: id("1"), size: 100 };
  const waiting = { ...common, bytes: 0, rate: null, left: null, sources: [], state: "waiting", seconds: null };
  const { downloads, more } = await api.downloads({ limit: 3 });
  expect(downloads).toMatchObject([
    { ...common, download: "a", bytes: 50, sources: [2], state: "active", seconds: 2, position: null, estimate: null },
    { ...waiting, download: "b", position: 1, estimate: 2 },
    { ...waiting, download: "c", position: 2 },
  ]);
  expect(more).toBe(false);
  expect(await api.downloads({ limit: 2 })).toMatchObject({ downloads: { length: 2 }, more: true });
});

test.each([
  ["name", "asc", ["a", "b", "c"]],
  ["downloads", "desc", ["b", "a", "c"]],
] as const)("statistics by %s, %s, a page at a time", async (sort, order, expected) => {
  const counts = [
    ["a", 2],
    ["b", 3],
    ["c", 1],
  ] as const;
  for (const [name, count] of counts)
    for (let time = 0; time < count; time++) fixture.store.countDownload(`${name} ${time}`, "ana", name, 1);
  const page = async (limit: number, cursor?: string) => {
    const { rows, next } = await api.statistics(v.parse(statisticsQuery, { sort, order, limit, cursor }));
    return { names: rows.map(({ name }) => name), next };
  };
  const first = await page(2);
  expect(first).toEqual({ names: expected.slice(0, 2), next: expect.any(String) });
  expect(await page(2, first.next ?? "")).toEqual({ names: expected.slice(2), next: null });
  expect(await page(3)).toEqual({ names: [...expected], next: null });
});

test("of many who ask what is kept some are answered at a time, since each question goes to every secondary", async () => {
  const answers: (() => void)[] = [];
  const list = () => new Promise((resolve) => answers.push(() => resolve({ versions: [], more: false, silent: [] })));
  const central = { deps: { clock: new FakeClock() }, registry: newRegistry(), keptFiles: { list } };
  const api = new CentralApiAnswers(central as unknown as ShownCentral, "1.0.0");
  const asked = Array.from({ length: 3 * MAX_KEPT_QUESTIONS }, () => api.kept({ limit: 10 }));
  for (let turn = 1; turn <= 3; turn++) {
    await Bun.sleep(0);
    expect(answers.length).toBe(MAX_KEPT_QUESTIONS);
    for (const answer of answers.splice(0)) answer();
  }
  expect(await Promise.all(asked)).toHaveLength(3 * MAX_KEPT_QUESTIONS);
});

test("while not all files are known, no list of them is given, and none is said not to be there", async () => {
  const serving = { unlisted: () => "secondary 2 is away" };
  const later = new CentralApiAnswers(Object.assign(Object.create(central) as Central, { serving }), "1.2");
  join(central.registry, 1, [held("d/f", "1")]);
  const reason = "not all files are known yet: secondary 2 is away";
  const notDone: NotDone = { notDone: 503, reason, headers: { "retry-after": "2" } };
  const files = v.parse(filesQuery, {});
  expect(inEnglish(await Promise.all([later.files(files), later.file("g")]))).toEqual([notDone, notDone]);
  expect(inEnglish(await later.folderEntries("d", v.parse(folderQuery, {})))).toEqual(notDone);
  expect(await later.file("d/f")).toMatchObject({ name: "d/f" });
});
