import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { started } from "../index-fixture.ts";

/** Puts a file that was sent; `meanwhile` gets its path right after it has got its name. */
async function put(meanwhile: (path: string) => void) {
  const renameNoReplace = async (from: string, to: string) => {
    await systemDisk.renameNoReplace(from, to);
    if (to.endsWith("film")) meanwhile(to);
  };
  const fixture = await started({}, { disk: { renameNoReplace } });
  const from = path.join(fixture.folder, ".redes", "sent");
  fs.mkdirSync(path.dirname(from), { recursive: true });
  fs.writeFileSync(from, "as it was sent");
  const verified = await fixture.hashing.hash(from, fs.statSync(from).size);
  const result = await fixture.index.put("film", from, verified, null);
  await fixture.index.flush();
  const known = fixture.index.get("film")?.id;
  await fixture.index.stop();
  return { result, isKnown: known === verified.id };
}

test("a file that was sent has its name and is known", async () => {
  expect(await put(() => {})).toEqual({ result: "put", isKnown: true });
});

test("nobody is told that it has, when somebody writes to it at that moment", async () => {
  expect(await put((film) => fs.appendFileSync(film, " and more"))).toEqual({ result: "changing", isKnown: false });
});
