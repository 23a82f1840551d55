import { USUAL_JOBS } from "../../../client/batch/job-queue.ts";
import { type Destination, destinationIn } from "../../../client/downloads/destination.ts";
import type { SelectionQuery } from "../../../client/selection/selection.ts";
import { nameFault } from "../../../protocol/name.ts";
import { counted, type Sentence, say } from "../../../sentences/sentence.ts";
import { UsageError } from "../../flags/check-arguments.ts";
import type { Values } from "../../flags/values.ts";
import { checkStdout, writeStdout } from "../../output.ts";
import { kindOf } from "../../paths.ts";
import { MAX_JOBS } from "../../server/descriptor-shares.ts";
import { widenStdout } from "../../streams/wide-stdout.ts";

/** Factor of the wait that the user gives: a server that is back within it has to start first, and to be tried. */
const WAIT_FACTOR = 1.2;

/** What `redes client get` is to do. */
export interface GetOptions {
  readonly wanted: SelectionQuery;
  readonly destination: (name: string) => Destination;
  /** Throws UsageError when so many files are meant that they cannot go where they are to go. */
  checkCount(files: number): void;
  readonly force: boolean;
  readonly giveUpAfterMs: number;
  readonly jobs: number;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export function getOptions(values: Values, folder: string): GetOptions {
  const wanted = wantedOf(values);
  const wrong = (why: Sentence) =>
    new UsageError(say("{flag}: {why}", { flag: `${values.written("output")} ${values.text("output", "")}`, why }));
  const hasOutput = values.has("output");
  if (hasOutput && wanted.kind === "all")
    throw wrong(say("it takes one file only, and not {flag}", { flag: values.written("all") }));
  if (hasOutput && wanted.kind === "texts" && wanted.texts.length > 1)
    throw wrong(say("it takes one NAME only, and there are {count}", { count: wanted.texts.length }));
  return {
    wanted,
    destination: hasOutput ? outputOf(values, wrong) : (name) => destinationIn(folder, name),
    checkCount(files) {
      if (hasOutput && files > 1)
        throw wrong(say("it takes one file only, and {files} are meant", { files: counted(files, "file") }));
    },
    force: values.has("force"),
    giveUpAfterMs: WAIT_FACTOR * values.seconds("wait", 30),
    jobs: values.whole("jobs", 1, MAX_JOBS, USUAL_JOBS),
    dryRun: values.has("dry-run"),
    json: values.has("json"),
  };
}

/** What is to be had, each text once. */
function wantedOf(values: Values): SelectionQuery {
  const texts = [...new Set(values.positionals)];
  if (values.has("all")) {
    const [first] = texts;
    if (first !== undefined)
      throw new UsageError(say("{one} and {other}: give one of them", { one: values.written("all"), other: first }));
    return { kind: "all" };
  }
  if (texts.length === 0)
    throw new UsageError(say("NAME is missing: give one or more files, named as list shows them"));
  for (const text of texts) {
    const fault = nameFault(text.replace(/\/+$/, ""));
    if (fault)
      throw new UsageError(
        say("NAME {text}: no file can be called so: {fault}", { text: JSON.stringify(text), fault }),
      );
  }
  return { kind: "texts", texts };
}

function outputOf(values: Values, wrong: (why: Sentence) => UsageError): (name: string) => Destination {
  const output = values.text("output", "");
  if (output === "-") {
    if (values.has("json")) throw wrong(say("the file and --json cannot both go to stdout"));
    checkStdout();
    widenStdout();
    return () => ({ kind: "pipe", output: writeStdout });
  }
  const kind = kindOf(output);
  if (kind === "folder" || output.endsWith("/"))
    throw wrong(say("that is a folder; it takes the path of a file, and --dir a folder"));
  // The finished download would take the place of the device.
  if (kind === "other") throw wrong(say("that is no regular file; it takes the path of a file, or - for stdout"));
  return () => ({ kind: "file", path: output });
}
