import { expect, test } from "bun:test";
import { join } from "node:path";
import { CentralStore, type DownloadCount } from "../../../src/central/store.ts";
import { systemRandom } from "../../../src/platform/random.ts";
import { temporaryFolder } from "../../support/folder.ts";

test("counts come in each order, a page after the other", () => {
  const store = new CentralStore(join(temporaryFolder(), "central.sqlite"), systemRandom);
  const files = new Map([
    ["a", 2],
    ["b", 7],
    ["c", 2],
    ["d", 1],
  ]);
  store.importLegacy({ files, clients: new Map() });
  const namesBy = (sort: "name" | "downloads", order: "asc" | "desc") => {
    const names: string[] = [];
    for (let after: DownloadCount | null = null; ; ) {
      const rows: DownloadCount[] = store.downloadPage("files", { sort, order }, after, 3);
      names.push(...rows.map(({ name }) => name));
      after = rows.at(-1) ?? null;
      if (after === null) return names.join("");
    }
  };
  expect(namesBy("name", "asc")).toBe("abcd");
  expect(namesBy("name", "desc")).toBe("dcba");
  expect(namesBy("downloads", "asc")).toBe("dacb");
  expect(namesBy("downloads", "desc")).toBe("bcad");
  store.close();
});
