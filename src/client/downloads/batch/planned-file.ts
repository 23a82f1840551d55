import { saidBytes } from "../../../platform/units.ts";
import type { ListedFile } from "../../../protocol/messages/client.ts";
import { counted, english, type Sentence, say, type Told } from "../../../sentences/sentence.ts";
import { toldOf } from "../../../sentences/sentence-error.ts";
import { shownBytes } from "../../../text/shown/numbers.ts";
import { shown } from "../../../text/shown/sentence.ts";
import { checkDestination, type Destination, type DestinationDeps, destinationLabel } from "../destination.ts";

/** What a get would do with a file: `compare` reads the one that is there first, and `refuse` needs `force`. */
type PlannedAction = "download" | "skip" | "compare" | "replace" | "refuse";

/** A file that a get would look after. Its size is in bytes. */
export interface PlannedFile {
  readonly event: "planned";
  readonly action: PlannedAction;
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly id: string;
  /** Why it cannot be there; absent where nothing is in the way. */
  readonly error?: Told;
}

/** Looks what a get would do, without reading a file or changing anything. */
export async function planFile(
  deps: DestinationDeps,
  destination: Destination,
  { name, size, id }: ListedFile,
  force: boolean,
): Promise<PlannedFile> {
  const file = { event: "planned", name, path: destinationLabel(destination), size, id } as const;
  if (destination.kind !== "file") return { ...file, action: "download" };
  try {
    const found = await checkDestination(deps, destination, { id, size });
    if (found === "nothing") return { ...file, action: "download" };
    if (found === "same size") return { ...file, action: "compare" };
    if (found === "other") return otherwise(file, force);
    return { ...file, action: force ? "compare" : "skip" };
  } catch (error) {
    return { ...file, action: "refuse", error: toldOf(error) };
  }
}

function otherwise(file: Omit<PlannedFile, "action">, force: boolean): PlannedFile {
  if (force) return { ...file, action: "replace" };
  return {
    ...file,
    action: "refuse",
    error: say("{path} exists with other content: it would need --force", { path: file.path }),
  };
}

const WORDS: Readonly<Record<Exclude<PlannedAction, "refuse">, Sentence>> = {
  download: say("would be downloaded"),
  skip: say("is there already"),
  compare: say("is there with that size, and would be compared"),
  replace: say("would replace what is there"),
};

/** A line of JSON. */
export function plannedJson(file: PlannedFile): object {
  return file.error === undefined ? file : { ...file, error: english(file.error) };
}

/** A line for people. */
export function plannedText({ action, name, size, path, error = "" }: PlannedFile): string {
  const place = path === "-" || path === name ? "" : ` → ${path}`;
  return `${name}${place} (${shownBytes(size)}): ${shown(action === "refuse" ? error : WORDS[action])}`;
}

/** A line for people about all of them. */
export function planText(files: readonly PlannedFile[]): string {
  const of = (...actions: readonly PlannedAction[]) => files.filter(({ action }) => actions.includes(action));
  const wanted = of("download", "replace");
  const bytes = wanted.reduce((sum, { size }) => sum + size, 0);
  const [present, compared, refused] = [of("skip").length, of("compare").length, of("refuse").length];
  const parts = [
    ...(present > 0 ? [say("{present} there already", { present })] : []),
    ...(compared > 0 ? [say("{compared} to be compared", { compared })] : []),
    ...(refused > 0 ? [say("{refused} in the way", { refused })] : []),
  ];
  const all = say("{files} to download, {bytes}", { files: counted(wanted.length, "file"), bytes: saidBytes(bytes) });
  return [all, ...parts].map(shown).join("; ");
}
