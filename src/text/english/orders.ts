/** What a client's console says of what it changes in the cluster. */
export const ordersText = {
  help: {
    put: "put a file or folder of yours there",
    remove: "remove a file, a folder, a pattern",
    mv: "give a file or folder another name",
    kept: "replaced and removed files, kept",
    restore: "put back what is kept (N: number)",
  },
  details: {
    put: [
      "one with spaces is in quotes where there are several",
      "put film.mkv as films/",
      "put a.mkv b.mkv as films/",
    ],
  },
  parameters: {
    ...{ put: "FILE... [as NAME]", names: "NAME...", name: "NAME" },
    ...{ oldAndNew: "OLD NEW", nameAndNumber: "NAME [N]" },
  },
  removeNeedsName: "remove needs a name, a folder or a pattern",
  oneRemoved: (name: string) => `${name} removed; the secondaries keep it for a while`,
  removed: (files: string) => `${files} removed; the secondaries keep them for a while`,
  moved: (from: string, to: string) => `${from} moved to ${to}`,
  severalMoved: (files: string, from: string, to: string) => `${files} of ${from} moved to ${to}`,
  noSuchName: (name: string, why: string) => `no file can be called ${name}: ${why}; put FILE as NAME`,
  oneName: (name: string, count: number) =>
    `${name} is the name of one file, and there are ${count}; with / at its end it is a folder`,
  nameOfTwo: (name: string) => `two of the files would be called ${name}`,
  twoNames: "two names are needed, each in quotes where it has spaces",
};
