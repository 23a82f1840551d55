import type { Digest } from "../people/content.ts";
import { originalName } from "../people/history.ts";
import type { Invariant, Observed } from "./invariant.ts";

/** Every version that nobody has replaced is there: under its name, as a conflict file or as a kept one. */
export const nothingLost: Invariant = {
  name: "no version is lost",
  atRest(observed) {
    const found = findAll(observed);
    for (const [name, { tips }] of observed.history.records) {
      const lost = [...tips].find((version) => !found.get(name)?.has(version));
      if (lost) return `${name}: version ${lost} is nowhere`;
    }
    return null;
  },
};

/** The versions that are anywhere, by the names that they were made under. */
function findAll({ world, contents }: Observed): Map<string, Set<Digest>> {
  const found = new Map<string, Set<Digest>>();
  const add = (name: string, version: Digest) => {
    const versions = found.get(originalName(name)) ?? new Set();
    found.set(originalName(name), versions.add(version));
  };
  for (const { backing } of world.disks) {
    for (const [name, { digest }] of contents.read(backing)) add(name, digest);
    for (const [name, versions] of contents.kept(backing)) for (const version of versions) add(name, version);
  }
  return found;
}
