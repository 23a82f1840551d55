export const downloadsText = {
  title: "Downloads",
  file: "File",
  client: "Client",
  progress: "Progress",
  rate: "Rate",
  waiting: "Waiting",
};
