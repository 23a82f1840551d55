import { expect, test } from "bun:test";
import { reasonOf, secondaryStatuses } from "../../../src/central/cluster-status.ts";
import type { FiguresDirectory } from "../../../src/central/figures/cluster-figures.ts";
import type { SecondaryDirectory, SecondaryView } from "../../../src/central/registry/secondary-table.ts";
import { MAX_STATE_SAID } from "../../../src/protocol/limits.ts";
import { STOPPED } from "../../../src/protocol/messages/client.ts";
import { unwired } from "../../../src/protocol/said.ts";
import { say, type Told } from "../../../src/sentences/sentence.ts";

const FIGURES = {
  of: () => ({ room: null, rates: { clients: 0, secondaries: 0, http: 0, received: 0 } }),
  left: () => ({ files: 0, bytes: 0, seconds: null }),
} as unknown as FiguresDirectory;

function secondary(number: number, diskFault: Told | null, firstObstacle: Told = ""): SecondaryView {
  return {
    ...{ number, diskFault, isStopped: false, phase: "disk-missing", fileCount: 0, accusationCount: 0 },
    ...{
      address: { host: "10.0.0.1", port: 1 },
      copies: { obstacleCount: firstObstacle === "" ? 0 : 1, firstObstacle },
    },
  } as unknown as SecondaryView;
}

function statuses(...views: SecondaryView[]) {
  const directory: Pick<SecondaryDirectory, "sorted"> = { sorted: () => views };
  return secondaryStatuses(directory, FIGURES);
}

const away = (folder: string) => say("the shared folder {folder} is not there", { folder });

test("why a secondary is as it is, and what it cannot copy, is told in English and as a sentence", () => {
  const obstacle = say("{name}: {error}", {
    name: "f",
    error: say("the disk has no room for its {bytes}", { bytes: 7 }),
  });
  const [one] = statuses(secondary(1, away("/share"), obstacle));
  expect(one).toMatchObject({
    reason: "the shared folder /share is not there",
    obstacle: "f: the disk has no room for its 7",
  });
  const { reasonSaid, obstacleSaid } = one ?? {};
  expect(unwired({ message: "", said: reasonSaid })).toEqual(away("/share"));
  expect(unwired({ message: "", said: obstacleSaid })).toEqual(obstacle);
});

test("one of before this version told a text alone, and one that was stopped is in no trouble", () => {
  const [older, well] = statuses(secondary(1, "it is not mounted"), secondary(2, null));
  expect(older).toMatchObject({ reason: "it is not mounted" });
  expect(older).not.toHaveProperty("reasonSaid");
  expect(well).toMatchObject({ reason: "", obstacle: "" });
  expect(reasonOf({ diskFault: away("/share"), isStopped: true })).toBe(STOPPED);
});

test("of very many with long reasons a status has the English of all, and as many sentences as fit", () => {
  const views = Array.from({ length: 200 }, (_, index) => secondary(index + 1, away("f".repeat(1500))));
  const all = statuses(...views);
  expect(all.map(({ reason }) => reason.length)).toEqual(views.map(() => 500));
  const sentences = all.flatMap(({ reasonSaid }) => reasonSaid ?? []);
  const characters = sentences.reduce((sum, { length }) => sum + length, 0);
  expect(characters).toBeGreaterThan(40_000);
  expect(characters).toBeLessThanOrEqual(MAX_STATE_SAID);
});
