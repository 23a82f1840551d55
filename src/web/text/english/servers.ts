export const serversText = {
  title: "Servers",
  server: "Server",
  state: "State",
  address: "Address",
  files: "Files",
  states: {
    joining: "Joining",
    copying: "Copying",
    "in step": "In step",
    lost: "Lost",
    "disk missing": "Disk missing",
  },
};
