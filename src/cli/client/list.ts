import { arrange, type ListingOptions, SORT_KEYS } from "../../client/selection/listing.ts";
import { type SelectionQuery, select, unmatchedText } from "../../client/selection/selection.ts";
import { listTable } from "../../client/tables.ts";
import type { ListedFile } from "../../protocol/messages/client.ts";
import { say } from "../../sentences/sentence.ts";
import { EXIT } from "../exit-codes.ts";
import { UsageError } from "../flags/check-arguments.ts";
import type { Values } from "../flags/values.ts";
import type { ExitStatus } from "../signals.ts";
import { askCentral } from "./question.ts";
import { stdoutColumns } from "./shown-text.ts";

/** More files than that no central has. */
const MAX_LIMIT = 1_000_000_000;

/** `redes client list` */
export function clientList(values: Values): Promise<ExitStatus> {
  const texts = values.positionals;
  const wanted: SelectionQuery = texts.length === 0 ? { kind: "all" } : { kind: "texts", texts };
  const options = listingOptions(values);
  const tree = values.has("tree");
  const json = values.has("json");
  if (tree && json)
    throw new UsageError(
      say("{one} and {other}: give one of them", { one: values.written("tree"), other: values.written("json") }),
    );
  return askCentral(values, async ({ session, whole }) => {
    const { files, unmatched } = await whole(() => select(session, wanted));
    const problems = unmatched.map(unmatchedText);
    const code = unmatched.length > 0 ? EXIT.noSuchFile : EXIT.done;
    if (json) return { text: JSON.stringify(arrange(files, options).map(listed), null, 2), problems, code };
    const text = files.length === 0 && unmatched.length > 0 ? "" : null;
    const columns = stdoutColumns();
    return { text: text ?? listTable(files, { ...options, tree, columns }), problems, code };
  });
}

function listingOptions(values: Values): ListingOptions {
  return {
    sort: values.oneOf("sort", SORT_KEYS, "name"),
    reverse: values.has("reverse"),
    limit: values.has("limit") ? values.whole("limit", 1, MAX_LIMIT, 1) : null,
  };
}

/** `hash` is the old name of the id. Hashes of the whole file are there where they are known. */
function listed({ name, size, id, blake3, sha256, sources }: ListedFile): unknown {
  const whole = { ...(blake3 === null ? {} : { blake3 }), ...(sha256 === null ? {} : { sha256 }) };
  return { name, size, id, hash: id, sources, ...whole };
}
