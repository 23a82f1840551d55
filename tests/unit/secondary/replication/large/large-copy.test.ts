import { expect, test } from "bun:test";
import { MIB } from "../../../../../src/platform/units.ts";
import { drive } from "../../../../support/drive.ts";
import { content } from "../../../transfer/content.ts";
import { ScriptedSource } from "../../../transfer/scripted-source.ts";
import { ReplicatorFixture } from "../replicator-fixture.ts";

test("a large file that no source gives is given back, to be ordered again soon", async () => {
  const fixture = new ReplicatorFixture();
  fixture.order(new Map([["film", content(3 * MIB)]]), [{ number: 1, host: "s1", port: 50_001 }]);
  await drive(fixture.clock, "it is given back", () => fixture.unfetched.length > 0, 500);
  expect(fixture.unfetched).toMatchObject([{ name: "film", lasting: false }]);
  await fixture.replicator.stop();
});

test("the log has one line about a large file: the copy's own, with its speed", async () => {
  const logged: boolean[] = [];
  const fixture = new ReplicatorFixture({
    install: async (files, logCopied) => {
      logged.push(logCopied);
      return files.map(() => "installed");
    },
  });
  const film = content(3 * MIB);
  const source = new ScriptedSource(fixture.clock, fixture.network, 1, film);
  fixture.order(new Map([["film", film]]), [{ number: 1, ...source.address }]);
  const copied = () => fixture.log.filter((line) => line.startsWith("copied film: 3.0 MiB in "));
  const began = fixture.clock.now();
  await drive(fixture.clock, "it is here", () => copied().length > 0);
  const seconds = (fixture.clock.now() - began) / 1000;
  const [, rate] = /, ([\d.]+) MiB\/s$/.exec(copied()[0] ?? "") ?? [];
  expect(Number(rate)).toBeGreaterThanOrEqual(Math.floor(3 / seconds));
  expect([copied().length, logged]).toEqual([1, [false]]);
  await fixture.replicator.stop();
});
