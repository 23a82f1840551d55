import type { Registry } from "../../../src/central/registry/registry.ts";
import type { Messages } from "../../../src/protocol/messages/messages.ts";
import type { KnownVersions } from "./known-versions.ts";
import type { ModelSecondary } from "./model-secondary.ts";
import type { UserEdits } from "./user-edits.ts";

/** What must be true of the central's messages. Each function throws with what is wrong. */

interface Observed {
  readonly registry: Registry;
  readonly edits: UserEdits;
  readonly known: KnownVersions;
  at(index: number): ModelSecondary;
}

/** A copy is ordered from others that are present and hold the version. */
export function checkCopyOrder(
  { registry }: Pick<Observed, "registry">,
  to: number,
  { sources, files }: Messages["fetch"],
): void {
  const named = new Set(sources.map(({ number }) => number));
  for (const { name, id, at } of files) {
    if (at.length === 0) throw new Error(`an order of ${name} without a source`);
    for (const number of at) {
      const record = registry.secondaries.get(number);
      const fine = number !== to && named.has(number) && record?.isPresent;
      if (!fine || record.heldVersion(name)?.id !== id) throw new Error(`${name} is ordered from ${number}`);
    }
  }
}

/** Neither a copy that is only behind nor one made from the cluster's version is renamed as a conflict. */
export function checkRename(observed: Observed, to: number, { name, id }: Messages["conflict"]): void {
  const { registry, edits, known } = observed;
  const content = observed.at(to - 1).contents.get(name);
  const entry = registry.catalogue.get(name);
  if (!entry || content?.file.id !== id) return;
  const holders = known.heldAs(name, entry.id).filter(({ file }) => !file.changed);
  // Two centrals may have numbered it, neither knowing of the other.
  if ([content, ...holders].some((each) => [...each.edits].some((edit) => edits.isForgotten(edit)))) return;
  if (content.file.changed) {
    // The version from which it was made may never have been announced to the central.
    if (edits.isMadeTwice(name, entry.id)) return;
    const history = edits.withHistory(content.edits);
    if (holders.length > 0 && holders.every((each) => [...each.edits].every((edit) => history.has(edit)))) {
      throw new Error(`${name} of secondary ${to} was made of the cluster's version, and becomes a conflict`);
    }
  } else if (content.file.vector !== "") {
    // A user elsewhere may have put the same content over another one.
    const own = [...known.editsOf(name, id)];
    for (const holder of holders) {
      const history = edits.withHistory(holder.edits);
      if (own.every((edit) => history.has(edit))) {
        throw new Error(`${name} of secondary ${to} is only behind, and becomes a conflict`);
      }
    }
  }
}
