export const statisticsText = {
  title: "Statistics",
  what: "Finished downloads, each counted once. Those over HTTP are not among them.",
  of: "Counted by",
  files: "Files",
  clients: "Clients",
  columns: { files: "File", clients: "Client", downloads: "Downloads" },
  noneTitle: "Nothing has been downloaded yet",
  noneWhat: "Each finished download is counted here by its file and by its client.",
};
