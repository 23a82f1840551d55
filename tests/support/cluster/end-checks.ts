import type { HeldFile } from "../../../src/protocol/messages/secondary.ts";
import { conflictName } from "../../../src/protocol/name.ts";
import { ownEdit } from "../../../src/protocol/versions/edits.ts";
import type { ModelCluster } from "./model-cluster.ts";
import type { UserEdit } from "./user-edits.ts";

/** What must be true in the end. Each function throws with what is wrong. */

/** In the end all folders hold the same, nothing that a user put there is lost, and nothing removed is there again. */
export function checkEnd({ secondaries, edits, removedNames, registry }: ModelCluster): void {
  const [first, ...others] = secondaries;
  if (!first) throw new Error("no secondaries");
  const listing = listingOf(first.files());
  for (const other of others) {
    const different = listingOf(other.files());
    if (different !== listing) throw new Error(`not the same:\n${listing}\n---\n${different}`);
  }
  const survives = ({ name, id }: UserEdit) =>
    [name, conflictName(name, id)].some((candidate) => first.file(candidate)?.id === id);
  for (const edit of edits.expected()) {
    if (!survives(edit)) throw new Error(`${edit.id.slice(0, 8)} of ${edit.name} is lost; there is:\n${listing}`);
  }
  for (const name of removedNames) if (first.file(name)) throw new Error(`${name} was removed and is there again`);
  const given = edits.names();
  for (const { name } of first.files()) if (!given.has(name)) throw new Error(`nobody gave the name ${name}`);
  if (registry.catalogue.size !== first.contents.size)
    throw new Error("the catalogue has other files than the folders");
  const bytes = [...registry.catalogue.after(null)].reduce((sum, { size }) => sum + size, 0);
  if (registry.catalogue.bytes !== bytes)
    throw new Error(`the catalogue has ${bytes} bytes, and counts ${registry.catalogue.bytes}`);
}

/** It does not matter in which order the secondaries come to a central that knows nothing yet. */
export function checkArrivalOrder(cluster: ModelCluster): void {
  const { secondaries } = cluster;
  const names = new Set(secondaries.flatMap(({ contents }) => [...contents.keys()]));
  const registries = [secondaries, [...secondaries].reverse()].map((arriving) => {
    const registry = cluster.newRegistry([]);
    for (const secondary of arriving) {
      const { number } = secondary;
      registry.register({ number, instance: "", host: "h", port: 1, removal: 0, http: null });
      registry.announce(number, 1, [...secondary.files()], [], true, 0);
    }
    return registry;
  });
  for (const name of names) {
    const files = orderedFiles(cluster, name);
    const ids = new Set(registries.map((registry) => registry.catalogue.get(name)?.id));
    if (!files || ids.size === 1) continue;
    const found = files.map(({ id, vector, edits }) => `${id.slice(0, 8)} ${vector} (${edits})`).join("\n");
    throw new Error(`which ${name} is the cluster's depends on who comes first:\n${found}`);
  }
}

/** The files of a name, where they have an order that does not depend on who comes first; null otherwise. */
function orderedFiles({ secondaries, edits }: ModelCluster, name: string): HeldFile[] | null {
  const contents = secondaries.flatMap((secondary) => secondary.contents.get(name) ?? []);
  if (contents.some((content) => [...content.edits].some((edit) => edits.isForgotten(edit)))) return null;
  const files = contents.map(({ file }) => file);
  // Versions that no central has numbered and that do not know of each other have no order.
  if (files.some(({ changed, vector }) => changed || vector === "")) return null;
  // What several users have put is a version of its own, with a number of its own once two of them have met.
  const makers = new Map(files.map((file) => [file.id, ownEdit(file)]));
  return files.some((file) => makers.get(file.id) !== ownEdit(file)) ? null : files;
}

function listingOf(files: Iterable<HeldFile>): string {
  const lines = [...files].map(({ name, id }) => `${name} ${id.slice(0, 8)}`);
  return lines.sort().join("\n");
}
