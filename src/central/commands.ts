import { nameAndNumber } from "../console/commands/argument.ts";
import type { Command } from "../console/commands/command.ts";
import { renderTable } from "../console/table.ts";
import { formatBytes, formatDuration, formatTime, plural } from "../platform/units.ts";
import { isName } from "../protocol/name.ts";
import { problemLines } from "../protocol/problem-lines.ts";
import type { Central } from "./central.ts";
import { chooseVersion } from "./operations/kept-files.ts";
import { KeptNames } from "./operations/kept-names.ts";
import type { CountKind } from "./store.ts";

/** Most rows that a command prints: a catalogue may have hundreds of thousands. */
const MAX_ROWS = 1000;
/** Most names that Tab offers. */
const MAX_NAMES = 100;

interface Printer {
  print(text: string): void;
  /** Asks whoever types at a terminal; true where nobody does. */
  confirm(question: string): Promise<boolean>;
}

/** The commands of a central's console. */
export function centralCommands(central: Central, printer: Printer): Command[] {
  const show = (headers: string[], rows: (string | number)[][], nothing: string) =>
    printer.print(rows.length === 0 ? nothing : renderTable(headers, rows));
  const tally = async (kind: CountKind, header: string) => {
    const rows = (await central.tally(kind, "", MAX_ROWS)).map(({ name, downloads }) => [name, downloads]);
    show([header, "downloads"], rows, "no downloads yet");
  };
  const keptNames = new KeptNames(central);
  const command = (name: string, aliases: string[], help: string, run: Command["run"]): Command => {
    return { name, aliases, parameter: "", help, run };
  };
  return [
    command("downloads", ["NUMERO_DESCARGAS_VIDEO"], "downloads of each file", () => tally("files", "file")),
    command("clients", ["VIDEOS_CLIENTE"], "downloads of each client", () => tally("clients", "client")),
    command("secondaries", ["SECUNDARIOS"], "the secondaries, and how they are", () => {
      const secondaries = central.secondaries();
      const blamed = secondaries.some(({ accusations }) => accusations > 0);
      const rows = secondaries.map(({ number, address, state, files, accusations }) => {
        return [number, address, state, files, ...(blamed ? [accusations] : [])];
      });
      const headers = ["number", "address", "state", "files", ...(blamed ? ["accused"] : [])];
      show(headers, rows, "no secondary has registered yet");
      for (const line of secondaries.flatMap(problemLines)) printer.print(line);
      const missing = central.missing();
      if (missing) printer.print(`not serving: ${missing}`);
    }),
    command("queue", ["COLA"], "downloads now, and those that wait", () => {
      const queue = new Map(central.downloads.queue().map(({ entry, ...place }) => [entry.download, place]));
      const rows = central.admission.downloads().map(({ download, client, name, bytes, size }) => {
        const place = queue.get(download);
        const state = place ? `place ${place.position}, ${describeEstimate(place.estimate)}` : "active";
        const percent = size === 0 ? 100 : Math.floor((bytes / size) * 100);
        return [client, name, state, place ? "" : `${percent}%`];
      });
      show(["client", "file", "state", "done"], rows, "no downloads now");
    }),
    command("files", ["LISTA_VIDEOS"], "the files, and how many have them", () => {
      const rows: (string | number)[][] = [];
      for (const entry of central.registry.catalogue.after(null)) {
        if (rows.length === MAX_ROWS) break;
        rows.push([entry.name, formatBytes(entry.size), central.registry.sources.countHolders(entry)]);
      }
      show(["file", "size", "secondaries"], rows, "no files yet");
      const more = central.registry.catalogue.size - rows.length;
      if (more > 0) printer.print(`… and ${plural(more, "file")} more`);
    }),
    command("kept", ["GUARDADOS"], "replaced and removed files, kept", async () => {
      const { versions, more, silent } = await central.kept.list(null, MAX_ROWS);
      keptNames.update(versions);
      const rows = versions.slice(0, MAX_ROWS).map(({ name, number, size, at, why, numbers }) => {
        return [name, number === 0 ? "-" : number, formatBytes(size), formatTime(at), why, numbers.join(", ")];
      });
      show(["file", "number", "size", "since", "why", "secondaries"], rows, "nothing is kept");
      if (more || versions.length > rows.length) printer.print("… and older ones");
      if (silent.length > 0) printer.print(unheard(silent));
    }),
    {
      name: "restore",
      aliases: ["RESTAURAR"],
      parameter: "NAME [N]",
      required: true,
      help: "put back what is kept (N: its number)",
      complete: (prefix) => keptNames.beginningWith(prefix, MAX_NAMES),
      async run(argument) {
        const { name, number, secondary } = await restoreKept(central, argument);
        const version = number === 0 ? "" : `, version ${number},`;
        printer.print(
          `${name}${version} is back at secondary ${secondary}, and the others copy it as the newest version`,
        );
      },
    },
    {
      name: "remove",
      aliases: ["ELIMINAR"],
      parameter: "NAME",
      required: true,
      help: "remove a file, a folder, a pattern",
      complete: (prefix) => namesWith(central, prefix),
      async run(text) {
        const { names, bytes } = await central.select(text);
        const [first] = names;
        if (first === undefined)
          throw new Error(`there is no file ${text}, no folder of that name, and nothing that it matches`);
        const what = names.length === 1 ? first : plural(names.length, "file");
        const question = `remove ${what} (${formatBytes(bytes)}) from every secondary?`;
        if (!(await printer.confirm(question))) return printer.print("nothing was removed");
        const removed = await central.remove(names);
        if (names.length > 1)
          printer.print(`${plural(removed, "file")} removed; the secondaries keep them for a while`);
      },
    },
  ];
}

/** Puts back what `NAME [NUMBER]` means, where it is kept. */
async function restoreKept(central: Central, argument: string) {
  const whole = await central.kept.list(isName(argument) ? argument : null, MAX_ROWS);
  const { name, number } = nameAndNumber(argument, (text) => whole.versions.some((version) => version.name === text));
  if (!isName(name)) throw new Error(`${JSON.stringify(name)} cannot be the name of a file`);
  const { versions, silent } = name === argument ? whole : await central.kept.list(name, MAX_ROWS);
  const version = chooseVersion(versions, number);
  if (!version) {
    const what = versions.length > 0 ? `version ${number} of ${name}` : `nothing of ${name}`;
    const unsure = silent.length > 0 ? `; ${unheard(silent)}` : "";
    throw new Error(`${versions.length > 0 ? "no secondary keeps " : "the secondaries keep "}${what}${unsure}`);
  }
  return { name, number: version.number, secondary: await central.kept.restore(version) };
}

function unheard(silent: readonly number[]): string {
  const which = plural(silent.length, "secondary", "secondaries").replace(/^\d+ /, "");
  return `${which} ${silent.join(", ")} gave no answer, or the disk is missing there`;
}

function namesWith(central: Central, prefix: string): string[] {
  const names: string[] = [];
  const first = central.registry.catalogue.get(prefix) ? [prefix] : [];
  for (const { name } of central.registry.catalogue.after(prefix === "" ? null : prefix)) {
    if (!name.startsWith(prefix) || names.length === MAX_NAMES) break;
    names.push(name);
  }
  return [...first, ...names];
}

/** How long someone may have to wait, for people. */
function describeEstimate(seconds: number | null): string {
  return seconds === null ? "no estimate yet" : `about ${formatDuration(seconds)}`;
}
