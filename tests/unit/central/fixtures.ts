import { Registry } from "../../../src/central/registry/registry.ts";
import type { Tombstone } from "../../../src/central/tombstones/tombstone.ts";
import type { WebAddress } from "../../../src/http/server/web-address.ts";
import type { Message, Messages, MessageType } from "../../../src/protocol/messages/messages.ts";
import type { HeldFile } from "../../../src/protocol/messages/secondary.ts";

/** A version id that begins with `text` in hexadecimal digits. */
export function id(text: string): string {
  return text.padEnd(64, "0");
}

/** A file that somebody has just put into a folder. */
export function held(name: string, version: string, changes: Partial<HeldFile> = {}): HeldFile {
  const file = {
    name,
    id: id(version),
    size: 10,
    vector: "",
    changed: true,
    edits: "",
    modified: 5,
    blake3: null,
    sha256: null,
  };
  return { ...file, ...changes };
}

/** A file that is exactly the version of a vector; "" for one that was found without history. */
export function unchanged(name: string, version: string, vector: string): HeldFile {
  return held(name, version, { vector, changed: false });
}

/** A numbered version of `f`, and an edit of it that has no number yet. */
export const first = unchanged("f", "1", "aaaaaaaa:1");
export const edited = held("f", "2", { vector: "aaaaaaaa:1" });

/** Branches one after the other: `00000001`, `00000002`. */
export function branches(): () => string {
  let last = 0;
  return () => {
    last += 1;
    return last.toString(16).padStart(8, "0");
  };
}

export function newRegistry(removals: readonly Tombstone[] = []): Registry {
  return new Registry(removals, branches());
}

/** The names of the catalogue after one of them, or all. */
export function names(registry: Registry, after: string | null): string[] {
  return [...registry.catalogue.after(after)].map(({ name }) => name);
}

/** A secondary that is registered and has announced all of its files. Gives what is sent to it and to others. */
export function join(
  registry: Registry,
  number: number,
  files: readonly HeldFile[] = [],
  removal = 0,
  http: WebAddress | null = null,
) {
  const effects = [
    ...registry.register({ number, instance: `run ${number}`, host: "h", port: number, removal, http }),
    ...registry.announce(number, 1, files, [], true, 0),
  ];
  return [...effects, ...settle(registry)];
}

/** Lets the registry do all of its work. */
export function settle(registry: Registry, now = 0) {
  const all = [];
  for (;;) {
    const { effects, unfinished } = registry.advance(now);
    all.push(...effects);
    if (!unfinished) return all;
  }
}

/** The messages of one type to one secondary. */
export function sent<T extends MessageType>(
  effects: readonly { kind: string; to?: number; message?: Message | string }[],
  to: number,
  type: T,
): Messages[T][] {
  return effects.flatMap(({ kind, to: number, message }) =>
    kind === "send" && number === to && typeof message === "object" && message.type === type
      ? [message as Messages[T]]
      : [],
  );
}

/** The record of a secondary that has registered. */
export function secondaryOf(registry: Registry, number: number) {
  const found = registry.secondaries.get(number);
  if (!found) throw new Error(`no secondary ${number}`);
  return found;
}

/** Names that a secondary is told to copy now. */
export function ordered(registry: Registry, number: number, now = 0): string[] {
  return registry.issueCopyOrders(number, now).orders.flatMap(({ files }) => files.map(({ name }) => name));
}
