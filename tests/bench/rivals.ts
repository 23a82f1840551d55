import { writeFileSync } from "node:fs";

const MIB = 1024 ** 2;

/** A file that several HTTP servers have. */
export interface Mirrored {
  readonly size: number;
  /** The SHA-256 of each MiB of it. */
  readonly pieces: readonly string[];
  readonly urls: readonly string[];
}

/** Where a download goes: a folder, and the name of the file in it. */
export interface Target {
  readonly folder: string;
  readonly name: string;
}

/** aria2c with one connection to each server, without verification. */
export function ariaCommand({ folder, name }: Target, { urls }: Mirrored): string[] {
  return [...ariaFor(folder), "-o", name, ...urls];
}

/** The same, every MiB verified by its SHA-256. The Metalink file is made at `metalink`. */
export function hashedAriaCommand({ folder, name }: Target, file: Mirrored, metalink: string): string[] {
  writeFileSync(metalink, metalinkOf(name, file));
  return [...ariaFor(folder), "-M", metalink];
}

/** aria2c that is told by a server itself, with a metalink, where else the file is, and verifies it. */
export function ariaByAddress({ folder, name }: Target, url: string): string[] {
  return [...ariaFor(folder), "--follow-metalink=mem", "-o", name, url];
}

/** lftp with three connections to one server, without verification. */
export function lftpCommand({ folder, name }: Target, { urls: [url = ""] }: Mirrored): string[] {
  return ["lftp", "-c", `set xfer:clobber yes; pget -n 3 ${url} -o ${folder}/${name}`];
}

/** The contestants whose program is there; of the others it is said what is missing. */
export function present<Contestant>(
  bench: string,
  contestants: Readonly<Record<string, { readonly program: string; readonly contestant: Contestant }>>,
): Record<string, Contestant> {
  const found: Record<string, Contestant> = {};
  for (const [name, { program, contestant }] of Object.entries(contestants)) {
    if (Bun.which(program)) found[name] = contestant;
    else process.stderr.write(`${bench}: without ${name}, for want of Debian's package ${program}\n`);
  }
  return found;
}

function ariaFor(folder: string): string[] {
  const plain = ["aria2c", "-q", "--allow-overwrite=true", "--file-allocation=none", "--no-conf", "-d", folder];
  return [...plain, "-s3", "-x1", "-k1M"];
}

function metalinkOf(name: string, { size, pieces, urls }: Mirrored): string {
  const hashes = pieces.map((hash) => `<hash>${hash}</hash>`).join("\n");
  const places = urls.map((url) => `<url>${url}</url>`).join("\n");
  return `<?xml version="1.0" encoding="UTF-8"?>
<metalink xmlns="urn:ietf:params:xml:ns:metalink"><file name="${name}"><size>${size}</size>
<pieces length="${MIB}" type="sha-256">
${hashes}
</pieces>
${places}
</file></metalink>
`;
}
