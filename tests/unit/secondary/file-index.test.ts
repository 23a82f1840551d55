import { expect, test } from "bun:test";
import { IndexFixture } from "./index-fixture.ts";

test("what is asked of an index that does not run is refused like everything else that fails: by a rejection", async () => {
  const { index, hashing } = new IndexFixture();
  const verified = await hashing.hash("/dev/null", 0);
  const asked = [
    index.install([]),
    index.remove([]),
    index.restore("a", "b", verified),
    index.renameConflict("a", "1", "b"),
    index.quarantine("a", "1", "b"),
    index.obstacleTo("a"),
    index.nearestFolder("a"),
  ];
  for (const answer of asked) await expect(answer).rejects.toThrow("the index is not running");
});
