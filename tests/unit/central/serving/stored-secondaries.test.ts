import { expect, test } from "bun:test";
import path from "node:path";
import { CentralStore } from "../../../../src/central/store.ts";
import { systemRandom } from "../../../../src/platform/random.ts";
import { temporaryFolder } from "../../../support/folder.ts";

test("which secondaries belong to the cluster is remembered, with where they were last, until they are forgotten", () => {
  const file = path.join(temporaryFolder(), "central.sqlite");
  const first = new CentralStore(file, systemRandom);
  for (const number of [3, 1]) first.rememberSecondary({ number, host: "10.0.0.1", port: number });
  first.rememberSecondary({ number: 3, host: "10.0.0.2", port: 4 });
  first.rememberSecondary({ number: 2, host: "10.0.0.3", port: 5 });
  first.forgetSecondary(2);
  first.close();
  const again = new CentralStore(file, systemRandom);
  expect(again.loadState().secondaries).toEqual([
    { number: 1, host: "10.0.0.1", port: 1 },
    { number: 3, host: "10.0.0.2", port: 4 },
  ]);
  again.close();
});
