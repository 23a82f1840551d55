import type { SecondaryStatusAnswer } from "../../../src/http/api/secondary-answers.ts";
import { secondarySite } from "../../../src/http/secondary/site.ts";
import { FileLeases } from "../../../src/secondary/http/file-leases.ts";
import { FolderPages } from "../../../src/secondary/http/folder-pages.ts";
import { SecondaryAnswers } from "../../../src/secondary/http/secondary-answers.ts";
import type { IndexedFile } from "../../../src/secondary/index/file-record.ts";
import { WEB_FILES, type WebDisk } from "./catalogue.ts";
import { METRICS, questionsTo, SITE_DEPS, type WebSite } from "./web-site.ts";

const STATUS: SecondaryStatusAnswer = {
  role: "secondary",
  ...{ version: "1.0.0", number: 1, connected: true, missing: null, files: WEB_FILES.length, bytes: 1 },
  kept: { files: 0, bytes: 0 },
  copies: { active: 0, waiting: 0, obstructed: 0 },
  digests: { files: 0, bytes: 0 },
  sessions: { clients: 0, secondaries: 0 },
};
/** Enough for all attackers of an input, and the reader beside them. */
const LEASES = 100;

/** A secondary that holds all files. */
export function secondaryWebSite(disk: WebDisk): WebSite {
  const files = new Map(WEB_FILES.map((file) => [file.name, recordOf(file)]));
  const index = {
    get: (name: string) => files.get(name),
    hasFolder: (name: string) => [...files.keys()].some((one) => one.startsWith(`${name}/`)),
    filesIn: (folder: string) => [...files.values()].filter(({ name }) => parentOf(name) === folder),
    foldersIn: (folder: string) => foldersIn(folder),
  };
  const known = { obstacle: () => null, whyIncomplete: () => null };
  let inUse = 0;
  const acquire = async () => {
    inUse += 1;
    const release = () => {
      inUse -= 1;
    };
    return { fd: disk.fd, size: disk.state.size, state: disk.state, release };
  };
  const leases = new FileLeases({
    ...{ index, ...known, descriptors: { acquire } },
    ...{ sent() {}, maxLeases: LEASES, maxFiles: LEASES },
  });
  const answers = new SecondaryAnswers({
    ...{ leases, folders: new FolderPages({ index, ...known }), missing: () => null, metrics: METRICS },
    api: { status: async () => STATUS, copies: async () => ({ active: [], waiting: 0, obstructed: [] }) },
  });
  return { site: secondarySite(questionsTo(answers), SITE_DEPS), inUse: () => inUse };
}

function recordOf({ modified, ...file }: (typeof WEB_FILES)[number]): IndexedFile {
  return { ...file, mtimeNs: BigInt(modified) * 1000n } as IndexedFile;
}

function parentOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf("/")));
}

/** Names of the folders directly in a folder. */
function foldersIn(folder: string): string[] {
  const prefix = folder === "" ? "" : `${folder}/`;
  const below = WEB_FILES.filter(({ name }) => name.startsWith(prefix)).map(({ name }) => name.slice(prefix.length));
  return [...new Set(below.filter((rest) => rest.includes("/")).map((rest) => rest.slice(0, rest.indexOf("/"))))];
}
