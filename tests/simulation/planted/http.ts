import type { Defect } from "./defect.ts";

const FILE = "src/central/http/file-locator.ts";
const HOLDERS = "this.deps.registry.sources.holdersOf(version)";
const KNOWN = "[...this.deps.registry.secondaries.sorted()]";

/** Defects of where somebody is sent who wants a file over HTTP. */
export const HTTP_DEFECTS: readonly Defect[] = [
  {
    name: "over HTTP one is sent to who is away",
    file: FILE,
    find: HOLDERS,
    replace: `${KNOWN}.filter((one) => one.lastKnownVersion(name)?.id === version.id)`,
    why: "a browser is sent to a server that is off",
    breaks: ["over HTTP everyone is sent to who has the file"],
  },
  {
    name: "over HTTP one is sent to who still copies",
    file: FILE,
    find: HOLDERS,
    replace: `${KNOWN}.filter((one) => (one.copies.orderedId(name) ?? one.heldVersion(name)?.id) === version.id)`,
    why: "a browser is sent to a server that has no such file yet",
    breaks: ["over HTTP everyone is sent to who has the file"],
  },
  {
    name: "over HTTP nobody is sent to the last that came",
    file: FILE,
    find: 'if (holders.length > 0) return { kind: "located", version, holders };',
    replace: 'if (holders.length > 0) return { kind: "located", version, holders: holders.slice(0, 1) };',
    why: "one server does all the work, and nothing takes over when it dies",
    breaks: ["over HTTP everyone is sent to who has the file"],
  },
];
