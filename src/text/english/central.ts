import { plural } from "../plural.ts";

type Count = number | string;

/** What the console of a central says. */
export const centralText = {
  help: {
    status: "the cluster in short",
    downloads: "downloads now, and of each file",
    clients: "downloads of each client",
    secondaries: "the secondaries, and how they are",
    queue: "downloads now, and those that wait",
    list: "the files, and how many have them",
    kept: "replaced and removed files, kept",
    keys: "keys that have come, revoked ones",
    revoke: "refuse a key (its fingerprint)",
    restore: "put back what is kept (N: number)",
    remove: "remove a file, a folder, a pattern",
    mv: "give a file or folder another name",
    forget: "forget one that is stopped or lost",
    limit: "most downloads at once (0: any)",
  },
  details: {
    restore: ["restore film.mkv      the newest that is kept", "restore film.mkv 12   the one that kept lists as 12"],
    remove: ["it is kept for a while, see kept and restore", "remove film.mkv", "remove series/", "remove **/*.tmp"],
  },
  parameters: { key: "KEY", nameAndNumber: "NAME [N]", name: "NAME", number: "N", oldAndNew: "OLD NEW" },
  noDownloadsYet: "no downloads yet",
  noDownloadsNow: "no downloads now",
  noSecondaries: "no secondary has registered yet",
  active: "active",
  place: (position: Count, estimate: string) => `place ${position}, ${estimate}`,
  about: (duration: string) => `about ${duration}`,
  noEstimate: "no estimate yet",
  older: "… and older ones",
  notKept: (number: Count, name: string) => `no secondary keeps version ${number} of ${name}`,
  nothingKeptOf: (name: string) => `the secondaries keep nothing of ${name}`,
  back: (name: string, secondary: Count) =>
    `${name} is back at secondary ${secondary}, and the others copy it as the newest version`,
  versionBack: (name: string, version: Count, secondary: Count) =>
    `${name}, version ${version}, is back at secondary ${secondary}, and the others copy it as the newest version`,
  noSuchFile: (text: string) => `there is no file ${text}, no folder of that name, and nothing that it matches`,
  askRemove: (what: string, size: string) => `remove ${what} (${size}) from every secondary?`,
  notRemoved: "nothing was removed",
  removed: (files: string) => `${files} removed; the secondaries keep them for a while`,
  nothingToMove: (name: string) => `there is no file ${name}, and no folder of that name`,
  moved: (files: string) => `${files} moved`,
  movedLater: (moved: string, files: string, count: Count) =>
    `${moved}; ${files} ${plural(Number(count), "follows", "follow")} as soon as the secondaries can`,
  noSecondary: (text: string) => `there is no secondary ${text}: secondaries lists them`,
  askForget: (number: Count, files: string) => `forget secondary ${number}, which held ${files}?`,
  notForgotten: "nothing was forgotten",
  connected: (number: Count) => `secondary ${number} is connected: only one that is stopped or lost can be forgotten`,
  forgotten: (number: Count) => `secondary ${number} is forgotten; what nobody else holds is gone from the list`,
  limitRule: (most: Count, text: string) => `a number from 0 (any) to ${most}, not ${text}`,
  noLimit: "any number of downloads at once",
  limited: (downloads: string) => `${downloads} at once`,
  fingerprintRule: "a fingerprint is 64 hexadecimal digits: keys lists them",
  askRevoke: (fingerprint: string) => `revoke ${fingerprint} for good?`,
  notRevoked: "nothing was revoked",
};
