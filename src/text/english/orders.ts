/** What a client's console says of what it changes in the cluster. */
export const ordersText = {
  help: {
    put: "put a file or folder of yours there",
    remove: "remove a file, a folder, a pattern",
    mv: "give a file or folder another name",
    kept: "replaced and removed files, kept",
    restore: "put back what is kept (N: number)",
  },
  parameters: { put: "FILE [as NAME]", name: "NAME", oldAndNew: "OLD NEW", nameAndNumber: "NAME [N]" },
  oneRemoved: (name: string) => `${name} removed; the secondaries keep it for a while`,
  removed: (files: string) => `${files} removed; the secondaries keep them for a while`,
  moved: (from: string, to: string) => `${from} moved to ${to}`,
  severalMoved: (files: string, from: string, to: string) => `${files} of ${from} moved to ${to}`,
  noSuchName: (name: string, why: string) => `no file can be called ${name}: ${why}; put FILE as NAME`,
  twoNames: "two names are needed, each in quotes where it has spaces",
};
