import type { Lacking } from "../../../http/api/central-answers.ts";
import type { Formats } from "../../format/formats.ts";
import type { Text } from "../../text/text.ts";

type NumberedServers = Extract<Lacking, { kind: "disks" }>["withoutDisk"];

/** What keeps the cluster from serving, in the words of the page. */
export function missingWords(missing: Lacking, words: Text["missing"], { number }: Pick<Formats, "number">): string {
  switch (missing.kind) {
    case "secondaries": {
      const { sharing, wanted, unregistered, withoutDisk } = missing;
      return [
        words.sharing(number(sharing), number(wanted)),
        ...(unregistered > 0 ? [words.unregistered(unregistered, number(unregistered))] : []),
        ...(withoutDisk.numbers.length > 0 ? [words.withoutDisk(...named(withoutDisk))] : []),
      ].join(" ");
    }
    case "disks":
      return words.withoutDisk(...named(missing.withoutDisk));
    case "announcements":
      return words.announcing(...named(missing.of));
    case "copies":
      return words.copies(missing.count, number(missing.count));
    case "comparison":
      return words.comparison;
    case "registration":
      return words.registration;
    case "central":
      return words.central;
  }

  /** Whether it is one, or how many others, and their numbers. */
  function named({ numbers, more }: NumberedServers): [count: number, numbers: string] {
    const shown = numbers.map(number).join(", ");
    return more ? [numbers.length + 1, words.andOthers(shown)] : [numbers.length, shown];
  }
}
