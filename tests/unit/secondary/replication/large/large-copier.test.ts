import { expect, test } from "bun:test";
import { MIB } from "../../../../../src/platform/units.ts";
import { mayStartLargeCopy } from "../../../../../src/secondary/replication/large/large-copier.ts";
import { drive } from "../../../../support/drive.ts";
import { content } from "../../../transfer/content.ts";
import { ScriptedSource } from "../../../transfer/scripted-source.ts";
import { ReplicatorFixture } from "../replicator-fixture.ts";

const LARGE = 3 * MIB;

test("another large file is begun while little is to come", () => {
  const gib = 1024 ** 3;
  expect(mayStartLargeCopy([])).toBe(true);
  expect(mayStartLargeCopy([gib])).toBe(true);
  expect(mayStartLargeCopy([gib, gib])).toBe(false);
  expect(mayStartLargeCopy([LARGE, LARGE, LARGE])).toBe(true);
  expect(mayStartLargeCopy([16 * MIB, 16 * MIB - 1])).toBe(true);
  expect(mayStartLargeCopy([16 * MIB, 16 * MIB])).toBe(false);
  expect(mayStartLargeCopy(Array.from({ length: 8 }, () => LARGE))).toBe(false);
});

test("a copy is offered the sources of its own version of its own name", async () => {
  const fixture = new ReplicatorFixture();
  const { replicator, clock, network } = fixture;
  const film = content(LARGE);
  const { id } = film.version;
  const [wrong, right] = [1, 2].map((number) => new ScriptedSource(clock, network, number, film));
  const offer = (name: string, version: string, number: number, source: ScriptedSource | undefined) => {
    if (source) replicator.sourcesChanged(name, version, [{ number, ...source.address, partial: false }], false);
  };
  fixture.order(new Map([["film", film]]), [{ number: 3, host: "s3", port: 50_003 }]);
  await drive(clock, "it is asked for", () => fixture.watched.length > 0);
  offer("film", "0".repeat(64), 1, wrong);
  offer("another", id, 1, wrong);
  const began = clock.now();
  await drive(clock, "they could have been asked", () => clock.now() > began + 1000);
  expect(wrong?.greetings).toBe(0);
  offer("film", id, 2, right);
  await drive(clock, "it is here", () => fixture.installed.has("film"));
  await replicator.stop();
});

test("another large file is begun once most of those under way has arrived, and not before", async () => {
  const fixture = new ReplicatorFixture();
  const { replicator, clock, network } = fixture;
  const films = [20 * MIB, 20 * MIB + 1, LARGE].map((size) => content(size));
  const begun = films.map((film, index) => {
    // Of the first two 8 MiB never come.
    const have = Array.from({ length: 12 }, (_, piece) => piece);
    const source = new ScriptedSource(clock, network, index + 1, film, index < 2 ? { have } : {});
    fixture.order(new Map([[`film ${index + 1}`, film]]), [{ number: index + 1, ...source.address }]);
    return replicator.queued;
  });
  expect(begun).toEqual([0, 0, 1]);
  await drive(clock, "the third one is here", () => fixture.installed.size > 0);
  expect([...fixture.installed.keys()]).toEqual(["film 3"]);
  // The others have not ended: nobody has given them back.
  expect(fixture.unfetched).toEqual([]);
  await replicator.stop();
});
