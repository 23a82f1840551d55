export const keptText = {
  title: "Kept versions",
  what: "Files that were replaced or removed, as long as the servers keep them.",
  search: "Only of this file",
  columns: {
    name: "File",
    version: "Version",
    size: "Size",
    at: "Left",
    why: "Why",
    secondaries: "Kept by",
    actions: "Actions",
  },
  why: { replaced: "Replaced", removed: "Removed", conflict: "Conflict" },
  noVersion: "–",
  restore: "Restore",
  restoreOf: (name: string) => `Restore ${name}`,
  more: "Older ones are not shown.",
  silent: (numbers: string) => `These servers did not say what they keep: ${numbers}`,
  noneTitle: "Nothing is kept",
  noneWhat:
    "When a file is replaced or removed, the servers keep what it was for some days. It can be restored from here.",
  noneOfName: "No kept version has this name.",
  restoreTitle: (name: string) => `Restore ${name}?`,
  restoreWhich: (size: string, date: string) => `The version of ${size} that left on ${date}.`,
  restoreWhat:
    "It becomes the newest version of the file, and all servers copy it. A version that is there now is kept like this one.",
};
